"use client";

import { useMutation } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useFieldArray } from "react-hook-form";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";
import { setLabels } from "@/lib/services/actions";
import { useServiceScope } from "./use-live";

const loadSchema = () => import("@/lib/services/label-schemas").then((module) => module.LabelRowsSchema);

/** What is saved is the difference to what the form began with: labels that others set meanwhile stay. */
export function LabelsForm({ labels, onClose }: { labels: Record<string, string>; onClose: () => void }) {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const [before] = useState(labels);
  const rows = Object.entries(before).map(([key, value]) => ({ key, value }));
  const form = useZodForm(loadSchema, { defaultValues: { rows: rows.length > 0 ? rows : [{ key: "", value: "" }] } });
  const { fields, append, remove } = useFieldArray({ control: form.control, name: "rows" });
  const save = useMutation({
    mutationFn: async (after: Record<string, string>) => {
      const set = Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
      const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
      if (Object.keys(set).length === 0 && gone.length === 0) return;
      unwrap(await setLabels({ connectionId, name, set, remove: gone }));
    },
    onSuccess: () => {
      toast.success(t("services.labels.saved", { name }));
      onClose();
    },
  });
  return (
    <Form
      form={form}
      label={t("services.labels.title")}
      error={save.error}
      onSubmit={({ rows: given }) => save.mutate(Object.fromEntries(given.map(({ key, value }) => [key, value])))}
      footer={
        <>
          <SubmitButton pending={save.isPending}>{t("services.labels.save")}</SubmitButton>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
        </>
      }
    >
      {fields.map((field, index) => (
        <div key={field.id} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-3">
          <TextField name={`rows.${index}.key`} label={t("services.labels.key")} maxLength={128} />
          <TextField name={`rows.${index}.value`} label={t("services.labels.value")} maxLength={128} />
          <IconButton
            className="mt-7.5"
            variant="ghost"
            label={t("services.labels.remove", { key: field.key })}
            icon={<Trash2 aria-hidden="true" />}
            onClick={() => remove(index)}
          />
        </div>
      ))}
      <div>
        <Button size="sm" icon={<Plus aria-hidden="true" />} onClick={() => append({ key: "", value: "" })}>
          {t("services.labels.add")}
        </Button>
      </div>
    </Form>
  );
}
