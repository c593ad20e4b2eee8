"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toView } from "@/components/ui/error-notice";
import { QueryNotice } from "@/components/ui/query-notice";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { errorTexts, useT } from "@/lib/i18n/react";
import { abortOpenUploads, addAbortRule } from "@/lib/library/actions";
import { libraryQueries } from "@/lib/library/queries";
import { unwrap } from "@/lib/result";

interface OpenUploadsProps {
  connectionId: string;
  bucket: string;
  prefix: string;
  canWrite: boolean;
}

/** Long lists are a number, not rows. */
const SHOWN = 20;
/** Long enough for an upload that is resumed on another day. */
const RULE_DAYS = 7;

/** Uploads that were begun and never finished. Shown where there are any, or where that cannot be told. */
export function OpenUploads({ connectionId, bucket, prefix, canWrite }: OpenUploadsProps) {
  const t = useT();
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const query = libraryQueries.openUploads(connectionId, bucket, prefix);
  const open = useQuery(query);
  const { data } = open;
  const refresh = () => client.invalidateQueries({ queryKey: query.queryKey });
  const uploads = data?.uploads ?? [];
  const abort = useMutation({
    mutationFn: async () => unwrap(await abortOpenUploads({ connectionId, bucket, uploads: [...uploads] })),
    onSuccess: async ({ aborted }) => {
      setAsked(false);
      toast.success(t("models.open.aborted", { count: aborted }));
      await refresh();
    },
  });
  const rule = useMutation({
    mutationFn: async () => unwrap(await addAbortRule({ connectionId, bucket, days: RULE_DAYS })),
    onSuccess: async () => {
      toast.success(t("models.open.ruleAdded", { days: RULE_DAYS }));
      await refresh();
    },
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  if (uploads.length === 0) return <QueryNotice query={open} />;
  const needsRight = canWrite ? undefined : t("models.needsRight");

  return (
    <Card
      flush
      title={t("models.open.title", { count: uploads.length })}
      description={
        data?.abortAfterDays === undefined
          ? t("models.open.text")
          : t("models.open.textWithRule", { days: data.abortAfterDays })
      }
      actions={
        <>
          {data?.canAddRule ? (
            <Button size="sm" disabledReason={needsRight} loading={rule.isPending} onClick={() => rule.mutate()}>
              {t("models.open.addRule", { days: RULE_DAYS })}
            </Button>
          ) : null}
          <Button size="sm" disabledReason={needsRight} onClick={() => setAsked(true)}>
            {t("models.open.abort")}
          </Button>
        </>
      }
    >
      <ul className="divide-y divide-line border-line border-t">
        {uploads.slice(0, SHOWN).map(({ key, uploadId, initiatedAt }) => (
          <li key={uploadId} className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-2">
            <span className="wrap-anywhere font-mono text-sm">{key.slice(prefix.length)}</span>
            <Time at={initiatedAt} className="text-sm text-text-2" />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asked}
        onOpenChange={(open) => {
          if (!open) abort.reset();
          setAsked(open);
        }}
        title={t("models.open.abortTitle", { count: uploads.length })}
        description={t("models.open.abortText")}
        confirmLabel={t("models.open.abort")}
        danger
        pending={abort.isPending}
        error={abort.error ? toView(abort.error) : null}
        onConfirm={() => abort.mutate()}
      />
    </Card>
  );
}
