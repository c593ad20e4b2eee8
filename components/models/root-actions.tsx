"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PackagePlus, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { LinkButton } from "@/components/ui/link-button";
import { toast } from "@/components/ui/toast";
import { errorTexts, useT } from "@/lib/i18n/react";
import { checkRoot } from "@/lib/library/actions";
import { libraryQueries } from "@/lib/library/queries";
import type { ModelRoot } from "@/lib/library/schemas";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { DeleteDialog } from "./delete-dialog";

interface RootActionsProps {
  connectionId: string;
  root: ModelRoot;
  canWrite: boolean;
}

/** What can be done with a model root from the list: look again, and remove what nobody uses. */
export function RootActions({ connectionId, root: { bucket, prefix, usedBy }, canWrite }: RootActionsProps) {
  const t = useT();
  const client = useQueryClient();
  const [doomed, setDoomed] = useState<string | null>(null);
  const name = prefix || bucket;
  const check = useMutation({
    mutationFn: async () => unwrap(await checkRoot({ connectionId, bucket, prefix })),
    onSuccess: ({ verdict }) => {
      toast.success(t(verdict.ok ? "models.recheckLoads" : "models.recheckFails", { name }));
      return client.invalidateQueries({ queryKey: libraryQueries.all(connectionId) });
    },
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  const refusal = !canWrite
    ? t("models.needsRight")
    : usedBy.length > 0
      ? t("models.inUse", { names: usedBy.map((use) => use.name).join(", ") })
      : undefined;
  return (
    <span className="inline-flex gap-1">
      <IconButton
        size="sm"
        variant="ghost"
        label={t("models.recheck", { name })}
        icon={<RotateCw aria-hidden="true" />}
        loading={check.isPending}
        onClick={() => check.mutate()}
      />
      {/* The root of a bucket takes no uploads. */}
      {canWrite && prefix !== "" ? (
        <LinkButton
          href={paths.addPart(bucket, prefix)}
          size="sm"
          variant="ghost"
          icon={<PackagePlus aria-hidden="true" />}
        >
          {t("models.part.button")}
        </LinkButton>
      ) : null}
      {prefix === "" ? null : (
        <Button
          size="sm"
          variant="ghost"
          icon={<Trash2 aria-hidden="true" />}
          aria-label={t("models.delete.label", { name })}
          disabledReason={refusal}
          onClick={() => setDoomed(prefix)}
        >
          {t("models.remove")}
        </Button>
      )}
      <DeleteDialog {...{ connectionId, bucket }} target={doomed} onClose={() => setDoomed(null)} />
    </span>
  );
}
