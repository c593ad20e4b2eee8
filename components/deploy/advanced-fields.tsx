"use client";

import { useFormContext, useWatch } from "react-hook-form";
import { SelectField } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { useT } from "@/lib/i18n/react";
import { officialImage } from "@/lib/service-config/defaults";
import type { WorkspaceView } from "@/lib/services/list-workspaces";

interface AdvancedFieldsProps {
  bucket: string;
  region: string;
  workspaces: readonly WorkspaceView[];
}

/** What a first success never needs. Closed until asked for. */
export function AdvancedFields({ bucket, region, workspaces }: AdvancedFieldsProps) {
  const t = useT();
  const { setValue } = useFormContext();
  const kind = useWatch({ name: "image.kind" });
  return (
    <details className="rounded-lg border border-line bg-surface">
      <summary className="cursor-pointer rounded-lg px-4 py-3 font-medium">{t("deploy.service.advanced")}</summary>
      <div className="grid gap-5 px-4 pb-4 sm:grid-cols-2">
        <SelectField
          name="image.kind"
          label={t("deploy.service.image")}
          hint={kind === "official" ? officialImage(region) : t("deploy.service.imageHint")}
          options={[
            { value: "official", label: t("deploy.service.imageOfficial") },
            { value: "mirror", label: t("deploy.service.imageMirror") },
            { value: "custom", label: t("deploy.service.imageCustom") },
          ]}
          onChange={(value) => {
            if (value === "custom") setValue("image.address", "");
          }}
        />
        {kind === "custom" ? (
          <TextField name="image.address" label={t("deploy.service.imageAddress")} mono />
        ) : (
          <div className="hidden sm:block" />
        )}
        <TextField name="instances" type="number" min={0} max={1000} step={1} label={t("deploy.service.instances")} />
        <TextField
          name="extraDiskGb"
          type="number"
          min={0}
          max={2000}
          step={10}
          label={t("deploy.service.extraDisk")}
          hint={t("deploy.service.extraDiskHint")}
        />
        <TextField
          name="keepaliveMs"
          type="number"
          min={1000}
          max={3_600_000}
          step={1000}
          label={t("deploy.service.keepalive")}
          hint={t("deploy.service.keepaliveHint")}
        />
        <TextField
          name="modelPath"
          label={t("deploy.service.modelPath")}
          hint={t("deploy.service.modelPathHint", { bucket })}
          mono
        />
        <SelectField
          name="workspaceId"
          label={t("deploy.service.workspace")}
          hint={t("deploy.service.workspaceHint")}
          placeholder={t("common.none")}
          options={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </div>
    </details>
  );
}
