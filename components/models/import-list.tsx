"use client";

import { useMutation } from "@tanstack/react-query";
import { RotateCw, X } from "lucide-react";
import type { Tone } from "@/components/ui/badge";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { Progress } from "@/components/ui/progress";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { ErrorView } from "@/lib/errors";
import { formatBytes } from "@/lib/format";
import { errorTexts, ruleText, useLocale, useT } from "@/lib/i18n/react";
import { cancelImport, forgetImport, retryImport } from "@/lib/imports/actions";
import { type ImportState, isOver } from "@/lib/imports/kinds";
import type { ImportView } from "@/lib/imports/schemas";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { ImportFailure } from "./import-failure";
import { sourceText } from "./import-source-text";
import { useImports } from "./use-imports";

const TONES: Record<ImportState, Tone> = {
  waiting: "warn",
  looking: "info",
  copying: "info",
  done: "ok",
  failed: "bad",
  cancelled: "neutral",
};

interface ImportListProps {
  connectionId: string;
  canWrite: boolean;
}

/** Shown once there is anything to show. */
export function ImportList({ connectionId, canWrite }: ImportListProps) {
  const t = useT();
  const imports = useImports(connectionId);
  if (!imports || imports.length === 0) return null;
  return (
    <Card flush title={t("imports.list.title")}>
      <ul aria-label={t("imports.list.title")} className="divide-y divide-line border-line border-t">
        {imports.map((one) => (
          <ImportRow key={one.id} connectionId={connectionId} canWrite={canWrite} one={one} />
        ))}
      </ul>
    </Card>
  );
}

function ImportRow({ connectionId, canWrite, one }: ImportListProps & { one: ImportView }) {
  const t = useT();
  const locale = useLocale();
  const run = useMutation({
    mutationFn: async (verb: typeof cancelImport | typeof retryImport | typeof forgetImport) =>
      unwrap(await verb({ connectionId, id: one.id })),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  const { state, doneBytes, totalBytes, files, doneFiles } = one;
  const over = isOver(state);
  const needsRight = canWrite ? undefined : t("models.needsRight");
  const amount =
    totalBytes === undefined
      ? formatBytes(doneBytes, locale)
      : t("imports.list.amount", { done: formatBytes(doneBytes, locale), total: formatBytes(totalBytes, locale) });
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="grid min-w-0 flex-1 basis-64 gap-0.5">
          <span className="wrap-anywhere font-mono text-sm">{sourceText(t, one.source)}</span>
          <span className="text-sm text-text-2">
            <TextLink href={paths.bucket(one.bucket, one.prefix)} className="wrap-anywhere">
              {`oss://${one.bucket}/${one.prefix}${one.folder === "" ? "" : `${one.folder}/`}`}
            </TextLink>
            {" · "}
            {one.by} · <Time at={one.createdAt} />
          </span>
        </div>
        <div className="flex items-center gap-2">
          <Badge tone={TONES[state]}>{t(`imports.states.${state}`)}</Badge>
          {over ? (
            <>
              {state === "done" ? null : (
                <Button
                  size="sm"
                  icon={<RotateCw aria-hidden="true" />}
                  disabledReason={needsRight}
                  loading={run.isPending}
                  onClick={() => run.mutate(retryImport)}
                >
                  {t("imports.list.retry")}
                </Button>
              )}
              <IconButton
                size="sm"
                variant="ghost"
                label={t("imports.list.forget")}
                icon={<X aria-hidden="true" />}
                onClick={() => run.mutate(forgetImport)}
              />
            </>
          ) : (
            <Button
              size="sm"
              disabledReason={needsRight}
              loading={run.isPending}
              onClick={() => run.mutate(cancelImport)}
            >
              {t("imports.list.cancel")}
            </Button>
          )}
        </div>
      </div>
      {over ? (
        state === "done" ? (
          <p className="text-sm text-text-2">
            {t("imports.list.finished", { count: files, size: formatBytes(doneBytes, locale) })}
          </p>
        ) : null
      ) : (
        <Progress
          label={t("imports.list.progress", { name: one.current ?? sourceText(t, one.source) })}
          value={totalBytes === undefined || totalBytes === 0 ? undefined : doneBytes / totalBytes}
          text={
            files > 0
              ? `${amount} · ${t("imports.list.files", { done: doneFiles, count: files })}`
              : t("imports.list.looking")
          }
        />
      )}
      {one.error && state !== "done" && state !== "cancelled" ? (
        state === "failed" ? (
          <ImportFailure error={one.error as ErrorView} />
        ) : (
          <p className="text-sm text-text-2">
            {t("imports.list.retrying", {
              reason: ruleText(t, one.error as ErrorView) ?? errorTexts(t, one.error as ErrorView).title,
            })}
          </p>
        )
      ) : null}
    </li>
  );
}
