"use client";

import { useFormContext } from "react-hook-form";
import { SelectField } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { useT } from "@/lib/i18n/react";
import { isPreviewed } from "@/lib/playground/control-map";
import type { FormValues } from "@/lib/playground/form-values";
import { CONTROL_KINDS, SCALE_LIMITS } from "@/lib/playground/limits";
import type { AddOnFile } from "@/lib/services/add-on-files";
import { ControlPreview } from "./control-preview";

interface ControlFieldProps {
  connectionId: string;
  service: string;
  weights: readonly AddOnFile[];
}

/** What the given picture is turned into before it guides, how strongly it does, and by which weights. */
export function ControlField({ connectionId, service, weights }: ControlFieldProps) {
  const t = useT();
  const { watch } = useFormContext<FormValues>();
  const [kind, path, image, width, height, resizeMode] = watch([
    "processFunc",
    "controlnetPath",
    "image",
    "width",
    "height",
    "resizeMode",
  ]);
  // A path from a recalled picture may no longer be there: it is shown all the same.
  const paths = weights.filter(({ misfit }) => !misfit).map((file) => file.path);
  const misfits = weights.filter((file) => file.misfit && file.path !== path);
  const known = path === "" || paths.includes(path) ? paths : [path, ...paths];
  return (
    <div className="grid gap-5">
      <SelectField
        name="processFunc"
        label={t("playground.control.kind")}
        hint={t(kind === "" ? "playground.control.ownHint" : "playground.control.kindHint")}
        options={[
          ...CONTROL_KINDS.map((value) => ({ value, label: t(`playground.control.kinds.${value}`) })),
          { value: "", label: t("playground.control.own") },
        ]}
      />
      {image && isPreviewed(kind) && width && height ? (
        <ControlPreview {...{ connectionId, service, image, kind, width, height, resizeMode }} />
      ) : null}
      <TextField name="controlScale" type="number" {...SCALE_LIMITS} label={t("playground.control.scale")} />
      <SelectField
        name="controlnetPath"
        label={t("playground.control.weights")}
        hint={t("playground.control.weightsHint")}
        options={[
          { value: "", label: t("playground.control.weightsKeep") },
          ...known.map((value) => ({ value, label: value })),
          ...misfits.map((file) => ({
            value: file.path,
            label: t("playground.lora.misfit", { path: file.path }),
            disabled: true,
          })),
        ]}
      />
    </div>
  );
}
