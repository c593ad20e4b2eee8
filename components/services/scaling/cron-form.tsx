"use client";

import { useMutation } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { type Control, useFieldArray, useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { useServiceScope } from "@/components/services/use-live";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { useLocale, useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { setCronScaler } from "@/lib/services/actions";
import { excludedDay } from "@/lib/services/cron-schedule";
import { MAX_INSTANCES } from "@/lib/services/scaling-metrics";
import type { CronScalerView } from "@/lib/services/scaling-view";
import { NextRuns } from "./next-runs";
import { scheduleText } from "./schedule-text";

interface Values {
  jobs: { name: string; schedule: string; targetSize: number; timeZone: string }[];
  excludeDates: string[];
}

const loadSchema = () => import("@/lib/services/scaling-schemas").then((module) => module.CronScalerSchema);

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "Asia/Shanghai";

function startingFrom(cronScaler: CronScalerView | undefined, timeZone: string): Values {
  if (!cronScaler)
    return { jobs: [{ name: "morning", schedule: "0 0 9 * * 1-5", targetSize: 1, timeZone }], excludeDates: [] };
  return {
    jobs: cronScaler.jobs.map((job) => ({
      name: job.name,
      schedule: job.schedule,
      targetSize: job.targetSize,
      timeZone: job.timeZone ?? "",
    })),
    excludeDates: cronScaler.excludeDates,
  };
}

interface CronFormProps {
  cronScaler: CronScalerView | undefined;
  onDone: () => Promise<void>;
  onCancel: () => void;
}

export function CronForm({ cronScaler, onDone, onCancel }: CronFormProps) {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const form = useZodForm(loadSchema, { defaultValues: startingFrom(cronScaler, ownZone()) });
  const { fields, append, remove } = useFieldArray({ control: form.control, name: "jobs" });
  const save = useMutation({
    mutationFn: async (rules: Values) => unwrap(await setCronScaler({ connectionId, name, rules })),
    onSuccess: async () => {
      toast.success(t("scaling.cron.saved", { name }));
      await onDone();
    },
  });
  return (
    <Form
      form={form}
      label={t("scaling.cron.title")}
      error={save.error}
      onSubmit={(rules) => save.mutate(rules)}
      footer={
        <>
          <SubmitButton pending={save.isPending}>{t("scaling.cron.save")}</SubmitButton>
          <Button onClick={onCancel}>{t("common.cancel")}</Button>
        </>
      }
    >
      {fields.map((field, index) => (
        <Job
          key={field.id}
          control={form.control}
          index={index}
          onRemove={fields.length > 1 ? () => remove(index) : undefined}
        />
      ))}
      <div>
        <Button
          size="sm"
          icon={<Plus aria-hidden="true" />}
          onClick={() => append({ name: "", schedule: "0 0 19 * * 1-5", targetSize: 0, timeZone: ownZone() })}
        >
          {t("scaling.cron.addJob")}
        </Button>
      </div>
      <ExcludedDays
        value={useWatch({ control: form.control, name: "excludeDates" })}
        onChange={(days) => form.setValue("excludeDates", days, { shouldDirty: true })}
      />
    </Form>
  );
}

function Job({ control, index, onRemove }: { control: Control<Values>; index: number; onRemove?: () => void }) {
  const t = useT();
  const locale = useLocale();
  const job = useWatch({ control, name: `jobs.${index}` });
  const excludeDates = useWatch({ control, name: "excludeDates" });
  const words = scheduleText(job.schedule, locale);
  return (
    <fieldset className="grid gap-4 rounded-lg border border-line p-4">
      <legend className="px-1 text-sm text-text-2">{job.name || t("scaling.cron.job", { number: index + 1 })}</legend>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <TextField name={`jobs.${index}.name`} label={t("common.name")} maxLength={64} />
        <TextField
          name={`jobs.${index}.targetSize`}
          type="number"
          min={0}
          max={MAX_INSTANCES}
          step={1}
          label={t("services.instances")}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name={`jobs.${index}.schedule`}
          label={t("scaling.cron.schedule")}
          hint={words ?? t("scaling.cron.scheduleHint")}
          mono
        />
        <SelectField
          name={`jobs.${index}.timeZone`}
          label={t("scaling.cron.timeZone")}
          placeholder={job.timeZone ? undefined : t("scaling.cron.chooseZone")}
          options={zonesWith(job.timeZone).map((value) => ({ value, label: value }))}
        />
      </div>
      {words ? (
        <div className="grid gap-1">
          <p className="text-sm text-text-3">{t("scaling.cron.next")}</p>
          <NextRuns
            schedule={job.schedule}
            timeZone={job.timeZone || undefined}
            excludeDates={excludeDates}
            count={3}
          />
        </div>
      ) : null}
      {onRemove ? (
        <div>
          <Button size="sm" icon={<Trash2 aria-hidden="true" />} onClick={onRemove}>
            {t("scaling.cron.removeJob")}
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}

function zonesWith(chosen: string): string[] {
  const zones = Intl.supportedValuesOf("timeZone");
  return chosen === "" || zones.includes(chosen) ? zones : [chosen, ...zones];
}

function ExcludedDays({ value, onChange }: { value: readonly string[]; onChange: (days: string[]) => void }) {
  const t = useT();
  const locale = useLocale();
  const id = useId();
  const [day, setDay] = useState("");
  const expression = excludedDay(day);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium">{t("scaling.cron.excluded")}</legend>
      <p className="text-sm text-text-2">{t("scaling.cron.excludedHint")}</p>
      {value.length > 0 ? (
        <ul className="grid gap-1">
          {value.map((one) => (
            <li key={one} className="flex items-center gap-2">
              <span className="wrap-anywhere min-w-0">{scheduleText(one, locale) ?? one}</span>
              <IconButton
                size="sm"
                variant="ghost"
                label={t("scaling.cron.includeAgain", { date: scheduleText(one, locale) ?? one })}
                icon={<Trash2 aria-hidden="true" />}
                onClick={() => onChange(value.filter((other) => other !== one))}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <div className="flex flex-wrap items-end gap-2">
        <div className="grid gap-1.5">
          <label htmlFor={id} className="text-sm text-text-2">
            {t("scaling.cron.day")}
          </label>
          <Input id={id} type="date" value={day} onChange={(event) => setDay(event.target.value)} />
        </div>
        <Button
          disabledReason={expression ? undefined : t("scaling.cron.chooseDay")}
          onClick={() => {
            if (expression && !value.includes(expression)) onChange([...value, expression]);
            setDay("");
          }}
        >
          {t("scaling.cron.exclude")}
        </Button>
      </div>
    </fieldset>
  );
}
