"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { priceText } from "@/components/prices/price-text";
import { usePrices } from "@/components/prices/use-prices";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { type RadioCard, RadioCards } from "@/components/ui/radio-cards";
import { SkeletonRows } from "@/components/ui/skeleton";
import { formatPercent } from "@/lib/format";
import type { Locale } from "@/lib/i18n/locales";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import type { ConfigPrice } from "@/lib/prices/price";
import { INSTANCE_TYPE } from "@/lib/service-config/config-view";
import { commandPatches, instancePatches } from "@/lib/service-config/form";
import { gpuMemoryNeed, hasStock, type MachineFacts, supportsBlade } from "@/lib/service-config/machine";
import { useConfigEditor } from "./editor-context";
import { FieldFrame } from "./field-frame";
import { InstanceAlternatives } from "./instance-alternatives";

/** Enough to choose from at a glance; the rest is one press away. */
const SHOWN_AT_FIRST = 4;

interface InstancePickerProps {
  connectionId: string;
  query: Pick<UseQueryResult<MachineFacts[]>, "data" | "error" | "refetch">;
}

interface Filters {
  search: string;
  inStock: boolean;
  blade: boolean;
  fits: boolean;
}

/** Which machine: what it has, whether there is one, and whether this model fits, what it costs as far as the price table says. */
export function InstancePicker({ connectionId, query }: InstancePickerProps) {
  const t = useT();
  const locale = useLocale();
  const { view, document, facts, change } = useConfigEditor();
  const [all, setAll] = useState(false);
  const [filters, setFilters] = useState<Filters>({ search: "", inStock: false, blade: false, fits: false });
  const prices = usePrices(connectionId);
  const { data, error, refetch } = query;
  if (error) return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={3} label={t("deploy.service.loadingInstances")} />;

  const types = view.instanceTypes.map(({ type }) => type);
  const [first = ""] = types;
  const need = needOf(
    facts.model?.report.weightsBytes || facts.model?.report.sizeBytes,
    view.parsed?.flags.blade ?? false,
  );
  const gpus = inOrder(
    data.filter((machine) => machine.gpu),
    need,
  );
  const found = gpus.filter((machine) => matches(machine, filters, need));
  // The chosen one is always among those shown.
  const shown = found.filter((machine, index) => all || index < SHOWN_AT_FIRST || machine.instanceType === first);

  function choose(type: string) {
    const machine = gpus.find(({ instanceType }) => instanceType === type);
    const rest = types.slice(1).filter((other) => other !== type);
    change([
      ...instancePatches(document.value, [type, ...rest], gpus),
      // A card that cannot run Blade takes the switch with it.
      ...(machine ? commandPatches(document.value, { blade: supportsBlade(machine.gpu?.model) }) : []),
    ]);
  }

  return (
    <FieldFrame
      label={t("deploy.service.instanceType")}
      hint={t("deploy.service.instanceHint")}
      path={view.instanceTypes[0]?.path ?? INSTANCE_TYPE}
      also={({ code }) => code === "instance_type_twice"}
      group
    >
      {(control) => (
        <div className="grid gap-2">
          {all || gpus.length <= SHOWN_AT_FIRST ? (
            <FilterBar filters={filters} onChange={setFilters} withFit={need !== undefined} />
          ) : null}
          {shown.length > 0 ? (
            <RadioCards
              aria-label={t("deploy.service.instanceType")}
              aria-describedby={control["aria-describedby"]}
              options={shown.map((machine) => toCard(t, locale, machine, need, prices(machine.instanceType)))}
              value={first}
              onChange={choose}
            />
          ) : (
            <p className="text-text-2">{t("config.instance.none")}</p>
          )}
          {all || found.length <= shown.length ? null : (
            <Button variant="ghost" size="sm" className="justify-self-start" onClick={() => setAll(true)}>
              {t("deploy.service.showAll", { count: gpus.length })}
            </Button>
          )}
          {all ? (
            <p className="text-sm text-text-2">
              {t("config.instance.shown", { count: found.length, total: gpus.length })}
            </p>
          ) : null}
          <InstanceAlternatives machines={gpus} />
        </div>
      )}
    </FieldFrame>
  );
}

