"use client";

import { Card } from "@/components/ui/card";
import { Progress } from "@/components/ui/progress";
import { formatElapsed, formatNumber } from "@/lib/format";
import type { Generation } from "@/lib/generations/view";
import { useLocale, useT } from "@/lib/i18n/react";
import { bladeGain } from "@/lib/services/blade-gain";
import { type Blade, bladeOf, OPTIMIZING_MS } from "@/lib/services/blade-state";
import type { Snapshot } from "@/lib/services/snapshot";
import { useNow } from "./use-now";

/** Where Blade is with this service, what must wait for it, and what it brought. */
export function BladePanel({ snapshot, pictures }: { snapshot: Snapshot; pictures: readonly Generation[] }) {
  const t = useT();
  const blade = bladeOf(snapshot, pictures);
  if (!blade || blade.state === "off") return null;
  return (
    <Card title={t("services.blade.title")}>
      <div className="grid gap-3">
        <State blade={blade} />
        {blade.state === "optimizing" || blade.state === "optimized" ? (
          <ul className="grid list-disc gap-1 pl-5 text-sm text-text-2">
            <li>{t("services.blade.blocksLora")}</li>
            <li>{t("services.blade.blocksRoot")}</li>
            <li>{t("services.blade.blocksMemory")}</li>
          </ul>
        ) : null}
        <Gain pictures={pictures} />
      </div>
    </Card>
  );
}

function State({ blade }: { blade: Exclude<Blade, { state: "off" }> }) {
  const t = useT();
  if (blade.state === "failed")
    return (
      <div className="grid gap-2">
        <p className="text-warn">{t(`services.blade.failed.${blade.why}`)}</p>
        <blockquote className="wrap-anywhere rounded-md bg-bg px-3 py-2 font-mono text-sm text-text-2">
          {blade.text}
        </blockquote>
      </div>
    );
  if (blade.state === "optimizing") return <Optimizing blade={blade} />;
  return (
    <p className={blade.state === "on" || blade.state === "copied" ? "text-ok" : "text-text-2"}>
      {t(`services.blade.state.${blade.state}`)}
    </p>
  );
}

function Optimizing({ blade }: { blade: Extract<Blade, { state: "optimizing" }> }) {
  const t = useT();
  const locale = useLocale();
  const now = useNow(true);
  const elapsed = blade.since === undefined ? undefined : Math.max(0, now - Date.parse(blade.since));
  return (
    <div className="grid gap-2">
      <p className="text-info" suppressHydrationWarning>
        {t("services.blade.state.optimizing")}
        {elapsed === undefined ? null : ` · ${formatElapsed(elapsed, locale)}`}
      </p>
      {elapsed === undefined ? null : (
        <Progress label={t("services.blade.state.optimizing")} value={Math.min(0.99, elapsed / OPTIMIZING_MS)} />
      )}
      <p className="text-sm text-text-3">{t("services.blade.parts", { done: blade.parts, of: blade.of })}</p>
    </div>
  );
}

/** Measured on this very service, with pictures of one size and as many steps. */
function Gain({ pictures }: { pictures: readonly Generation[] }) {
  const t = useT();
  const locale = useLocale();
  const gain = bladeGain(pictures);
  if (!gain) return null;
  const seconds = (ms: number | undefined) =>
    ms === undefined ? t("common.unknown") : t("services.blade.seconds", { value: formatNumber(ms / 1000, locale, 1) });
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-1 text-sm">
      <dt className="col-span-2 text-text-3">{t("services.blade.measured", { size: gain.size, steps: gain.steps })}</dt>
      <dt>{t("services.blade.without")}</dt>
      <dd className="tabular-nums">{seconds(gain.withoutMs)}</dd>
      <dt>{t("services.blade.with")}</dt>
      <dd className="tabular-nums">{seconds(gain.withMs)}</dd>
    </dl>
  );
}
