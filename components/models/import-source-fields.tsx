"use client";

import { useQuery } from "@tanstack/react-query";
import { SelectField, type SelectOption } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { PRESET_IDS, type PresetId } from "@/lib/imports/presets";
import { importQueries } from "@/lib/imports/queries";
import type { ImportSource } from "@/lib/imports/schemas";
import { presetLabel } from "./import-source-text";

interface ImportSourceFieldsProps {
  connectionId: string;
  kind: ImportSource["kind"];
  preset: PresetId;
  buckets: readonly SelectOption[];
  onPreset: (id: PresetId) => void;
}

/** What has to be said of the kind of source that was chosen. */
export function ImportSourceFields({ connectionId, kind, preset, buckets, onPreset }: ImportSourceFieldsProps) {
  const t = useT();
  switch (kind) {
    case "preset":
      return <PresetFields {...{ connectionId, preset, onPreset }} />;
    case "url":
      return (
        <TextField
          name="url"
          type="url"
          label={t("imports.form.url")}
          hint={t("imports.form.urlHint")}
          placeholder="https://"
          mono
          autoComplete="off"
        />
      );
    case "huggingface":
    case "modelscope":
      return <RepositoryFields kind={kind} />;
    case "bucket":
      return (
        <>
          <SelectField
            name="fromBucket"
            label={t("imports.form.fromBucket")}
            placeholder={t("imports.form.chooseBucket")}
            options={buckets}
          />
          <TextField
            name="fromPrefix"
            label={t("imports.form.fromPrefix")}
            placeholder="models/sd15/"
            mono
            autoComplete="off"
          />
        </>
      );
    default:
      return kind satisfies never;
  }
}

function PresetFields({
  connectionId,
  preset,
  onPreset,
}: Pick<ImportSourceFieldsProps, "connectionId" | "preset" | "onPreset">) {
  const t = useT();
  const locale = useLocale();
  const { data } = useQuery(importQueries.presetSize(connectionId, preset));
  const size = data?.sizeBytes === undefined ? undefined : formatBytes(data.sizeBytes, locale);
  return (
    <div className="grid gap-1.5">
      <SelectField
        name="preset"
        label={t("imports.form.preset")}
        hint={t(
          `imports.presetHints.${preset === "translate" || preset === "translate_archive" ? preset : "controlnet"}`,
        )}
        options={PRESET_IDS.map((id) => ({ value: id, label: presetLabel(t, id) }))}
        onChange={(value) => {
          const id = PRESET_IDS.find((one) => one === value);
          if (id) onPreset(id);
        }}
      />
      <p role="status" className="text-sm text-text-2">
        {data === undefined
          ? t("imports.form.askingSize")
          : size === undefined
            ? t("imports.form.sizeUnknown")
            : t("imports.form.size", { size })}
      </p>
    </div>
  );
}

function RepositoryFields({ kind }: { kind: "huggingface" | "modelscope" }) {
  const t = useT();
  const isHuggingFace = kind === "huggingface";
  return (
    <>
      <TextField
        name="repository"
        label={t("imports.form.repository")}
        placeholder={
          isHuggingFace ? "stable-diffusion-v1-5/stable-diffusion-v1-5" : "damo/nlp_csanmt_translation_zh2en"
        }
        mono
        autoComplete="off"
      />
      <TextField
        name="revision"
        label={t("imports.form.revision")}
        placeholder={isHuggingFace ? "main" : "master"}
        optional
        mono
        autoComplete="off"
      />
    </>
  );
}
