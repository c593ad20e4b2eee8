"use client";

import { Check, OctagonAlert } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { formatDuration, formatElapsed } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Snapshot } from "@/lib/services/snapshot";
import { paceOfStage } from "@/lib/services/stage-pace";
import { useNow } from "./use-now";

type Stage = Snapshot["stages"][number];

const MARKS: Record<Stage["state"], string> = {
  done: "border-transparent bg-ok-soft text-ok",
  current: "border-info-solid text-info",
  failed: "border-transparent bg-bad-soft text-bad",
  waiting: "border-line-strong text-text-3",
};

/** The way from "accepted" to the first picture. Done ones fold to a time, the current one counts. */
export function StageStrip({ stages }: { stages: readonly Stage[] }) {
  const t = useT();
  const now = useNow(stages.some(({ state }) => state === "current"));
  if (stages.length === 0) return null;
  return (
    <ol
      aria-label={t("services.stages")}
      className="grid gap-y-1 rounded-lg border border-line bg-surface p-2 md:grid-cols-[repeat(7,minmax(0,1fr))]"
    >
      {stages.map((stage) => (
        <li
          key={stage.id}
          aria-current={stage.state === "current" ? "step" : undefined}
          className={cn(
            "flex items-center gap-2.5 rounded-md px-2 py-1.5",
            stage.state === "current" && "bg-info-soft",
          )}
        >
          <span
            aria-hidden="true"
            className={cn("flex size-5 shrink-0 items-center justify-center rounded-full border", MARKS[stage.state])}
          >
            {stage.state === "done" ? <Check className="size-3.5" /> : null}
            {stage.state === "failed" ? <OctagonAlert className="size-3.5" /> : null}
            {stage.state === "current" ? (
              <span className="size-2 animate-pulse-slow rounded-full bg-info-solid" />
            ) : null}
          </span>
          <span className="grid min-w-0">
            <span className={cn("truncate text-sm", stage.state === "waiting" ? "text-text-3" : "font-medium")}>
              {t(`stages.name.${stage.id}`)}
            </span>
            <span className="truncate text-text-3 text-xs tabular-nums">
              <VisuallyHidden>{t(`stages.state.${stage.state}`)} </VisuallyHidden>
              <Duration stage={stage} now={now} />
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Duration({ stage, now }: { stage: Stage; now: number }) {
  const t = useT();
  const locale = useLocale();
  const { state, startedAt, endedAt, usualMs } = stage;
  const from = startedAt ? Date.parse(startedAt) : Number.NaN;
  const to = endedAt ? Date.parse(endedAt) : state === "current" ? now : Number.NaN;
  const usual = usualMs === undefined ? undefined : t("stages.usual", { usual: formatDuration(usualMs, locale) });
  if (state === "waiting" || Number.isNaN(from) || Number.isNaN(to)) {
    return (
      <span>
        <span aria-hidden="true">{t(`stages.state.${state}`)}</span>
        {state === "waiting" && usual ? ` · ${usual}` : null}
      </span>
    );
  }
  const isLong = state === "current" && paceOfStage(to - from, usualMs) === "long";
  return (
    <span suppressHydrationWarning className={isLong ? "font-medium text-warn" : undefined} title={usual}>
      {formatElapsed(to - from, locale)}
      {state === "current" && usual ? ` · ${usual}` : null}
    </span>
  );
}
