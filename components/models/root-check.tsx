"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { PackagePlus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { LinkButton } from "@/components/ui/link-button";
import { formatDateTime } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { checkRoot } from "@/lib/library/actions";
import { libraryQueries } from "@/lib/library/queries";
import type { RootReport } from "@/lib/library/schemas";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { ModelReport } from "./model-report";
import { ofPrefix } from "./prefix-report";
import { useNewDeployment } from "./use-new-deployment";

interface RootCheckProps {
  connectionId: string;
  bucket: string;
  prefix: string;
  region: string;
  canDeploy: boolean;
  canWrite: boolean;
}

/** The container's rules applied to what lies here, and what changed since somebody last did so. */
export function RootCheck({ connectionId, bucket, prefix, region, canDeploy, canWrite }: RootCheckProps) {
  const t = useT();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: async () => unwrap(await checkRoot({ connectionId, bucket, prefix })),
    onSuccess: () => client.invalidateQueries({ queryKey: libraryQueries.all(connectionId) }),
  });
  return (
    <Card
      title={t("models.check.title")}
      description={t("models.check.text")}
      actions={
        <>
          {canWrite ? (
            <LinkButton href={paths.addPart(bucket, prefix)} size="sm" icon={<PackagePlus aria-hidden="true" />}>
              {t("models.part.button")}
            </LinkButton>
          ) : (
            <Button size="sm" icon={<PackagePlus aria-hidden="true" />} disabledReason={t("models.needsRight")}>
              {t("models.part.button")}
            </Button>
          )}
          <Button size="sm" loading={run.isPending} onClick={() => run.mutate()}>
            {t(run.data ? "models.check.again" : "models.check.run")}
          </Button>
        </>
      }
    >
      {run.error ? <ErrorNotice error={toView(run.error)} onRetry={() => run.mutate()} /> : null}
      {run.data ? (
        <div className="grid gap-3">
          <ModelReport
            report={ofPrefix(run.data)}
            actions={
              canDeploy ? <DeployButton {...{ connectionId, bucket, prefix, region }} report={run.data} /> : null
            }
          />
          <p className="text-text-2">{t("models.check.startedWith", { flags: flagsText(run.data.flags) })}</p>
          <Changes changes={run.data.changes} />
        </div>
      ) : null}
    </Card>
  );
}

interface DeployButtonProps extends Omit<RootCheckProps, "canDeploy" | "canWrite"> {
  report: RootReport;
}

function DeployButton({ report, ...root }: DeployButtonProps) {
  const t = useT();
  const begin = useNewDeployment(root);
  return (
    <Button
      size="sm"
      variant="primary"
      loading={begin.isPending}
      disabledReason={report.verdict.ok ? undefined : t("deploy.model.repairFirst")}
      onClick={() => begin.mutate(report)}
    >
      {t("models.check.deploy")}
    </Button>
  );
}

/** As they stand in the command. */
function flagsText({ func, blade, translate, closeSafety }: RootReport["flags"]): string {
  return [
    `--func_name ${func}`,
    blade && "--use_blade",
    translate && "--use_translate",
    closeSafety && "--close_safety",
  ]
    .filter(Boolean)
    .join(" ");
}

function Changes({ changes }: { changes: RootReport["changes"] }) {
  const t = useT();
  const locale = useLocale();
  if (!changes) return null;
  const [added, changed, removed] = [changes.added.length, changes.changed.length, changes.removed.length];
  const since = formatDateTime(Date.parse(changes.since), locale);
  return (
    <p className="text-text-2">
      {added + changed + removed === 0
        ? t("models.check.noChanges", { since })
        : t("models.check.changes", { since, added, changed, removed })}
    </p>
  );
}
