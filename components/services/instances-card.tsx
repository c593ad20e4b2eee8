"use client";

import { Card } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Column, Table } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import type { Snapshot } from "@/lib/services/snapshot";
import { useServiceScope } from "./use-live";

type Instance = Snapshot["instances"][number];

interface InstancesCardProps {
  instances: readonly Instance[];
  /** How many EAS says there are: the page knows that before it knows them. */
  count: number;
}

/** What runs, how often it was started again, and how it ended before. */
export function InstancesCard({ instances, count }: InstancesCardProps) {
  const t = useT();
  const { name } = useServiceScope();
  return (
    <Card title={t("services.instances")} flush>
      {instances.length === 0 && count > 0 ? (
        <SkeletonRows rows={Math.min(count, 3)} label={t("common.loading")} />
      ) : instances.length === 0 ? (
        <p className="px-4 pb-4 text-text-2">{t("services.noInstances")}</p>
      ) : (
        <Table
          label={t("services.instances")}
          dense
          columns={columns(t, name)}
          rows={instances}
          rowKey={(instance) => instance.name}
        />
      )}
    </Card>
  );
}

function columns(t: Translate, service: string): Column<Instance>[] {
  return [
    {
      id: "name",
      header: t("common.name"),
      primary: true,
      cell: ({ name, containers, instanceType }) => (
        <span className="grid gap-0.5">
          <span className="break-all font-mono text-sm">{name}</span>
          {instanceType ? <span className="text-text-3 text-xs">{instanceType}</span> : null}
          {containers.map((container) => (
            <span key={container.name} className="text-text-3 text-xs">
              {[container.name, container.status, container.reason].filter(Boolean).join(" · ")}
            </span>
          ))}
        </span>
      ),
    },
    {
      id: "state",
      header: t("common.state"),
      cell: ({ status, reason }) => (
        <span>
          {t.maybe(`status.instance.${status}`) ?? status}
          {reason && reason.toUpperCase() !== status.toUpperCase() ? (
            <span className="block text-text-3 text-xs">{reason}</span>
          ) : null}
        </span>
      ),
    },
    {
      id: "ready",
      header: t("services.ready"),
      cell: ({ ready }) => <span className="tabular-nums">{`${ready.processes}/${ready.total}`}</span>,
    },
    {
      id: "restarts",
      header: t("services.restarts"),
      cell: ({ restartCount }) => <span className="tabular-nums">{restartCount}</span>,
    },
    {
      id: "exit",
      header: t("services.lastExit"),
      cell: ({ name, lastExit, restartCount }) =>
        lastExit ? (
          <span className="grid gap-0.5 text-sm">
            <span className={lastExit.code === 0 ? undefined : "text-warn"}>
              {[lastExit.reason, lastExit.code].filter((part) => part !== undefined && part !== "").join(" · ")}
            </span>
            {lastExit.at ? <Time at={lastExit.at} className="text-text-3 text-xs" /> : null}
            {restartCount > 0 || lastExit.reason ? (
              <TextLink href={paths.serviceLogs(service, "previous", name)}>{t("services.previousLog")}</TextLink>
            ) : null}
          </span>
        ) : null,
    },
    {
      id: "started",
      header: t("services.started"),
      align: "end",
      cell: ({ startedAt, createdAt }) => {
        const at = startedAt ?? createdAt;
        return at ? <Time at={at} className="whitespace-nowrap text-text-2" /> : null;
      },
    },
  ];
}