const needOf = (modelBytes: number | undefined, blade: boolean) =>
  modelBytes === undefined ? undefined : gpuMemoryNeed(modelBytes, blade);

const fits = (machine: MachineFacts, need: number | undefined) =>
  need === undefined || machine.gpu?.memoryGb === undefined || machine.gpu.memoryGb >= need;

function matches(
  machine: MachineFacts,
  { search, inStock, blade, fits: mustFit }: Filters,
  need: number | undefined,
): boolean {
  const words = `${machine.instanceType} ${machine.gpu?.model ?? ""}`.toLowerCase();
  return (
    words.includes(search.trim().toLowerCase()) &&
    (!inStock || hasStock(machine)) &&
    (!blade || supportsBlade(machine.gpu?.model)) &&
    (!mustFit || fits(machine, need))
  );
}

/** In stock first, then those that fit and those Blade runs on, then the smaller. */
function inOrder(machines: readonly MachineFacts[], need: number | undefined): MachineFacts[] {
  const rank = (machine: MachineFacts) =>
    (hasStock(machine) ? 0 : 4) + (fits(machine, need) ? 0 : 2) + (supportsBlade(machine.gpu?.model) ? 0 : 1);
  return machines.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.gpu?.count ?? 0) - (b.gpu?.count ?? 0) ||
      (a.gpu?.memoryGb ?? 0) - (b.gpu?.memoryGb ?? 0) ||
      a.cpu - b.cpu,
  );
}

function FilterBar({
  filters,
  onChange,
  withFit,
}: {
  filters: Filters;
  onChange: (filters: Filters) => void;
  withFit: boolean;
}) {
  const t = useT();
  const box = (key: "inStock" | "blade" | "fits", label: string) => (
    <label className="flex items-center gap-1.5 text-sm">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={filters[key]}
        onChange={(event) => onChange({ ...filters, [key]: event.target.checked })}
      />
      {label}
    </label>
  );
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Input
        className="max-w-60"
        aria-label={t("config.instance.search")}
        placeholder={t("config.instance.search")}
        value={filters.search}
        onChange={(event) => onChange({ ...filters, search: event.target.value })}
      />
      {box("inStock", t("config.instance.inStock"))}
      {box("blade", t("config.instance.blade"))}
      {withFit ? box("fits", t("config.instance.fits")) : null}
    </div>
  );
}

function toCard(
  t: Translate,
  locale: Locale,
  machine: MachineFacts,
  need: number | undefined,
  price: ConfigPrice | undefined,
): RadioCard<string> {
  const { gpu, spotDiscount, unprotectedSpotDiscount } = machine;
  const memory = gpu?.memoryGb ? t("deploy.service.gpuMemory", { gb: gpu.memoryGb }) : undefined;
  return {
    value: machine.instanceType,
    title: gpu && gpu.count > 1 ? `${gpu.count} × ${gpu.model}` : (gpu?.model ?? machine.instanceType),
    aside: hasStock(machine) ? (
      <Badge tone="ok">{t("deploy.service.inStock")}</Badge>
    ) : (
      <Badge tone="warn">{t("deploy.service.outOfStock")}</Badge>
    ),
    description: (
      <>
        <span className="block">
          {[
            memory,
            t("deploy.service.cpuMemory", { cpu: machine.cpu, gb: machine.memoryGb }),
            supportsBlade(gpu?.model) ? t("deploy.service.bladeCapable") : t("config.instance.noBlade"),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        {need !== undefined && !fits(machine, need) ? (
          <span className="block text-warn">{t("config.instance.tight", { gb: Math.ceil(need) })}</span>
        ) : null}
        <span className="block">
          {[
            price ? priceText(t, locale, price) : t("prices.unknown"),
            spotDiscount === undefined
              ? undefined
              : t("config.instance.spot", { percent: formatPercent(spotDiscount, locale) }),
            unprotectedSpotDiscount === undefined
              ? undefined
              : t("config.instance.spotUnprotected", { percent: formatPercent(unprotectedSpotDiscount, locale) }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <span className="block break-all font-mono text-text-3 text-xs">{machine.instanceType}</span>
      </>
    ),
  };
}
