"use client";

import { Plus, Trash2 } from "lucide-react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { SelectField } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { IconButton } from "@/components/ui/icon-button";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { MAX_LORAS } from "@/lib/playground/limits";
import type { AddOnFile } from "@/lib/services/add-on-files";

interface LoraFieldProps {
  files: readonly AddOnFile[];
  /** Several, and their weights, need Blade; without it the one stays for all later requests. */
  blade: boolean;
  /** Until Blade is ready the service refuses any LoRA (diffusers-service.md §9). */
  optimizing: boolean;
}

export function LoraField({ files: all, blade, optimizing }: LoraFieldProps) {
  const t = useT();
  const { control } = useFormContext<FormValues>();
  const { fields, append, remove } = useFieldArray({ control, name: "loras" });
  const max = blade ? MAX_LORAS : 1;
  const files = all.filter(({ misfit }) => !misfit);
  const misfits = all.filter(({ misfit }) => misfit);
  const refusal = optimizing
    ? t("playground.lora.optimizing")
    : files.length === 0 && fields.length === 0
      ? t(misfits.length > 0 ? "playground.lora.noneFits" : "playground.lora.none")
      : fields.length >= max
        ? t(blade ? "playground.lora.full" : "playground.lora.oneOnly")
        : undefined;
  return (
    <fieldset className="grid gap-3">
      <legend className="pb-1.5 font-medium">{t("playground.lora.title")}</legend>
      {fields.map((field, index) => {
        const paths = files.map(({ path }) => path);
        // A path from a recalled picture may no longer be there: it is shown all the same.
        const known = field.path === "" || paths.includes(field.path) ? paths : [field.path, ...paths];
        const others = misfits.filter(({ path }) => path !== field.path);
        return (
          <div key={field.id} className="flex items-end gap-2">
            <div className="min-w-0 flex-1">
              <SelectField
                name={`loras.${index}.path`}
                label={t("playground.lora.file")}
                options={[
                  ...known.map((value) => ({ value, label: value })),
                  ...others.map(({ path }) => ({
                    value: path,
                    label: t("playground.lora.misfit", { path }),
                    disabled: true,
                  })),
                ]}
              />
            </div>
            {blade ? (
              <div className="w-20">
                <TextField
                  name={`loras.${index}.weight`}
                  type="number"
                  min={-2}
                  max={2}
                  step={0.05}
                  label={t("playground.lora.weight")}
                />
              </div>
            ) : null}
            <IconButton
              label={t("playground.lora.remove", { path: field.path })}
              icon={<Trash2 aria-hidden="true" />}
              onClick={() => remove(index)}
            />
          </div>
        );
      })}
      {fields.length > 0 && optimizing ? <Callout tone="warn" title={t("playground.lora.optimizing")} /> : null}
      {fields.length > max ? <Callout tone="warn" title={refusal} /> : null}
      {fields.length > 0 && !blade ? <p className="text-sm text-text-2">{t("playground.lora.stays")}</p> : null}
      <Button
        size="sm"
        className="justify-self-start"
        icon={<Plus aria-hidden="true" />}
        disabledReason={refusal}
        onClick={() => append({ path: files[0]?.path ?? "", weight: 0.75 })}
      >
        {t("playground.lora.add")}
      </Button>
    </fieldset>
  );
}
