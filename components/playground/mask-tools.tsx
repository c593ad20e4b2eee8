"use client";

import {
  Brush,
  Contrast,
  Eraser,
  Lasso,
  type LucideIcon,
  PaintBucket,
  Redo2,
  SquareDashed,
  Trash2,
  Undo2,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { useT } from "@/lib/i18n/react";
import { feather, fillBox, invert, wholeBox } from "@/lib/playground/mask/raster";
import type { MaskWork } from "./use-mask";

export const TOOLS = ["brush", "eraser", "rectangle", "lasso", "fill"] as const;
export type Tool = (typeof TOOLS)[number];

const ICONS: Record<Tool, LucideIcon> = {
  brush: Brush,
  eraser: Eraser,
  rectangle: SquareDashed,
  lasso: Lasso,
  fill: PaintBucket,
};

export const BRUSH_LIMITS = { min: 1, max: 200 } as const;
const FEATHER_PX = 8;

interface MaskToolsProps {
  work: MaskWork;
  tool: Tool;
  onTool: (tool: Tool) => void;
  brush: number;
  onBrush: (radius: number) => void;
  onZoom: (factor: number) => void;
}

export function MaskTools({ work, tool, onTool, brush, onBrush, onZoom }: MaskToolsProps) {
  const t = useT();
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Segmented
        label={t("playground.mask.tool")}
        value={tool}
        onChange={onTool}
        options={TOOLS.map((value) => {
          const Icon = ICONS[value];
          return {
            value,
            label: t(`playground.mask.tools.${value}`),
            icon: <Icon aria-hidden="true" className="max-sm:hidden" />,
          };
        })}
      />
      <label htmlFor={id} className="flex items-center gap-2 text-sm">
        {t("playground.mask.brushSize")}
        <input
          id={id}
          type="range"
          {...BRUSH_LIMITS}
          value={brush}
          onChange={(event) => onBrush(Number(event.target.value))}
          className="w-28 accent-accent"
        />
        <span className="w-8 text-text-2 tabular-nums">{brush}</span>
      </label>
      <span className="flex flex-wrap gap-1">
        <IconButton
          size="sm"
          label={t("playground.mask.undo")}
          icon={<Undo2 aria-hidden="true" />}
          disabled={!work.canUndo}
          onClick={work.undo}
        />
        <IconButton
          size="sm"
          label={t("playground.mask.redo")}
          icon={<Redo2 aria-hidden="true" />}
          disabled={!work.canRedo}
          onClick={work.redo}
        />
        <IconButton
          size="sm"
          label={t("playground.mask.zoomIn")}
          icon={<ZoomIn aria-hidden="true" />}
          onClick={() => onZoom(1.5)}
        />
        <IconButton
          size="sm"
          label={t("playground.mask.zoomOut")}
          icon={<ZoomOut aria-hidden="true" />}
          onClick={() => onZoom(1 / 1.5)}
        />
      </span>
      <span className="flex flex-wrap gap-2">
        <Button size="sm" icon={<Contrast aria-hidden="true" />} onClick={() => work.step(invert)}>
          {t("playground.mask.invert")}
        </Button>
        <Button size="sm" onClick={() => work.step((mask) => feather(mask, FEATHER_PX))}>
          {t("playground.mask.feather")}
        </Button>
        <Button
          size="sm"
          icon={<Trash2 aria-hidden="true" />}
          onClick={() => work.step((mask) => fillBox(mask, wholeBox(mask), false))}
        >
          {t("playground.mask.clear")}
        </Button>
      </span>
    </div>
  );
}

const SIDES = ["left", "top", "width", "height"] as const;

/** The same with numbers, for those who do not draw. */
export function MaskNumbers({ work }: { work: MaskWork }) {
  const t = useT();
  const id = useId();
  const { mask } = work;
  const [box, setBox] = useState({ left: 0, top: 0, width: mask.width, height: mask.height });

  function apply(paints: boolean) {
    const { left, top, width, height } = box;
    work.step((target) => fillBox(target, { left, top, right: left + width, bottom: top + height }, paints));
  }

  return (
    // Within the playground's form there can be no second one.
    // biome-ignore lint/a11y/useSemanticElements: numbers and the buttons that use them, not a set of form fields
    <div
      role="group"
      aria-label={t("playground.mask.numbers")}
      className="grid grid-cols-4 items-end gap-2 sm:flex"
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        event.stopPropagation();
        apply(true);
      }}
    >
      {SIDES.map((side) => (
        <label key={side} htmlFor={`${id}-${side}`} className="grid gap-1 text-sm">
          {t(`playground.mask.${side}`)}
          <Input
            id={`${id}-${side}`}
            type="number"
            min={0}
            max={side === "left" || side === "width" ? mask.width : mask.height}
            value={box[side]}
            onChange={(event) => setBox({ ...box, [side]: Number(event.target.value) })}
            className="min-w-0 max-sm:px-2 sm:w-20"
          />
        </label>
      ))}
      <Button className="max-sm:col-span-2" onClick={() => apply(true)}>
        {t("playground.mask.paint")}
      </Button>
      <Button className="max-sm:col-span-2" onClick={() => apply(false)}>
        {t("playground.mask.erase")}
      </Button>
    </div>
  );
}
