"use client";

import { CircleCheck, OctagonAlert } from "lucide-react";
import { ErrorDetails } from "@/components/ui/error-notice";
import type { ConnectionTest, Probe } from "@/lib/connections/probe";
import { errorTexts, useT } from "@/lib/i18n/react";

/** What EAS and OSS really answered. */
export function TestResult({ result }: { result: ConnectionTest }) {
  return (
    <ul className="grid gap-2 rounded-lg bg-hover p-3 sm:grid-cols-2">
      <ProbeResult side="eas" probe={result.eas} />
      <ProbeResult side="oss" probe={result.oss} />
    </ul>
  );
}

function ProbeResult({ side, probe }: { side: keyof ConnectionTest; probe: Probe }) {
  const t = useT();
  const name = t(`settings.connections.sides.${side}`);
  if (probe.ok) {
    return (
      <li className="flex items-start gap-2">
        <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ok" />
        <div className="min-w-0">
          <p className="font-medium">{t("settings.connections.answered", { side: name, ms: probe.elapsedMs })}</p>
          <p className="text-sm text-text-2">{t(`settings.connections.seen.${side}`, { count: probe.count })}</p>
        </div>
      </li>
    );
  }
  const { title, hint } = errorTexts(t, probe.error);
  return (
    <li className="flex items-start gap-2">
      <OctagonAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 text-text-2">
        <p className="font-medium text-text">{t("settings.connections.refused", { side: name, reason: title })}</p>
        <p className="text-sm">{hint}</p>
        <ErrorDetails error={probe.error} />
      </div>
    </li>
  );
}
