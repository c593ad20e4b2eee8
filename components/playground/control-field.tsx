"use client";

import { useFormContext } from "react-hook-form";
import { SelectField } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { CONTROL_KINDS, SCALE_LIMITS } from "@/lib/playground/limits";
import type { AddOnFile } from "@/lib/services/add-on-files";

/** What the given picture is turned into before it guides, how strongly it does, and by which weights. */
export function ControlField({ weights }: { weights: readonly AddOnFile[] }) {
  const t = useT();
  const { watch } = useFormContext<FormValues>();
  const [kind, path] = watch(["processFunc", "controlnetPath"]);
  // A path from a recalled picture may no longer be there: it is shown all the same.
  const paths = weights.map((file) => file.path);
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
      <TextField name="controlScale" type="number" {...SCALE_LIMITS} label={t("playground.control.scale")} />
      <SelectField
        name="controlnetPath"
        label={t("playground.control.weights")}
        hint={t("playground.control.weightsHint")}
        options={[
          { value: "", label: t("playground.control.weightsKeep") },
          ...known.map((value) => ({ value, label: value })),
        ]}
      />
    </div>
  );
}
