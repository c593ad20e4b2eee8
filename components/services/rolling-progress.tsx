"use client";

import type { ReactNode } from "react";
import { Callout } from "@/components/ui/callout";
import { Progress } from "@/components/ui/progress";
import { useT } from "@/lib/i18n/react";
import type { Snapshot } from "@/lib/services/snapshot";
import type { ServiceDetail } from "@/lib/services/view";

interface RollingProgressProps {
  snapshot: Snapshot;
  actions?: ReactNode;
}

/** How far the newest version has come, while it takes the place of the one before; else how far a restart has. */
export function RollingProgress(props: RollingProgressProps) {
  const { service, restart } = props.snapshot;
  if (!service || service.status === "Stopped" || service.status === "Failed") return null;
  if (service.version.current !== service.version.latest) return <VersionProgress {...props} />;
  return restart && restart.done < restart.count ? <RestartProgress service={service} restart={restart} /> : null;
}

interface RestartProgressProps {
  service: ServiceDetail;
  restart: NonNullable<Snapshot["restart"]>;
}

function RestartProgress({ service, restart: { done, count } }: RestartProgressProps) {
  const t = useT();
  return (
    <Callout tone="info" role="status" title={t("services.restarting.title")}>
      <div className="grid max-w-form gap-2">
        <Progress
          label={t("services.restarting.title")}
          value={done / count}
          text={t("services.restarting.done", { done, count })}
        />
        {service.message ? <p className="text-sm">{service.message}</p> : null}
      </div>
    </Callout>
  );
}

function VersionProgress({ snapshot, actions }: RollingProgressProps) {
  const t = useT();
  const { service, instances } = snapshot;
  if (!service) return null;
  const serving = instances.filter(({ role }) => role !== "Queue");
  const done = serving.filter(({ isLatest, ready }) => isLatest && ready.total > 0 && ready.processes === ready.total);
  const wanted = Math.max(service.wantedInstances ?? service.instances.total, 1);
  const { current, latest } = service.version;
  return (
    <Callout tone="info" role="status" title={t("versions.rolling", { from: current, to: latest })} actions={actions}>
      <div className="grid max-w-form gap-2">
        <Progress
          label={t("versions.rolling", { from: current, to: latest })}
          value={done.length / wanted}
          text={t("versions.rolled", { done: done.length, count: wanted })}
        />
        {service.message ? <p className="text-sm">{service.message}</p> : null}
      </div>
    </Callout>
  );
}
