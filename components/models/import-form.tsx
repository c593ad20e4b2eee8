"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { RadioCardsField } from "@/components/form/radio-cards-field";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import { createImport } from "@/lib/imports/actions";
import { IMPORT_FOLDERS } from "@/lib/imports/kinds";
import { IMPORT_PRESETS } from "@/lib/imports/presets";
import { ossQueries } from "@/lib/oss/queries";
import { unwrap } from "@/lib/result";

const KINDS = ["url", "huggingface", "modelscope", "bucket"] as const;
const loadSchema = () => import("@/lib/imports/schemas").then((module) => module.ImportFormSchema);

export function ImportForm({ connectionId }: { connectionId: string }) {
  const t = useT();
  const presetId = useId();
  const { data: buckets = [] } = useQuery(ossQueries.buckets(connectionId));
  const form = useZodForm(loadSchema, {
    defaultValues: {
      kind: "url",
      url: "",
      repository: "",
      revision: "",
      fromBucket: "",
      fromPrefix: "",
      bucket: "",
      prefix: "models/",
      folder: "",
    },
  });
  const kind = useWatch({ control: form.control, name: "kind" });
  const names = buckets.map(({ name }) => ({ value: name, label: name }));

  function takePreset(id: string) {
    const preset = IMPORT_PRESETS.find((one) => one.id === id);
    if (!preset) return;
    form.setValue("url", preset.url, { shouldValidate: true });
    form.setValue("folder", preset.folder);
  }

  return (
    <Form
      form={form}
      label={t("imports.form.title")}
      onSubmit={async (input) => {
        unwrap(await createImport({ connectionId, ...input }));
        toast.success(t("imports.form.begun"));
        form.reset({ ...form.getValues(), url: "", repository: "", fromPrefix: "" });
      }}
      footer={<SubmitButton>{t("imports.form.submit")}</SubmitButton>}
    >
      <RadioCardsField
        name="kind"
        label={t("imports.form.from")}
        columns={2}
        options={KINDS.map((value) => ({
          value,
          title: t(`imports.kinds.${value}.label`),
          description: t(`imports.kinds.${value}.text`),
        }))}
      />
      {kind === "url" ? (
        <>
          <div className="grid gap-1.5">
            <label htmlFor={presetId} className="font-medium">
              {t("imports.form.preset")}
            </label>
            <Select id={presetId} defaultValue="" onChange={(event) => takePreset(event.target.value)}>
              <option value="">{t("imports.form.noPreset")}</option>
              {IMPORT_PRESETS.map(({ id }) => (
                <option key={id} value={id}>
                  {id === "translate"
                    ? t("imports.form.presetTranslate")
                    : t("imports.form.presetControlnet", { kind: id })}
                </option>
              ))}
            </Select>
          </div>
          <TextField
            name="url"
            type="url"
            label={t("imports.form.url")}
            hint={t("imports.form.urlHint")}
            placeholder="https://"
            mono
            autoComplete="off"
          />
        </>
      ) : null}
      {kind === "huggingface" || kind === "modelscope" ? (
        <>
          <TextField
            name="repository"
            label={t("imports.form.repository")}
            placeholder={
              kind === "huggingface"
                ? "stable-diffusion-v1-5/stable-diffusion-v1-5"
                : "damo/nlp_csanmt_translation_zh2en"
            }
            mono
            autoComplete="off"
          />
          <TextField
            name="revision"
            label={t("imports.form.revision")}
            placeholder={kind === "huggingface" ? "main" : "master"}
            optional
            mono
            autoComplete="off"
          />
        </>
      ) : null}
      {kind === "bucket" ? (
        <>
          <SelectField
            name="fromBucket"
            label={t("imports.form.fromBucket")}
            placeholder={t("imports.form.chooseBucket")}
            options={names}
          />
          <TextField
            name="fromPrefix"
            label={t("imports.form.fromPrefix")}
            placeholder="models/sd15/"
            mono
            autoComplete="off"
          />
        </>
      ) : null}
      <SelectField
        name="bucket"
        label={t("imports.form.bucket")}
        placeholder={t("imports.form.chooseBucket")}
        options={names}
      />
      <TextField
        name="prefix"
        label={t("imports.form.prefix")}
        hint={t("imports.form.prefixHint")}
        mono
        autoComplete="off"
      />
      <SelectField
        name="folder"
        label={t("imports.form.folder")}
        hint={t("imports.form.folderHint")}
        options={IMPORT_FOLDERS.map((value) => ({
          value,
          label: value === "" ? t("imports.form.wholeRoot") : `${value}/`,
        }))}
      />
    </Form>
  );
}
