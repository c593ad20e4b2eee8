"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download, RotateCw, WrapText } from "lucide-react";
import { useDeferredValue, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { SkeletonRows } from "@/components/ui/skeleton";
import { isSettled } from "@/lib/eas/status";
import { useT } from "@/lib/i18n/react";
import { serviceQueries } from "@/lib/services/queries";
import { LogView } from "./log-view";
import { useServiceScope, useSnapshot } from "./use-live";

const MOVING_MS = 3_000;
const SETTLED_MS = 15_000;

export function LogsPage() {
  const t = useT();
  const id = useId();
  const { connectionId, name } = useServiceScope();
  const snapshot = useSnapshot();
  const [instance, setInstance] = useState("");
  const [run, setRun] = useState<"current" | "previous">("current");
  const [search, setSearch] = useState("");
  const [wrap, setWrap] = useState(false);
  const needle = useDeferredValue(search.trim().toLowerCase());
  const instances = snapshot?.instances ?? [];
  // Without a choice: the one that the overview shows too.
  const chosen = instance || snapshot?.log.instance || instances[0]?.name;
  const { data, error, refetch, isFetching } = useQuery({
    ...serviceQueries.logs(connectionId, name, { instance: chosen, previous: run === "previous" || undefined }),
    placeholderData: keepPreviousData,
    refetchInterval: isSettled(snapshot?.service?.status ?? "") ? SETTLED_MS : MOVING_MS,
  });
  const lines = (data?.lines ?? []).filter((line) => needle === "" || line.toLowerCase().includes(needle));

  function download() {
    const url = URL.createObjectURL(new Blob([lines.join("\n")], { type: "text/plain" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: `${name}.log` });
    link.click();
    URL.revokeObjectURL(url);
  }

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <div className="grid min-w-56 flex-1 gap-1.5 sm:max-w-96">
          <label htmlFor={`${id}-instance`} className="text-sm text-text-2">
            {t("services.log.instance")}
          </label>
          <Select id={`${id}-instance`} value={chosen ?? ""} onChange={(event) => setInstance(event.target.value)}>
            {instances.length === 0 ? <option value="">{t("services.noInstances")}</option> : null}
            {instances.map((each) => (
              <option key={each.name} value={each.name}>
                {each.name}
              </option>
            ))}
          </Select>
        </div>
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
        <div className="ml-auto flex items-center gap-1">
          <IconButton
            label={t("common.wrapLines")}
            icon={<WrapText aria-hidden="true" />}
            aria-pressed={wrap}
            onClick={() => setWrap((now) => !now)}
          />
          <CopyButton text={lines.join("\n")} label={t("services.log.copy")} iconOnly />
          <IconButton label={t("services.log.download")} icon={<Download aria-hidden="true" />} onClick={download} />
          <Button icon={<RotateCw aria-hidden="true" />} loading={isFetching} onClick={() => void refetch()}>
            {t("common.refresh")}
          </Button>
        </div>
      </div>
      {error ? <ErrorNotice error={toView(error)} onRetry={() => void refetch()} /> : null}
      <Card flush>
        {data || error ? (
          <LogView label={t("services.log.title")} lines={lines} wrap={wrap} className="h-[60dvh]" />
        ) : (
          <SkeletonRows rows={8} label={t("common.loading")} />
        )}
      </Card>
      <p className="text-sm text-text-3" aria-live="polite">
        {needle === ""
          ? t("services.log.count", { count: lines.length })
          : t("services.log.found", { count: lines.length })}
      </p>
    </div>
  );
}
