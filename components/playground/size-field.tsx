"use client";

import { ArrowLeftRight, Link2, Link2Off } from "lucide-react";
import { useId, useState } from "react";
import { useFormContext } from "react-hook-form";
import { TextField } from "@/components/form/text-field";
import { IconButton } from "@/components/ui/icon-button";
import { Segmented } from "@/components/ui/segmented";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { computedSize, SIZE_LIMITS, toSide } from "@/lib/playground/limits";

/** The sizes the models were made for; others are a press away. */
const SIZES = [
  [512, 512],
  [768, 768],
  [512, 768],
  [768, 512],
] as const;

export function SizeField() {
  const t = useT();
  const { setValue, watch } = useFormContext<FormValues>();
  const [width, height] = watch(["width", "height"]);
  /** Width by height, while one side follows the other. */
  const [ratio, setRatio] = useState<number>();

  const set = (side: "width" | "height", to: number | undefined) => setValue(side, to, { shouldValidate: true });

  function choose(to: readonly [number | undefined, number | undefined]) {
    set("width", to[0]);
    set("height", to[1]);
    if (ratio !== undefined && to[0] && to[1]) setRatio(to[0] / to[1]);
  }

  return (
    <div className="grid gap-2">
      <span className="font-medium">{t("playground.size")}</span>
      <Segmented
        label={t("playground.size")}
        value={`${width}x${height}`}
        onChange={(chosen) => {
          const [w, h] = chosen.split("x").map(Number);
          choose([w, h]);
        }}
        options={SIZES.map(([w, h]) => ({ value: `${w}x${h}`, label: `${w}×${h}` }))}
      />
      <div className="grid grid-cols-[1fr_auto_auto_1fr] items-end gap-1">
        <TextField
          name="width"
          type="number"
          {...SIZE_LIMITS}
          label={t("playground.width")}
          onChange={(value) => ratio && Number(value) > 0 && set("height", toSide(Number(value) / ratio))}
        />
        <IconButton
          label={t("playground.lockRatio")}
          icon={ratio ? <Link2 aria-hidden="true" /> : <Link2Off aria-hidden="true" />}
          aria-pressed={ratio !== undefined}
          disabled={!width || !height}
          onClick={() => setRatio(ratio === undefined && width && height ? width / height : undefined)}
          className="aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
        />
        <IconButton
          label={t("playground.swap")}
          icon={<ArrowLeftRight aria-hidden="true" />}
          onClick={() => choose([height, width])}
        />
        <TextField
          name="height"
          type="number"
          {...SIZE_LIMITS}
          label={t("playground.height")}
          onChange={(value) => ratio && Number(value) > 0 && set("width", toSide(Number(value) * ratio))}
        />
      </div>
      <RoundingNote />
    </div>
  );
}

/** What the service will really do is said before it does it: the functions round in ways of their own. */
function RoundingNote() {
  const t = useT();
  const id = useId();
  const { watch } = useFormContext<FormValues>();
  const [func, width = 0, height = 0] = watch(["func", "width", "height"]);
  const really = computedSize(func, { width, height });
  if (really.width === width && really.height === height) return null;
  return (
    <p id={id} role="status" className="text-sm text-text-2">
      {t(func === "t2i" ? "playground.rules.rounded" : "playground.rules.cut", really)}
    </p>
  );
}
