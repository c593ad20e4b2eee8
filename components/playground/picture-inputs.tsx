"use client";

import { PenTool } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useFormContext } from "react-hook-form";
import { SelectField } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import { computedSize, RESIZE_MODES, STRENGTH_LIMITS } from "@/lib/playground/limits";
import { OutpaintField } from "./outpaint-field";
import { PictureField } from "./picture-field";
import { ResizePreview } from "./resize-preview";

const MaskEditor = dynamic(() => import("./mask-editor").then((module) => module.MaskEditor), { ssr: false });

interface PictureInputsProps {
  connectionId: string;
  service: string;
}

/** The given picture and what is to happen to it, for every function but text to image. */
export function PictureInputs({ connectionId, service }: PictureInputsProps) {
  const t = useT();
  const { watch, setValue } = useFormContext<FormValues>();
  const [func, image, mask, width, height, mode] = watch(["func", "image", "mask", "width", "height", "resizeMode"]);
  const [drawing, setDrawing] = useState(false);
  const place = { connectionId, service };
  return (
    <>
      <PictureField
        {...place}
        name="image"
        label={t("playground.picture.image")}
        hint={func === "controlnet" ? t("playground.picture.controlHint") : undefined}
        // A mask belongs to the picture that it was drawn on.
        onChange={() => setValue("mask", undefined)}
      />
      {func === "inpaint" ? (
        <div className="grid gap-2">
          <PictureField
            {...place}
            name="mask"
            label={t("playground.picture.mask")}
            hint={t("playground.picture.maskHint")}
          />
          <Button
            size="sm"
            className="justify-self-start"
            icon={<PenTool aria-hidden="true" />}
            disabledReason={image ? undefined : t("playground.mask.imageFirst")}
            onClick={() => setDrawing(true)}
          >
            {t(mask ? "playground.mask.edit" : "playground.mask.draw")}
          </Button>
          {drawing && image ? (
            <MaskEditor
              {...place}
              image={image}
              mask={mask}
              onClose={() => setDrawing(false)}
              onMask={(drawn) => setValue("mask", drawn, { shouldValidate: true })}
            />
          ) : null}
        </div>
      ) : null}
      {func === "outpaint" ? <OutpaintField {...place} /> : null}
      {func === "controlnet" ? null : (
        <TextField
          name="denoisingStrength"
          type="number"
          {...STRENGTH_LIMITS}
          label={t("playground.strength")}
          hint={t("playground.strengthHint")}
        />
      )}
      {func === "outpaint" ? null : (
        <SelectField
          name="resizeMode"
          label={t("playground.resize.title")}
          hint={t("playground.resize.hint")}
          options={RESIZE_MODES.map((value) => ({ value, label: t(`playground.resize.${value}`) }))}
        />
      )}
      {func !== "outpaint" && image && width && height ? (
        <ResizePreview {...place} image={image} mode={mode} {...computedSize(func, { width, height })} />
      ) : null}
    </>
  );
}
