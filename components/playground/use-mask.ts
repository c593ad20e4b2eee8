"use client";

import { type RefObject, useRef, useState } from "react";
import { MaskHistory } from "@/lib/playground/mask/history";
import { type Box, coverage, joinBoxes, type Mask, newMask, wholeBox } from "@/lib/playground/mask/raster";
import { showBox } from "./mask-canvas";

export interface MaskWork {
  mask: Mask;
  /** 0 … 1, of the picture. */
  share: number;
  canUndo: boolean;
  canRedo: boolean;
  /** One step: a stroke, a rectangle, a click. Tools draw in it and say which box they changed. */
  begin: () => void;
  draw: (tool: (mask: Mask) => Box) => void;
  end: () => void;
  /** Ends it as if it had not begun. */
  drop: () => void;
  /** A step of one tool. */
  step: (tool: (mask: Mask) => Box) => void;
  undo: () => void;
  redo: () => void;
  /** Puts a mask from elsewhere in place, as what was there from the beginning. */
  load: (data: Uint8ClampedArray) => void;
}

/** The mask, what it looks like on its canvas, and its steps. Pixels live beside React, which hears of steps only. */
export function useMask(
  size: { width: number; height: number },
  canvas: RefObject<HTMLCanvasElement | null>,
): MaskWork {
  const work = useRef<{ mask: Mask; history: MaskHistory; before?: Mask; changed?: Box }>(null);
  work.current ??= { mask: newMask(size.width, size.height), history: new MaskHistory() };
  const { mask, history } = work.current;
  const [state, setState] = useState({ share: 0, canUndo: false, canRedo: false });

  function show(box: Box) {
    if (canvas.current) showBox(canvas.current, mask, box, markOf(canvas.current));
  }

  function tell() {
    setState({ share: coverage(mask), canUndo: history.canUndo, canRedo: history.canRedo });
  }

  function begin() {
    if (work.current) work.current.before = { ...mask, data: mask.data.slice() };
  }

  function draw(tool: (mask: Mask) => Box) {
    const box = tool(mask);
    if (work.current) work.current.changed = work.current.changed ? joinBoxes(work.current.changed, box) : box;
    show(box);
  }

  function end() {
    const { before, changed } = work.current ?? {};
    if (before && changed) history.record(before, changed);
    if (work.current) {
      work.current.before = undefined;
      work.current.changed = undefined;
    }
    tell();
  }

  function drop() {
    const { before, changed } = work.current ?? {};
    if (!work.current || !before) return;
    mask.data.set(before.data);
    if (changed) show(changed);
    work.current.before = undefined;
    work.current.changed = undefined;
  }

  function move(back: boolean) {
    const box = back ? history.undo(mask) : history.redo(mask);
    if (box) show(box);
    tell();
  }

  return {
    mask,
    ...state,
    begin,
    draw,
    end,
    drop,
    step(tool) {
      begin();
      draw(tool);
      end();
    },
    undo: () => move(true),
    redo: () => move(false),
    load(data) {
      mask.data.set(data);
      show(wholeBox(mask));
      tell();
    },
  };
}

/** The accent of the theme in numbers: the canvas's own colour, which CSS gives it. */
function markOf(canvas: HTMLCanvasElement): number[] {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!probe) return [220, 60, 20];
  probe.fillStyle = getComputedStyle(canvas).color;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}
