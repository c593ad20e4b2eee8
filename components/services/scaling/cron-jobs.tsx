"use client";

import { Callout } from "@/components/ui/callout";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { useLocale, useT } from "@/lib/i18n/react";
import type { CronScalerView } from "@/lib/services/scaling-view";
import { NextRuns } from "./next-runs";
import { scheduleText } from "./schedule-text";

interface CronJobsProps {
  cronScaler: CronScalerView;
  /** Stopped or failed: a job then changes nothing. */
  isAtRest: boolean;
}

export function CronJobs({ cronScaler: { jobs, excludeDates }, isAtRest }: CronJobsProps) {
  const t = useT();
  const locale = useLocale();
  return (
    <>
      {isAtRest ? (
        <div className="px-4 pb-4">
          <Callout tone="warn">{t("scaling.cron.atRest")}</Callout>
        </div>
      ) : null}
      <Table
        label={t("scaling.cron.title")}
        rows={jobs}
        rowKey={({ name }) => name}
        columns={[
          { id: "name", header: t("common.name"), primary: true, cell: ({ name }) => name },
          {
            id: "schedule",
            header: t("scaling.cron.schedule"),
            cell: ({ schedule }) => (
              <span className="grid sm:py-1.5">
                <span>{scheduleText(schedule, locale) ?? schedule}</span>
                <span className="font-mono text-text-3 text-xs">{schedule}</span>
              </span>
            ),
          },
          {
            id: "next",
            header: t("scaling.cron.next"),
            cell: ({ schedule, timeZone }) => (
              <NextRuns schedule={schedule} timeZone={timeZone} excludeDates={excludeDates} count={1} />
            ),
          },
          {
            id: "size",
            header: t("services.instances"),
            align: "end",
            cell: ({ targetSize }) => <span className="tabular-nums">{targetSize}</span>,
          },
          {
            id: "last",
            header: t("scaling.cron.last"),
            cell: ({ state, message, lastRunAt }) => (
              <span className="grid text-sm sm:py-1.5">
                <span>
                  {state ? (t.maybe(`scaling.cron.state.${state}`) ?? state) : t("common.unknown")}
                  {lastRunAt ? (
                    <>
                      {" · "}
                      <Time at={lastRunAt} />
                    </>
                  ) : null}
                </span>
                {message ? <span className="wrap-anywhere text-text-3 text-xs">{message}</span> : null}
              </span>
            ),
          },
        ]}
      />
      {excludeDates.length > 0 ? (
        <div className="grid gap-1 border-line border-t px-4 py-3 text-sm">
          <p className="text-text-2">{t("scaling.cron.excluded")}</p>
          <ul>
            {excludeDates.map((expression) => (
              <li key={expression}>
                {scheduleText(expression, locale)} <span className="font-mono text-text-3 text-xs">{expression}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </>
  );
}
