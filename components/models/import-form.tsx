"use client";

import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { RadioCardsField } from "@/components/form/radio-cards-field";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { toast } from "@/components/ui/toast";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { createImport } from "@/lib/imports/actions";
import { IMPORT_FOLDERS, type ImportFolder } from "@/lib/imports/kinds";
import { controlnetFolder, isTranslation, PRESET_IDS, type PresetId, presetFolders } from "@/lib/imports/presets";
import { ossQueries } from "@/lib/oss/queries";
import { unwrap } from "@/lib/result";
import { ImportSourceFields } from "./import-source-fields";

const KINDS = ["preset", "url", "huggingface", "modelscope", "bucket"] as const;
const loadSchema = () => import("@/lib/imports/schemas").then((module) => module.ImportFormSchema);

export function ImportForm({ connectionId }: { connectionId: string }) {
  const t = useT();
  const { data: buckets = [] } = useQuery(ossQueries.buckets(connectionId));
  const form = useZodForm(loadSchema, {
    defaultValues: {
      kind: "url",
      preset: PRESET_IDS[0],
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
  const [kind, presetId] = useWatch({ control: form.control, name: ["kind", "preset"] });
  const preset = PRESET_IDS.find((id) => id === presetId) ?? PRESET_IDS[0];
  const names = buckets.map(({ name }) => ({ value: name, label: name }));

  // A known source knows where it belongs; where there is a choice, the usual place comes first.
  const folders = kind === "preset" ? presetFolders(preset) : IMPORT_FOLDERS;
  const settle = (next: readonly ImportFolder[]) => form.setValue("folder", next[0] ?? "", { shouldValidate: false });

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
        onChange={(value) => settle(value === "preset" ? presetFolders(preset) : IMPORT_FOLDERS)}
        options={KINDS.map((value) => ({
          value,
          title: t(`imports.kinds.${value}.label`),
          description: t(`imports.kinds.${value}.text`),
        }))}
      />
      <ImportSourceFields
        {...{ connectionId, kind, preset, buckets: names }}
        onPreset={(id) => settle(presetFolders(id))}
      />
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
        options={folders.map((value) => ({ value, label: folderLabel(t, kind, preset, value) }))}
      />
    </Form>
  );
}

function folderLabel(t: Translate, kind: string, preset: PresetId, folder: ImportFolder): string {
  if (folder === "") return t("imports.form.wholeRoot");
  if (kind !== "preset" || isTranslation(preset)) return `${folder}/`;
  const place = `${controlnetFolder(preset, folder)}/`;
  return t(folder === "controlnet" ? "imports.form.atStart" : "imports.form.perRequest", { folder: place });
}
