"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, PackagePlus, Rocket, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLink } from "@/components/ui/dropdown-menu";
import { toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { errorTexts, useT } from "@/lib/i18n/react";
import { checkRoot } from "@/lib/library/actions";
import { libraryQueries } from "@/lib/library/queries";
import type { ModelRoot } from "@/lib/library/schemas";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { DeleteDialog } from "./delete-dialog";
import { useNewDeployment } from "./use-new-deployment";

interface RootActionsProps {
  connectionId: string;
  region: string;
  root: ModelRoot;
  canDeploy: boolean;
  canWrite: boolean;
}

/** What can be done with a model root from the list. */
export function RootActions({ connectionId, region, root, canDeploy, canWrite }: RootActionsProps) {
  const { bucket, prefix, usedBy } = root;
  const t = useT();
  const client = useQueryClient();
  const [doomed, setDoomed] = useState<string | null>(null);
  const name = prefix || bucket;
  const begin = useNewDeployment({ connectionId, region, bucket, prefix });
  const check = useMutation({
    mutationFn: async () => unwrap(await checkRoot({ connectionId, bucket, prefix })),
    onSuccess: ({ verdict }) => {
      const isOpen = verdict.outcome === "not_checked";
      toast.success(
        t(!verdict.ok ? "models.recheckFails" : isOpen ? "models.recheckOpen" : "models.recheckLoads", { name }),
      );
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
      {canDeploy && prefix !== "" ? (
        <Button
          size="sm"
          icon={<Rocket aria-hidden="true" />}
          aria-label={t("models.deploy.label", { name })}
          loading={begin.isPending}
          onClick={() => begin.mutate(undefined)}
        >
          {t("models.deploy.button")}
        </Button>
      ) : null}
      <IconButton
        size="sm"
        variant="ghost"
        label={t("models.recheck", { name })}
        icon={<RotateCw aria-hidden="true" />}
        loading={check.isPending}
        onClick={() => check.mutate()}
      />
      {/* The root of a bucket takes no uploads, and does not go. */}
      {prefix === "" ? null : (
        <Menu
          trigger={
            <IconButton
              size="sm"
              variant="ghost"
              label={t("models.moreActions", { name })}
              icon={<Ellipsis aria-hidden="true" />}
            />
          }
        >
          {canWrite ? (
            <MenuLink href={paths.addPart(bucket, prefix)} icon={<PackagePlus aria-hidden="true" />}>
              {t("models.part.button")}
            </MenuLink>
          ) : null}
          <MenuItem
            danger
            icon={<Trash2 aria-hidden="true" />}
            disabledReason={refusal}
            onSelect={() => setDoomed(prefix)}
          >
            {t("models.remove")}
          </MenuItem>
        </Menu>
      )}
      <DeleteDialog {...{ connectionId, bucket }} target={doomed} onClose={() => setDoomed(null)} />
    </span>
  );
}
