"use client";

import { Time } from "@/components/ui/time";
import { formatDuration, formatElapsed } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Snapshot } from "@/lib/services/snapshot";
import { paceOfStage } from "@/lib/services/stage-pace";
import { useNow } from "./use-now";

/** One line that answers "what now?", and whether that is still normal. */
export function NowLine({ snapshot }: { snapshot: Snapshot }) {
  const t = useT();
  const { service, stages, failure } = snapshot;
  if (!service) return null;
  const current = stages.find((stage) => stage.state === "current");
  if (failure) return <span>{t.maybe(`reasons.${failure.code}.title`, failure.params)}</span>;
  if (current) {
    const words = current.activity ? t(`stages.activity.${current.activity}`) : t(`stages.now.${current.id}`);
    return (
      <span>
        {words}
        <Pace stage={current} />
      </span>
    );
  }
  return (
    <span>
      {t("services.since")} <Time at={service.updatedAt} />
    </span>
  );
}

function Pace({ stage }: { stage: Snapshot["stages"][number] }) {
  const t = useT();
  const locale = useLocale();
  const now = useNow(true);
  if (!stage.startedAt || stage.usualMs === undefined) return null;
  const elapsed = now - Date.parse(stage.startedAt);
  const params = { usual: formatDuration(stage.usualMs, locale), elapsed: formatElapsed(elapsed, locale) };
  const isLong = paceOfStage(elapsed, stage.usualMs) === "long";
  return (
    <span className={isLong ? "text-warn" : undefined} suppressHydrationWarning>
      {` · ${t(isLong ? "stages.longer" : "stages.normal", params)}`}
    </span>
  );
}
