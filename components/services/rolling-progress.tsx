"use client";

import type { ReactNode } from "react";
import { Callout } from "@/components/ui/callout";
import { Progress } from "@/components/ui/progress";
import { useT } from "@/lib/i18n/react";
import type { Snapshot } from "@/lib/services/snapshot";

/** How far the newest version has come, while it takes the place of the one before. */
export function RollingProgress({ snapshot, actions }: { snapshot: Snapshot; actions?: ReactNode }) {
  const t = useT();
  const { service, instances } = snapshot;
  if (!service || service.version.current === service.version.latest) return null;
  if (service.status === "Stopped" || service.status === "Failed") return null;
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
