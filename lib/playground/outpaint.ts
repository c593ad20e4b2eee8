/** The larger canvas of outpainting, as the container prefills it before it paints (diffusers-service.md §5). */

export interface Sides {
  left: number;
  right: number;
  up: number;
  down: number;
}

interface Size {
  width: number;
  height: number;
}

/** RGBA, row by row, as a canvas has it. */
export interface Pixels extends Size {
  data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Whether the container can reflect: above and to the left it mirrors, below and to the right it repeats the last lines but
 * one, and it fails where either has to reach further than the picture does.
 */
export function reflectionFits({ width, height }: Size, { left, right, up, down }: Sides): boolean {
  const fits = (before: number, size: number, after: number) =>
    before <= size + after && (after === 0 || after <= before + size - 2);
  return fits(left, width, right) && fits(up, height, down);
}

/** Undefined where the container would fail. */
export function prefill(image: Pixels, sides: Sides, type: "copy" | "reflect"): Pixels | undefined {
  if (type === "reflect" && !reflectionFits(image, sides)) return undefined;
  const width = sides.left + image.width + sides.right;
  const height = sides.up + image.height + sides.down;
  const canvas: Pixels = { width, height, data: new Uint8ClampedArray(width * height * 4) };
  const column = source(sides.left, image.width, sides.right, type);
  const row = source(sides.up, image.height, sides.down, type);
  const from = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  const to = new Uint32Array(canvas.data.buffer);
  const columns = Array.from({ length: width }, (_, x) => column(x));
  for (let y = 0; y < height; y++) {
    const line = row(y);
    for (let x = 0; x < width; x++) {
      const at = columns[x];
      to[y * width + x] = line === undefined || at === undefined ? BLACK : (from[line * image.width + at] ?? BLACK);
    }
  }
  return canvas;
}

/** Opaque, in the byte order of every machine that runs a browser. */
const BLACK = 0xff000000;

/** Which line of the picture a line of the canvas shows; undefined where nothing was there yet when it was copied. */
function source(
  before: number,
  size: number,
  after: number,
  type: "copy" | "reflect",
): (at: number) => number | undefined {
  const end = before + size;
  if (type === "copy") return (at) => Math.min(size - 1, Math.max(0, at - before));
  const mirrored = (at: number) => {
    const from = 2 * before - 1 - at;
    return from < end ? from - before : undefined;
  };
  return (at) => {
    if (at < before) return mirrored(at);
    if (at < end) return at - before;
    const from = at - after - 1;
    return from < before ? mirrored(from) : from - before;
  };
}
