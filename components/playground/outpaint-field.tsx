"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useFormContext } from "react-hook-form";
import { SelectField } from "@/components/form/select-field";
import { TextField } from "@/components/form/text-field";
import { Callout } from "@/components/ui/callout";
import { cn } from "@/components/ui/cn";
import { pictureUrl } from "@/lib/generations/queries";
import { useT } from "@/lib/i18n/react";
import type { FormValues } from "@/lib/playground/form-values";
import type { InputImage } from "@/lib/playground/input";
import { EXPAND_TYPES, MAX_EXPAND } from "@/lib/playground/limits";
import { type Pixels, prefill, reflectionFits, type Sides } from "@/lib/playground/outpaint";

const SIDES = ["left", "right", "up", "down"] as const;
type Side = (typeof SIDES)[number];

/** The preview is drawn at this size at the most: it is to be judged by eye. */
const PREVIEW_SIDE = 360;
const STEP = 8;

interface OutpaintFieldProps {
  connectionId: string;
  service: string;
}

/** How far the picture grows on each side, and what the container fills the border with before it paints. */
export function OutpaintField({ connectionId, service }: OutpaintFieldProps) {
  const t = useT();
  const { watch } = useFormContext<FormValues>();
  const image = watch("image");
  return (
    <div className="grid gap-3">
      {image ? <Preview image={image} url={pictureUrl(connectionId, service, image.key)} /> : null}
      <div className="grid grid-cols-2 gap-3">
        {SIDES.map((side) => (
          <TextField
            key={side}
            name={`expand.${side}`}
            type="number"
            min={0}
            max={MAX_EXPAND}
            step={STEP}
            label={t(`playground.outpaint.${side}`)}
          />
        ))}
      </div>
      <SelectField
        name="expandType"
        label={t("playground.outpaint.type")}
        options={EXPAND_TYPES.map((value) => ({ value, label: t(`playground.outpaint.types.${value}`) }))}
      />
    </div>
  );
}

function sidesOf(expand: FormValues["expand"]): Sides {
  const side = (value: number | undefined) => Math.min(MAX_EXPAND, Math.max(0, Math.round(value || 0)));
  return { left: side(expand.left), right: side(expand.right), up: side(expand.up), down: side(expand.down) };
}

function Preview({ image, url }: { image: InputImage; url: string }) {
  const t = useT();
  const { watch } = useFormContext<FormValues>();
  const [expand, type] = watch(["expand", "expandType"]);
  const sides = sidesOf(expand);
  const canvas = useRef<HTMLCanvasElement>(null);
  const small = useSmallPicture(url, image);
  const [width, height] = [image.width + sides.left + sides.right, image.height + sides.up + sides.down];
  const { left, right, up, down } = sides;
  const fits = type === "copy" || reflectionFits(image, sides);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!small || !canvas.current || !context) return;
    const scale = small.width / image.width;
    const shrink = (side: number) => Math.round(side * scale);
    const shown = prefill(
      small,
      { left: shrink(left), right: shrink(right), up: shrink(up), down: shrink(down) },
      type,
    );
    if (!shown) return;
    canvas.current.width = shown.width;
    canvas.current.height = shown.height;
    context.putImageData(new ImageData(shown.data, shown.width, shown.height), 0, 0);
  }, [small, image.width, left, right, up, down, type]);

  return (
    <div className="grid gap-1.5">
      <div className="relative grid place-items-center rounded-md border border-line bg-bg p-5">
        <div className="relative max-w-full">
          <canvas
            ref={canvas}
            role="img"
            aria-label={t("playground.outpaint.preview", { width, height })}
            className="block max-h-64 max-w-full"
          />
          <div
            aria-hidden="true"
            className="pointer-events-none absolute border border-accent border-dashed"
            style={{
              left: `${(100 * left) / width}%`,
              right: `${(100 * right) / width}%`,
              top: `${(100 * up) / height}%`,
              bottom: `${(100 * down) / height}%`,
            }}
          />
          {SIDES.map((side) => (
            <Handle key={side} side={side} value={sides[side]} size={{ width, height }} frame={canvas} />
          ))}
        </div>
      </div>
      <p className="text-sm text-text-2 tabular-nums">{t("playground.outpaint.result", { width, height })}</p>
      {fits ? null : <Callout tone="warn" title={t("playground.rules.reflect")} />}
    </div>
  );
}

const PLACES: Record<Side, string> = {
  left: "-left-3 top-1/2 -translate-y-1/2 h-10 w-3 cursor-ew-resize",
  right: "-right-3 top-1/2 -translate-y-1/2 h-10 w-3 cursor-ew-resize",
  up: "-top-3 left-1/2 -translate-x-1/2 w-10 h-3 cursor-ns-resize",
  down: "-bottom-3 left-1/2 -translate-x-1/2 w-10 h-3 cursor-ns-resize",
};

interface HandleProps {
  side: Side;
  value: number;
  size: { width: number; height: number };
  frame: React.RefObject<HTMLCanvasElement | null>;
}

/** Pulls one side out or in; with the arrow keys in steps. */
function Handle({ side, value, size, frame }: HandleProps) {
  const t = useT();
  const { setValue } = useFormContext<FormValues>();
  const start = useRef<{ at: number; value: number; scale: number }>(null);
  const isAcross = side === "left" || side === "right";
  const outwards = side === "left" || side === "up" ? -1 : 1;

  const set = (to: number) =>
    setValue(`expand.${side}`, Math.min(MAX_EXPAND, Math.max(0, Math.round(to / STEP) * STEP)), {
      shouldValidate: true,
    });

  function handleDown(event: PointerEvent<HTMLButtonElement>) {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const scale = isAcross ? size.width / box.width : size.height / box.height;
    start.current = { at: isAcross ? event.clientX : event.clientY, value, scale };
  }

  function handleMove(event: PointerEvent) {
    const from = start.current;
    if (from) set(from.value + outwards * from.scale * ((isAcross ? event.clientX : event.clientY) - from.at));
  }

  function handleEnd() {
    start.current = null;
  }

  function handleKey(event: KeyboardEvent) {
    const steps: Record<string, number> = isAcross ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    set(value + step * outwards * STEP);
  }

  return (
    <button
      type="button"
      role="slider"
      aria-label={t(`playground.outpaint.${side}`)}
      aria-orientation={isAcross ? "horizontal" : "vertical"}
      aria-valuemin={0}
      aria-valuemax={MAX_EXPAND}
      aria-valuenow={value}
      onPointerDown={handleDown}
      onPointerMove={handleMove}
      onPointerUp={handleEnd}
      onPointerCancel={handleEnd}
      onKeyDown={handleKey}
      className={cn("absolute touch-none rounded-full bg-accent", PLACES[side])}
    />
  );
}

/** The picture's pixels at the preview's size. */
function useSmallPicture(url: string, { width, height }: InputImage): Pixels | undefined {
  const [small, setSmall] = useState<Pixels>();
  useEffect(() => {
    const controller = new AbortController();
    void (async () => {
      const response = await fetch(url, { signal: controller.signal });
      const scale = Math.min(1, PREVIEW_SIDE / Math.max(width, height));
      const bitmap = await createImageBitmap(await response.blob());
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(2, Math.round(width * scale));
      canvas.height = Math.max(2, Math.round(height * scale));
      const context = canvas.getContext("2d");
      context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      const pixels = context?.getImageData(0, 0, canvas.width, canvas.height);
      if (pixels) setSmall({ width: canvas.width, height: canvas.height, data: new Uint8ClampedArray(pixels.data) });
    })().catch(() => undefined);
    return () => controller.abort();
  }, [url, width, height]);
  return small;
}
