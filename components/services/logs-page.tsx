"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download, Pause, Play, ScrollText, WrapText } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { QueryNotice } from "@/components/ui/query-notice";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { isSettled } from "@/lib/eas/status";
import { useT } from "@/lib/i18n/react";
import { plainLine } from "@/lib/services/plain-line";
import { logFileUrl, serviceQueries } from "@/lib/services/queries";
import type { Snapshot } from "@/lib/services/snapshot";
import { LogChoice } from "./log-choice";
import { LogView } from "./log-view";
import { useServiceScope, useSnapshot } from "./use-live";

const MOVING_MS = 3_000;
const SETTLED_MS = 15_000;
const NO_INSTANCES: Snapshot["instances"] = [];

export function LogsPage() {
  const t = useT();
  const asked = useSearchParams();
  const { connectionId, name } = useServiceScope();
  const snapshot = useSnapshot();
  const [instance, setInstance] = useState(asked.get("instance") ?? "");
  const [container, setContainer] = useState("");
  const [run, setRun] = useState<"current" | "previous">(asked.get("run") === "previous" ? "previous" : "current");
  const [isPaused, setPaused] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const [search, setSearch] = useState("");
  const [wrap, setWrap] = useState(false);
  const needle = useDeferredValue(search.trim().toLowerCase());
  const instances = snapshot?.instances ?? NO_INSTANCES;
  // Without a choice: the one that the overview shows too.
  const chosen = instance || snapshot?.log.instance || instances[0]?.name;
  const query = { instance: chosen, container: container || undefined, previous: run === "previous" || undefined };
  const isStill = isPaused || isWhole;
  const tail = useQuery({
    ...serviceQueries.logs(connectionId, name, query),
    placeholderData: keepPreviousData,
    enabled: !isWhole,
    refetchInterval: isStill ? false : isSettled(snapshot?.service?.status ?? "") ? SETTLED_MS : MOVING_MS,
    refetchOnWindowFocus: !isStill,
  });
  const whole = useQuery({
    queryKey: [...serviceQueries.all(connectionId), "whole-log", name, query],
    enabled: isWhole,
    // Read once: a hundred thousand lines are not read again for ten new ones.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const answer = await fetch(logFileUrl(connectionId, name, query), { signal });
      if (!answer.ok) throw new Error(`${answer.status}`);
      return { lines: (await answer.text()).split("\n").slice(0, -1) };
    },
  });
  const shown = isWhole ? whole : tail;
  const { data, error } = shown;
  const lines = (data?.lines ?? []).filter((line) => needle === "" || plainLine(line).toLowerCase().includes(needle));

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <LogChoice
          instances={instances}
          instance={chosen}
          onInstance={setInstance}
          container={container}
          onContainer={setContainer}
        />
        <Segmented
          label={t("services.log.run")}
          value={run}
          onChange={setRun}
          options={[
            { value: "current", label: t("services.log.current") },
            { value: "previous", label: t("services.log.previous") },
          ]}
        />
        <Input
          type="search"
          aria-label={t("services.log.search")}
          placeholder={t("services.log.search")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="w-full sm:w-56"
        />
        <div className="ml-auto flex flex-wrap items-center gap-1">
          <IconButton
            label={t("common.wrapLines")}
            icon={<WrapText aria-hidden="true" />}
            aria-pressed={wrap}
            onClick={() => setWrap((now) => !now)}
          />
          <IconButton
            label={t("services.log.whole")}
            icon={<ScrollText aria-hidden="true" />}
            aria-pressed={isWhole}
            onClick={() => setWhole((now) => !now)}
          />
          <CopyButton text={async () => lines.map(plainLine).join("\n")} label={t("services.log.copy")} iconOnly />
          <a
            href={logFileUrl(connectionId, name, query)}
            download={`${name}.log`}
            className="inline-flex h-8 items-center gap-1.5 rounded-md px-2.5 text-text-2 hover:bg-hover hover:text-text [&>svg]:size-4"
          >
            <Download aria-hidden="true" />
            {t("services.log.download")}
          </a>
          <Button
            icon={isPaused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
            disabledReason={isWhole ? t("services.log.wholeIsStill") : undefined}
            onClick={() => {
              if (isPaused) void tail.refetch();
              setPaused(!isPaused);
            }}
          >
            {t(isPaused ? "services.log.resume" : "services.log.pause")}
          </Button>
        </div>
      </div>
      <QueryNotice query={shown} />
      <Card flush>
        {data || error ? (
          <LogView label={t("services.log.title")} lines={lines} wrap={wrap} needle={needle} className="h-[60dvh]" />
        ) : (
          <SkeletonRows rows={8} label={t("common.loading")} />
        )}
      </Card>
      <p className="text-sm text-text-3" aria-live="polite">
        {needle === ""
          ? t("services.log.count", { count: lines.length })
          : t("services.log.found", { count: lines.length })}
        {isPaused && !isWhole ? ` · ${t("services.log.paused")}` : null}
      </p>
    </div>
  );
}
