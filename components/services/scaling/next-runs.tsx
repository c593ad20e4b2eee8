"use client";

import { Time } from "@/components/ui/time";
import { formatDateTime } from "@/lib/format";
import { useLocale, useRenderedAt, useT } from "@/lib/i18n/react";
import { nextRuns } from "@/lib/services/cron-schedule";

interface NextRunsProps {
  schedule: string;
  timeZone: string | undefined;
  excludeDates: readonly string[];
  count: number;
}

/** When a job runs next: in its own time zone, which is what its schedule means, and how far away that is. */
export function NextRuns({ schedule, timeZone, excludeDates, count }: NextRunsProps) {
  const t = useT();
  const locale = useLocale();
  const now = Math.max(useRenderedAt(), Date.now());
  if (!timeZone) return <span className="text-sm text-text-2">{t("scaling.cron.noZone")}</span>;
  const runs = nextRuns({ schedule, timeZone, excludeDates }, now, count);
  if (runs.length === 0) return <span className="text-sm text-text-2">{t("scaling.cron.never")}</span>;
  return (
    <ul className="text-sm sm:py-1.5">
      {runs.map((at) => (
        <li key={at} className="wrap-anywhere">
          {formatDateTime(at, locale, timeZone)}{" "}
          <span className="text-text-3">
            {timeZone} · <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
