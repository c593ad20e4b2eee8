import { type Box, isEmptyBox, type Mask } from "./raster";

/** What a box looked like; taking a step back swaps it with what is there now. */
interface Patch {
  box: Box;
  data: Uint8ClampedArray;
}

const STEPS_MAX = 60;
/** A few whole masks of the largest size. */
const BYTES_MAX = 64 * 1024 * 1024;

/** Undo and redo by the boxes that were changed, so that a stroke costs its own size and not the mask's. */
export class MaskHistory {
  private readonly done: Patch[] = [];
  private undone: Patch[] = [];
  private bytes = 0;

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** `before` is a copy of the mask from before the step; only the box is kept of it. */
  record(before: Mask, box: Box): void {
    if (isEmptyBox(box)) return;
    for (const patch of this.undone) this.bytes -= patch.data.length;
    this.undone = [];
    this.keep(copyBox(before, box));
  }

  undo(mask: Mask): Box | undefined {
    const patch = this.done.pop();
    if (!patch) return undefined;
    this.undone.push(swap(mask, patch));
    return patch.box;
  }

  redo(mask: Mask): Box | undefined {
    const patch = this.undone.pop();
    if (!patch) return undefined;
    this.done.push(swap(mask, patch));
    return patch.box;
  }

  private keep(patch: Patch): void {
    this.done.push(patch);
    this.bytes += patch.data.length;
    while (this.done.length > STEPS_MAX || (this.bytes > BYTES_MAX && this.done.length > 1)) {
      this.bytes -= this.done.shift()?.data.length ?? 0;
    }
  }
}

function copyBox({ width, data }: Mask, box: Box): Patch {
  const across = box.right - box.left;
  const copy = new Uint8ClampedArray(across * (box.bottom - box.top));
  for (let y = box.top; y < box.bottom; y++) {
    const start = y * width + box.left;
    copy.set(data.subarray(start, start + across), (y - box.top) * across);
  }
  return { box, data: copy };
}

function swap(mask: Mask, { box, data }: Patch): Patch {
  const now = copyBox(mask, box);
  const across = box.right - box.left;
  for (let y = box.top; y < box.bottom; y++) {
    const row = (y - box.top) * across;
    mask.data.set(data.subarray(row, row + across), y * mask.width + box.left);
  }
  return now;
}
