"use client";

import { useMutation } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { type Control, useFieldArray, useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { useServiceScope } from "@/components/services/use-live";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { AppError } from "@/lib/errors";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { setAutoscaler } from "@/lib/services/actions";
import { AUTOSCALER_LOST, findMetric, MAX_INSTANCES, METRICS } from "@/lib/services/scaling-metrics";
import type { AutoscalerInput } from "@/lib/services/scaling-schemas";
import type { AutoscalerView } from "@/lib/services/scaling-view";
import type { ServiceDetail } from "@/lib/services/view";
import { metricName } from "./metric-name";

/** What EAS takes where nothing is said (eas-openapi.md §7.4). */
const DEFAULTS = { scaleUpWindowSeconds: 0, scaleDownWindowSeconds: 300, graceSeconds: 600, activationReplicas: 1 };

function startingFrom(autoscaler: AutoscalerView | undefined, service: ServiceDetail): AutoscalerInput {
  if (!autoscaler) {
    const min = Math.max(1, service.instances.total);
    const metric = service.isAsync ? "queue[avgbacklog]" : "qps";
    return { min, max: min + 1, strategies: [{ metric, threshold: service.isAsync ? 5 : 1 }], ...DEFAULTS };
  }
  const { min, max, strategies, onZero } = autoscaler;
  return {
    min,
    max,
    strategies: strategies.map(({ metric, ...strategy }) => ({
      ...strategy,
      metric: findMetric(metric)?.name ?? metric,
    })),
    scaleUpWindowSeconds: autoscaler.scaleUpWindowSeconds ?? DEFAULTS.scaleUpWindowSeconds,
    scaleDownWindowSeconds: autoscaler.scaleDownWindowSeconds ?? DEFAULTS.scaleDownWindowSeconds,
    graceSeconds: onZero?.graceSeconds ?? DEFAULTS.graceSeconds,
    activationReplicas: onZero?.activationReplicas ?? DEFAULTS.activationReplicas,
  };
}

interface AutoscalerFormProps {
  service: ServiceDetail;
  autoscaler: AutoscalerView | undefined;
  onDone: () => Promise<void>;
  onCancel: () => void;
}

export function AutoscalerForm({ service, autoscaler, onDone, onCancel }: AutoscalerFormProps) {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const { isAsync } = service;
  const form = useZodForm(
    () => import("@/lib/services/scaling-schemas").then((module) => module.autoscalerSchemaFor(isAsync)),
    { defaultValues: startingFrom(autoscaler, service) },
  );
  // What there was when the form was opened: a change that is lost on its way may have taken it away.
  const [former] = useState(autoscaler);
  const save = useMutation({
    mutationFn: async (rules: AutoscalerInput) => unwrap(await setAutoscaler({ connectionId, name, rules })),
    onSuccess: async () => {
      toast.success(t("scaling.auto.saved", { name }));
      await onDone();
    },
  });
  return (
    <Form
      form={form}
      label={t("scaling.auto.title")}
      error={save.error}
      onSubmit={(rules) => save.mutate(rules)}
      footer={
        <>
          <SubmitButton pending={save.isPending}>{t("scaling.auto.save")}</SubmitButton>
          {former && isLost(save.error) ? (
            <Button onClick={() => save.mutate(startingFrom(former, service))}>{t("scaling.auto.putBack")}</Button>
          ) : null}
          <Button onClick={onCancel}>{t("common.cancel")}</Button>
        </>
      }
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField name="min" type="number" min={0} max={MAX_INSTANCES} step={1} label={t("scaling.auto.min")} />
        <TextField name="max" type="number" min={1} max={MAX_INSTANCES} step={1} label={t("scaling.auto.max")} />
      </div>
      <Strategies control={form.control} isAsync={isAsync} />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          name="scaleUpWindowSeconds"
          type="number"
          min={0}
          step={1}
          label={t("scaling.auto.scaleUpSeconds")}
          hint={t("scaling.auto.scaleUpHint")}
        />
        <TextField
          name="scaleDownWindowSeconds"
          type="number"
          min={0}
          step={1}
          label={t("scaling.auto.scaleDownSeconds")}
          hint={t("scaling.auto.scaleDownHint")}
        />
      </div>
      <Zero control={form.control} isAsync={isAsync} />
    </Form>
  );
}

const isLost = (error: Error | null) => error instanceof AppError && error.params.rule === AUTOSCALER_LOST;

function Strategies({ control, isAsync }: { control: Control<AutoscalerInput>; isAsync: boolean }) {
  const t = useT();
  const { fields, append, remove } = useFieldArray({ control, name: "strategies" });
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 font-medium">{t("scaling.auto.metrics")}</legend>
      <p className="text-sm text-text-2">{t("scaling.auto.metricsHint")}</p>
      {fields.map((field, index) => (
        <div key={field.id} className="grid grid-cols-[minmax(0,1fr)_minmax(0,8rem)_auto] items-start gap-3">
          <SelectField
            name={`strategies.${index}.metric`}
            label={t("scaling.auto.metric")}
            options={optionsOf(field.metric).map((value) => ({
              value,
              label: metricName(t, value),
              disabled: value.startsWith("queue[") && !isAsync && !field.service,
            }))}
          />
          <TextField
            name={`strategies.${index}.threshold`}
            type="number"
            min={0}
            step={0.1}
            label={t("scaling.auto.threshold")}
          />
          <IconButton
            className="mt-7.5"
            variant="ghost"
            label={t("scaling.auto.removeMetric", { metric: metricName(t, field.metric) })}
            icon={<Trash2 aria-hidden="true" />}
            onClick={() => remove(index)}
          />
        </div>
      ))}
      <div>
        <Button size="sm" icon={<Plus aria-hidden="true" />} onClick={() => append({ metric: "cpu", threshold: 70 })}>
          {t("scaling.auto.addMetric")}
        </Button>
      </div>
    </fieldset>
  );
}

/** Somebody else's metric stays what it is. */
function optionsOf(metric: string): string[] {
  const known: string[] = METRICS.map(({ name }) => name);
  return known.includes(metric) ? known : [metric, ...known];
}

/** What going to zero means, and its two numbers. */
function Zero({ control, isAsync }: { control: Control<AutoscalerInput>; isAsync: boolean }) {
  const t = useT();
  const min = useWatch({ control, name: "min" });
  if (min !== 0) return null;
  return (
    <>
      <Callout tone="warn" title={t("scaling.auto.toZero")}>
        {t(isAsync ? "scaling.auto.toZeroAsync" : "scaling.auto.toZeroSync")}
      </Callout>
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          name="graceSeconds"
          type="number"
          min={0}
          step={1}
          label={t("scaling.auto.graceSeconds")}
          hint={t("scaling.auto.graceHint")}
        />
        <TextField
          name="activationReplicas"
          type="number"
          min={1}
          step={1}
          label={t("scaling.auto.activation")}
          hint={t("scaling.auto.activationHint")}
        />
      </div>
    </>
  );
}
