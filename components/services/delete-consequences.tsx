"use client";

import { useT } from "@/lib/i18n/react";
import type { ServiceDetail } from "@/lib/services/view";

/** What goes with a service, what else it hits, and what stays and still costs. */
export function DeleteConsequences({ service }: { service: ServiceDetail }) {
  const t = useT();
  const gone = [
    t("services.deletion.instances", { count: service.instances.total }),
    t("services.deletion.address"),
    t("services.deletion.versions", { count: Math.max(service.version.latest, 1) }),
    ...(service.autoscaled || service.cronScaled ? [t("services.deletion.scalers")] : []),
    ...(service.isAsync ? [t("services.deletion.queue")] : []),
    ...(service.group && service.group !== service.name
      ? [t("services.deletion.group", { group: service.group })]
      : []),
    ...(service.extraDisk ? [t("services.deletion.disk", { size: service.extraDisk })] : []),
  ];
  return (
    <div className="grid gap-3 text-sm">
      <div className="grid gap-1">
        <p className="font-medium">{t("services.deletion.gone")}</p>
        <ul className="grid list-disc gap-0.5 pl-5 text-text-2">
          {gone.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
      {service.mounts.length > 0 ? (
        <div className="grid gap-1">
          <p className="font-medium">{t("services.deletion.stays")}</p>
          <ul className="grid list-disc gap-0.5 pl-5 text-text-2">
            {service.mounts.map(({ mountPath, path }) => (
              <li key={mountPath} className="wrap-anywhere font-mono text-xs">
                {path}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </div>
  );
}
