"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2, Upload } from "lucide-react";
import { useId, useRef, useState } from "react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { Form } from "@/components/form/form";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { IconButton } from "@/components/ui/icon-button";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import { savePriceList } from "@/lib/prices/actions";
import { billingDay } from "@/lib/prices/price";
import type { ReadCsv } from "@/lib/prices/price-csv";
import { priceQueries } from "@/lib/prices/queries";
import type { PriceListView } from "@/lib/prices/schemas";
import { unwrap } from "@/lib/result";
import { serviceQueries } from "@/lib/services/queries";

/** What Alibaba Cloud bills in; a list that has another one keeps it. */
const CURRENCIES = ["CNY", "USD", "EUR", "JPY", "HKD", "SGD"];

const loadSchema = () => import("@/lib/prices/schemas").then((module) => module.SavePriceListSchema);

interface PriceFormProps {
  connectionId: string;
  list: PriceListView;
  onClose: () => void;
}

/** The whole table, saved at once. */
export function PriceForm({ connectionId, list, onClose }: PriceFormProps) {
  const t = useT();
  const client = useQueryClient();
  const [began] = useState(list);
  // Mainland accounts are billed in yuan; whoever is not says so.
  const currency = began.currency ?? (began.region.startsWith("cn-") ? "CNY" : "USD");
  const form = useZodForm(loadSchema, {
    defaultValues: { currency, prices: began.prices, revision: began.revision },
  });
  const save = useMutation({
    mutationFn: async (values: Omit<Parameters<typeof savePriceList>[0], "connectionId">) =>
      unwrap(await savePriceList({ connectionId, ...values })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: priceQueries.list(connectionId).queryKey });
      toast.success(t("prices.savedToast"));
      onClose();
    },
  });
  return (
    <Form
      form={form}
      label={t("prices.table")}
      className="max-w-none"
      error={save.error}
      onSubmit={(values) => save.mutate(values)}
      footer={
        <>
          <SubmitButton pending={save.isPending}>{t("prices.save")}</SubmitButton>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
        </>
      }
    >
      <div className="max-w-60">
        <SelectField
          name="currency"
          label={t("prices.currency")}
          options={[...new Set([currency, ...CURRENCIES])].map((value) => ({ value, label: value }))}
        />
      </div>
      <Rows connectionId={connectionId} />
    </Form>
  );
}

interface Row {
  instanceType: string;
  perHour?: number;
  since: string;
  source: string;
}

function Rows({ connectionId }: { connectionId: string }) {
  const t = useT();
  const { control, getValues, setValue } = useFormContext<{ currency: string; prices: Row[] }>();
  const { fields, append, remove, replace } = useFieldArray({ control, name: "prices" });
  const [read, setRead] = useState<ReadCsv>();

  function add(instanceType: string) {
    const last = getValues("prices").at(-1);
    append({
      instanceType,
      perHour: undefined,
      since: last?.since ?? `${billingDay(Date.now()).slice(0, 8)}01`,
      source: last?.source ?? "",
    });
  }

  /** What the file names takes the place of what is there; the rest stays. */
  async function take(file: File) {
    const { fromPriceCsv } = await import("@/lib/prices/price-csv");
    const found = fromPriceCsv(await file.text());
    setRead(found);
    const isNamed = (row: Row) =>
      found.prices.some(({ instanceType, since }) => instanceType === row.instanceType && since === row.since);
    if (found.prices.length === 0) return;
    replace([...getValues("prices").filter((row) => !isNamed(row)), ...found.prices]);
    if (found.currency) setValue("currency", found.currency);
  }

  return (
    <div className="grid gap-4">
      {fields.length === 0 ? <p className="text-text-2">{t("prices.noRows")}</p> : null}
      <ul className="grid gap-4">
        {fields.map((field, index) => (
          <li
            key={field.id}
            className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] items-start gap-3 border-line border-b pb-4 sm:grid-cols-[minmax(0,2fr)_6.5rem_8rem_minmax(0,2.2fr)] sm:border-0 sm:pb-0"
          >
            <div className="max-sm:col-span-2">
              <TextField name={`prices.${index}.instanceType`} label={t("services.instanceType")} mono />
            </div>
            <TextField name={`prices.${index}.perHour`} label={t("prices.perHour")} type="number" min={0} />
            <TextField name={`prices.${index}.since`} label={t("prices.since")} placeholder="2026-12-01" />
            <div className="flex items-start gap-3 max-sm:col-span-2 [&>:first-child]:flex-1">
              <TextField name={`prices.${index}.source`} label={t("prices.source")} maxLength={200} />
              <IconButton
                className="mt-7.5"
                variant="ghost"
                label={t("prices.remove", { type: getValues(`prices.${index}.instanceType`) || `${index + 1}` })}
                icon={<Trash2 aria-hidden="true" />}
                onClick={() => remove(index)}
              />
            </div>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-end gap-2">
        <AddFromRegion connectionId={connectionId} onAdd={add} />
        <Button icon={<Plus aria-hidden="true" />} onClick={() => add("")}>
          {t("prices.add")}
        </Button>
        <ImportButton onFile={(file) => void take(file)} />
      </div>
      <p className="text-sm text-text-2">{t("prices.hint")}</p>
      {read ? <ImportResult read={read} /> : null}
    </div>
  );
}

/** The types of the region that the table does not name yet. */
function AddFromRegion({ connectionId, onAdd }: { connectionId: string; onAdd: (type: string) => void }) {
  const t = useT();
  const { data = [] } = useQuery(serviceQueries.machineSpecs(connectionId));
  const { watch } = useFormContext<{ prices: Row[] }>();
  const known = new Set(watch("prices").map(({ instanceType }) => instanceType));
  return (
    <Select
      aria-label={t("prices.addFromRegion")}
      className="w-64 max-w-full"
      value=""
      onChange={(event) => event.target.value && onAdd(event.target.value)}
    >
      <option value="">{t("prices.addFromRegion")}</option>
      {data
        .filter(({ instanceType }) => !known.has(instanceType))
        .map(({ instanceType, gpu }) => (
          <option key={instanceType} value={instanceType}>
            {[gpu?.model, instanceType].filter(Boolean).join(" · ")}
          </option>
        ))}
    </Select>
  );
}

function ImportButton({ onFile }: { onFile: (file: File) => void }) {
  const t = useT();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        id={id}
        type="file"
        accept=".csv,text/csv"
        className="sr-only"
        tabIndex={-1}
        aria-label={t("prices.import")}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) onFile(file);
          event.target.value = "";
        }}
      />
      <Button icon={<Upload aria-hidden="true" />} onClick={() => input.current?.click()}>
        {t("prices.import")}
      </Button>
    </>
  );
}

const SHOWN_PROBLEMS = 8;

function ImportResult({ read: { prices, problems } }: { read: ReadCsv }) {
  const t = useT();
  return (
    <Callout
      role="status"
      tone={problems.length > 0 ? "warn" : "ok"}
      title={t("prices.imported", { count: prices.length })}
    >
      {problems.length > 0 ? (
        <ul className="grid gap-0.5">
          {problems.slice(0, SHOWN_PROBLEMS).map(({ line, rule }) => (
            <li key={line}>
              {line > 0 ? t("prices.problem", { line: `${line}`, problem: t.maybe(rule) ?? rule }) : t.maybe(rule)}
            </li>
          ))}
          {problems.length > SHOWN_PROBLEMS ? (
            <li>{t("prices.moreProblems", { count: problems.length - SHOWN_PROBLEMS })}</li>
          ) : null}
        </ul>
      ) : null}
    </Callout>
  );
}
