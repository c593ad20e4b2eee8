"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleDot, FileText, type LucideIcon, TriangleAlert, User, Waypoints } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { QueryNotice } from "@/components/ui/query-notice";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { formatElapsed } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { fetchOlder, serviceQueries } from "@/lib/services/queries";
import { mergeTimeline, TIMELINE_KINDS, type TimelineKind } from "@/lib/services/timeline-merge";
import type { TimelineEntry } from "@/lib/services/timeline-view";
import { useServiceScope } from "./use-live";

const ICONS: Record<TimelineKind, LucideIcon> = { event: CircleDot, log: FileText, action: User, stage: Waypoints };
/** More at once would only push the rest of the page away. */
const SHOWN = 30;

/** What happened, from all sides in one line of time. */
export function TimelineCard({ newestId }: { newestId: string | undefined }) {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const [kind, setKind] = useState<TimelineKind | "all">("all");
  const [warningsOnly, setWarningsOnly] = useState(false);
  const [shown, setShown] = useState(SHOWN);
  const { query, loadOlder, loadingOlder } = useTimeline(connectionId, name, newestId);
  const { data, error } = query;
  const entries = (data?.entries ?? []).filter(
    (entry) => (kind === "all" || entry.kind === kind) && (!warningsOnly || entry.level === "warning"),
  );
  const options = (["all", ...TIMELINE_KINDS] as const).map((value) => ({
    value,
    label: t(`services.timeline.kind.${value}`),
  }));
  const hasMore = entries.length > shown || data?.hasOlder;
  return (
    <Card title={t("services.timeline.title")} flush>
      <div className="flex flex-wrap items-center gap-3 border-line border-b px-4 pb-3">
        <Segmented label={t("services.timeline.filter")} value={kind} onChange={setKind} options={options} />
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={warningsOnly}
            onChange={(event) => setWarningsOnly(event.target.checked)}
            className="size-4 accent-accent"
          />
          {t("services.timeline.warningsOnly")}
        </label>
      </div>
      <QueryNotice query={query} className="px-4 py-3" />
      {data || error ? null : <SkeletonRows rows={4} label={t("common.loading")} />}
      {data && entries.length === 0 ? <EmptyState title={t("services.timeline.none")} /> : null}
      {entries.length > 0 ? (
        <ul aria-label={t("services.timeline.title")} className="divide-y divide-line">
          {entries.slice(0, shown).map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
      ) : null}
      {hasMore ? (
        <div className="border-line border-t p-3 text-center">
          <Button
            size="sm"
            variant="ghost"
            loading={loadingOlder}
            onClick={() => {
              setShown((count) => count + SHOWN * 2);
              if (entries.length <= shown + SHOWN) void loadOlder();
            }}
          >
            {t("services.timeline.older")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function useTimeline(connectionId: string, name: string, newestId: string | undefined) {
  const client = useQueryClient();
  const options = serviceQueries.timeline(connectionId, name);
  const query = useQuery(options);
  const { data, refetch } = query;
  const [loadingOlder, setLoadingOlder] = useState(false);
  const known = data?.entries.reduce((most, { id }) => (BigInt(id) > most ? BigInt(id) : most), 0n);
  // The stream began after the list was read, and something was written in between.
  const isBehind = known !== undefined && newestId !== undefined && BigInt(newestId) > known;
  useEffect(() => {
    if (isBehind) void refetch();
  }, [isBehind, refetch]);

  async function loadOlder() {
    const oldest = data?.entries.at(-1);
    if (!data?.hasOlder || !oldest) return;
    setLoadingOlder(true);
    try {
      const older = await fetchOlder(connectionId, name, oldest.at);
      client.setQueryData(options.queryKey, (now) =>
        now ? { entries: mergeTimeline(now.entries, older.entries), hasOlder: older.hasOlder } : now,
      );
    } finally {
      setLoadingOlder(false);
    }
  }
  return { query, loadOlder, loadingOlder };
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const t = useT();
  const isWarning = entry.level === "warning";
  const Icon = isWarning ? TriangleAlert : ICONS[entry.kind];
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 px-4 py-2">
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4", isWarning ? "text-warn" : "text-text-3")} />
      <div className="grid min-w-0 gap-0.5">
        <div className="flex items-baseline justify-between gap-4">
          <span className={cn("min-w-0 wrap-anywhere font-medium", isWarning && "text-warn")}>
            <span className="sr-only">{t(`services.timeline.kind.${entry.kind}`)}: </span>
            <EntryTitle entry={entry} />
          </span>
          <Time at={entry.at} className="shrink-0 text-text-3 text-xs" />
        </div>
        {entry.text ? (
          <p
            className={cn(
              "line-clamp-4 whitespace-pre-line wrap-anywhere text-sm text-text-2",
              entry.kind === "log" && "font-mono text-xs",
            )}
          >
            {entry.text}
          </p>
        ) : null}
      </div>
    </li>
  );
}

function EntryTitle({ entry: { kind, code, params } }: { entry: TimelineEntry }) {
  const t = useT();
  const locale = useLocale();
  switch (kind) {
    case "event":
      return code;
    case "log":
      return t.maybe(`stages.activity.${code}`) ?? t("services.timeline.exception");
    case "action":
      return t.maybe(`services.timeline.action.${code}`, params) ?? `${code} · ${params.by ?? ""}`;
    case "stage": {
      if (params.reason) return t.maybe(`reasons.${params.reason}.title`, params) ?? `${params.reason}`;
      const stage = t.maybe(`stages.name.${code}`) ?? code;
      const took = typeof params.tookMs === "number" ? formatElapsed(params.tookMs, locale) : undefined;
      return took ? t("services.timeline.stageTook", { stage, took }) : t("services.timeline.stageDone", { stage });
    }
    default:
      return kind satisfies never;
  }
}
