"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useFormContext } from "react-hook-form";
import { RadioCardsField } from "@/components/form/radio-cards-field";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import type { RadioCard } from "@/components/ui/radio-cards";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { hasStock, type MachineFacts, supportsBlade } from "@/lib/service-config/machine";

/** Enough to choose from at a glance; the rest is one press away. */
const SHOWN_AT_FIRST = 4;

interface InstancePickerProps {
  query: Pick<UseQueryResult<MachineFacts[]>, "data" | "error" | "refetch">;
  onChoose: (machine: MachineFacts) => void;
}

export function InstancePicker({ query, onChoose }: InstancePickerProps) {
  const t = useT();
  const { getValues } = useFormContext();
  const [all, setAll] = useState(false);
  const { data, error, refetch } = query;
  if (error) return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={3} label={t("deploy.service.loadingInstances")} />;

  const gpus = inOrder(data.filter((machine) => machine.gpu));
  const chosen: unknown = getValues("instanceType");
  // The chosen one is always among those shown.
  const shown = all ? gpus : gpus.filter((machine, index) => index < SHOWN_AT_FIRST || machine.instanceType === chosen);
  return (
    <div className="grid gap-2">
      <RadioCardsField
        name="instanceType"
        label={t("deploy.service.instanceType")}
        hint={t("deploy.service.instanceHint")}
        options={shown.map((machine) => toCard(t, machine))}
        onChange={(value) => {
          const machine = data.find(({ instanceType }) => instanceType === value);
          if (machine) onChoose(machine);
        }}
      />
      {gpus.length > shown.length ? (
        <Button variant="ghost" size="sm" className="justify-self-start" onClick={() => setAll(true)}>
          {t("deploy.service.showAll", { count: gpus.length })}
        </Button>
      ) : null}
    </div>
  );
}

/** In stock first, then those Blade runs on, then the smaller. */
function inOrder(machines: readonly MachineFacts[]): MachineFacts[] {
  const rank = (machine: MachineFacts) => (hasStock(machine) ? 0 : 2) + (supportsBlade(machine.gpu?.model) ? 0 : 1);
  return machines.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.gpu?.count ?? 0) - (b.gpu?.count ?? 0) ||
      (a.gpu?.memoryGb ?? 0) - (b.gpu?.memoryGb ?? 0) ||
      a.cpu - b.cpu,
  );
}

function toCard(t: Translate, machine: MachineFacts): RadioCard<string> {
  const { gpu } = machine;
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
          {[memory, t("deploy.service.cpuMemory", { cpu: machine.cpu, gb: machine.memoryGb })]
            .filter(Boolean)
            .join(" · ")}
          {supportsBlade(gpu?.model) ? ` · ${t("deploy.service.bladeCapable")}` : null}
        </span>
        <span className="block break-all font-mono text-text-3 text-xs">{machine.instanceType}</span>
      </>
    ),
  };
}
