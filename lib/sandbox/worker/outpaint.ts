import { arrayShape, type Picture, type PilImage } from "./pictures";
import { PythonError } from "./python-error";
import { type PythonValue, pythonType } from "./python-json";

export type Sides = readonly [left: number, right: number, up: number, down: number];

/** `left, right, up, down = expand`, and the sums with the picture's size that follow. */
export function expandSides(expand: PythonValue): Sides {
  if (!Array.isArray(expand) && typeof expand !== "string" && !(expand instanceof Map)) {
    throw new PythonError("TypeError", `cannot unpack non-iterable ${pythonType(expand)} object`);
  }
  const items: PythonValue[] = Array.isArray(expand)
    ? expand
    : typeof expand === "string"
      ? [...expand]
      : [...expand.keys()];
  if (items.length < 4) {
    throw new PythonError("ValueError", `not enough values to unpack (expected 4, got ${items.length})`);
  }
  if (items.length > 4) throw new PythonError("ValueError", "too many values to unpack (expected 4)");
  const [left, right, up, down] = items.map(sideLength);
  return [left ?? 0, right ?? 0, up ?? 0, down ?? 0];
}

function sideLength(value: PythonValue): number {
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  if (typeof value === "number") throw new PythonError("TypeError", "integer argument expected, got float");
  throw new PythonError("TypeError", `unsupported operand type(s) for +: 'int' and '${pythonType(value)}'`);
}

/**
 * The larger canvas with its border prefilled, as the program's slices of arrays do it. `reflect` is one only above and to
 * the left: below and to the right two flips make a copy of the last rows and columns but one. Slices that do not fit fail.
 */
export function prefill(image: PilImage, sides: Sides, type: string): Picture {
  const [left, right, up, down] = sides;
  const width = image.width + left + right;
  const height = image.height + up + down;
  if (Math.min(width, height) < 0) throw new PythonError("ValueError", "Width and height must be >= 0");
  if (image.mode !== "RGB" || Math.min(left, right, up, down) < 0) {
    const target = `(${sliceLength(up, up + image.height, height)},${sliceLength(left, left + image.width, width)},3)`;
    if (arrayShape(image) !== target) throw mismatch(arrayShape(image), target);
  }
  const canvas: Picture = { width, height, pixels: new Uint8Array(width * height * 3) };
  const { pixels } = canvas;
  const row = image.width * 3;
  for (let y = 0; y < image.height; y++) {
    pixels.set(image.pixels.subarray(y * row, (y + 1) * row), ((up + y) * width + left) * 3);
  }
  const source = type === "reflect" ? reflecting(image, sides) : copying(image, sides);
  for (let y = 0; y < up; y++) copyRow(canvas, source.above(y), y, left, image.width);
  for (let y = up + image.height; y < height; y++) copyRow(canvas, source.below(y), y, left, image.width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < left; x++) copyPixel(canvas, y, source.before(x), x);
    for (let x = left + image.width; x < width; x++) copyPixel(canvas, y, source.after(x), x);
  }
  return canvas;
}

const mismatch = (from: string, to: string) =>
  new PythonError("ValueError", `could not broadcast input array from shape ${from} into shape ${to}`);

/** How many items Python's `[start:stop]` has. */
function sliceLength(start: number, stop: number, size: number): number {
  const clip = (at: number) => Math.min(size, Math.max(0, at < 0 ? at + size : at));
  return Math.max(0, clip(stop) - clip(start));
}

/** Which row or column of the canvas each one of the border repeats. */
interface Source {
  above(y: number): number;
  below(y: number): number;
  before(x: number): number;
  after(x: number): number;
}

function copying(image: PilImage, [left, , up]: Sides): Source {
  return {
    above: () => up,
    below: () => up + image.height - 1,
    before: () => left,
    after: () => left + image.width - 1,
  };
}

function reflecting(image: PilImage, [left, right, up, down]: Sides): Source {
  const width = image.width + left + right;
  const height = image.height + up + down;
  checkReflection(up, down, image.height, height, (rows) => `(${rows},${image.width},3)`);
  checkReflection(left, right, image.width, width, (columns) => `(${height},${columns},3)`);
  return {
    above: (y) => 2 * up - 1 - y,
    below: (y) => y - down - 1,
    before: (x) => 2 * left - 1 - x,
    after: (x) => x - right - 1,
  };
}

function checkReflection(
  before: number,
  after: number,
  size: number,
  total: number,
  shape: (length: number) => string,
): void {
  const mirrored = sliceLength(before, 2 * before, total);
  if (mirrored !== before) throw mismatch(shape(mirrored), shape(before));
  const start = before + size - 2;
  const taken = backwards(start, start - after, total);
  if (taken !== after) throw mismatch(shape(taken), shape(after));
}

/** How many items Python's `[start:stop:-1]` has: a negative stop counts from the end, so that nothing is left. */
function backwards(start: number, stop: number, size: number): number {
  const clip = (at: number) => Math.min(size - 1, Math.max(-1, at < 0 ? at + size : at));
  return Math.max(0, clip(start) - clip(stop));
}

function copyRow({ width, pixels }: Picture, from: number, to: number, left: number, count: number): void {
  const start = (from * width + left) * 3;
  pixels.copyWithin((to * width + left) * 3, start, start + count * 3);
}

function copyPixel({ width, pixels }: Picture, y: number, from: number, to: number): void {
  const start = (y * width + from) * 3;
  pixels.copyWithin((y * width + to) * 3, start, start + 3);
}
