"use client";

import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { Spinner } from "@/components/ui/spinner";
import { formatDuration, formatElapsed } from "@/lib/format";
import { expectedMs, workOf } from "@/lib/generations/expected";
import type { Generation } from "@/lib/generations/view";
import { useLocale, useT } from "@/lib/i18n/react";
import { resultSize } from "@/lib/playground/limits";

/** In the playground's own words: where a request stands. */
export function useProgressText(): (generation: Generation, known: readonly Generation[]) => string {
  const t = useT();
  return ({ status, waitReason, working, place, createdAt, id }, known) => {
    if (waitReason) return t(`playground.waitReason.${waitReason}`);
    if (status === "running" || working) return t("playground.drawing");
    // In the service's own line, or in ours before it.
    const ahead =
      place ??
      (status === "waiting"
        ? known.filter((other) => isAhead(other) && other.createdAt < createdAt && other.id !== id).length
        : undefined);
    if (ahead === undefined) return t("playground.inQueue");
    return ahead === 0 ? t("playground.nextInLine") : t("playground.ahead", { count: ahead });
  };
}

const isAhead = ({ status }: Generation) => status === "waiting" || status === "running" || status === "queued";

interface WorkingProps {
  generation: Generation;
  known: readonly Generation[];
  mayGenerate: boolean;
  onCancel: (generation: Generation) => void;
}

/** A picture that is not there yet, in the shape that it will have. */
export function Working({ generation, known, mayGenerate, onCancel }: WorkingProps) {
  const t = useT();
  const progressText = useProgressText();
  const { status, working, sentAt, createdAt, input, by } = generation;
  const isDrawing = status === "running" || working;
  const expected = isDrawing ? expectedMs(workOf(input), known) : undefined;
  const { width, height } = resultSize(input);
  return (
    <div
      className="grid max-h-[70dvh] min-h-64 w-full place-items-center rounded-lg border border-line bg-hover p-4"
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      <div className="grid w-full max-w-72 justify-items-center gap-2 text-center text-text-2">
        <Spinner />
        <span className="font-medium text-text">{progressText(generation, known)}</span>
        {/* When the queue gave it out nobody says: it is counted from when that was seen. */}
        <Stopwatch
          key={isDrawing ? "drawing" : "waiting"}
          since={working ? undefined : isDrawing ? sentAt : createdAt}
          expected={expected}
        />
        <p className="line-clamp-3 text-sm">{input.prompt}</p>
        {by ? <span className="text-sm text-text-3">{t("playground.by", { name: by })}</span> : null}
        {mayGenerate ? (
          <Button
            size="sm"
            icon={<X aria-hidden="true" />}
            disabledReason={isDrawing ? t("playground.rules.begun") : undefined}
            onClick={() => onCancel(generation)}
          >
            {t("playground.withdraw")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function Stopwatch({ since, expected }: { since: string | undefined; expected: number | undefined }) {
  const t = useT();
  const locale = useLocale();
  const [seenAt] = useState(Date.now);
  const [now, setNow] = useState(seenAt);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const elapsed = Math.max(0, now - (since === undefined ? seenAt : Date.parse(since)));
  if (expected === undefined) return <span className="tabular-nums">{formatElapsed(elapsed, locale)}</span>;
  return (
    <>
      <span className="tabular-nums">
        {t("playground.elapsedOf", {
          elapsed: formatElapsed(elapsed, locale),
          expected: formatDuration(Math.max(1000, expected), locale),
        })}
      </span>
      <div className="w-full">
        <Progress label={t("playground.drawing")} value={Math.min(0.99, elapsed / expected)} />
      </div>
    </>
  );
}
