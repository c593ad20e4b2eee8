import type { Pixels } from "./outpaint";

/**
 * About what the service makes of a picture before it draws along it, for the two kinds that need no network: canny as
 * OpenCV's `Canny(image, 100, 200)`, scribble as thick strokes where soft edges are strong. For looking at only: what is sent
 * is the picture.
 */

export const PREVIEWED_KINDS = ["canny", "scribble"] as const;
export type PreviewedKind = (typeof PREVIEWED_KINDS)[number];

export function isPreviewed(kind: string): kind is PreviewedKind {
  return (PREVIEWED_KINDS as readonly string[]).includes(kind);
}

interface Plane {
  width: number;
  height: number;
  values: Float32Array;
}

const LOW = 100;
const HIGH = 200;
/** How steep a soft edge is where a hand would draw it. */
const STROKE = 110;
const FADING = 90;

export function controlMap(image: Pixels, kind: PreviewedKind): Pixels {
  const grey = brightness(image);
  return toPixels(kind === "canny" ? canny(grey) : strokes(grey));
}

/** Rec. 601, as OpenCV and PIL do; a picture lies on white where it is transparent. */
function brightness({ width, height, data }: Pixels): Plane {
  const values = new Float32Array(width * height);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const at = pixel * 4;
    const alpha = data[at + 3] ?? 255;
    const grey = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
    values[pixel] = (grey * alpha) / 255 + 255 - alpha;
  }
  return { width, height, values };
}

/** Sobel, 3 × 3, with the border repeated. */
function gradients({ width, height, values }: Plane): { x: Float32Array; y: Float32Array } {
  const x = new Float32Array(values.length);
  const y = new Float32Array(values.length);
  for (let row = 0; row < height; row++) {
    const above = Math.max(0, row - 1) * width;
    const here = row * width;
    const below = Math.min(height - 1, row + 1) * width;
    for (let column = 0; column < width; column++) {
      const left = Math.max(0, column - 1);
      const right = Math.min(width - 1, column + 1);
      const at = (line: number, place: number) => values[line + place] ?? 0;
      x[here + column] =
        at(above, right) -
        at(above, left) +
        2 * (at(here, right) - at(here, left)) +
        at(below, right) -
        at(below, left);
      y[here + column] =
        at(below, left) -
        at(above, left) +
        2 * (at(below, column) - at(above, column)) +
        at(below, right) -
        at(above, right);
    }
  }
  return { x, y };
}

/** One pixel wide where the brightness changes most; weak lines stay where they go on from strong ones. */
function canny(grey: Plane): Plane {
  const { width, height } = grey;
  const { x, y } = gradients(grey);
  const strength = x.map((gx, pixel) => Math.abs(gx) + Math.abs(y[pixel] ?? 0));
  const values = new Float32Array(strength.length);
  const pending: number[] = [];
  for (let row = 1; row < height - 1; row++) {
    for (let pixel = row * width + 1; pixel < (row + 1) * width - 1; pixel++) {
      const here = strength[pixel] ?? 0;
      if (here <= LOW) continue;
      const step = across(x[pixel] ?? 0, y[pixel] ?? 0, width);
      if (here <= (strength[pixel - step] ?? 0) || here < (strength[pixel + step] ?? 0)) continue;
      values[pixel] = 1;
      if (here > HIGH) pending.push(pixel);
    }
  }
  keepFrom(pending, values, width);
  return { width, height, values: values.map((value) => (value === 255 ? 255 : 0)) };
}

/** Marks with 255 whatever hangs together with the strong pixels. */
function keepFrom(pending: number[], values: Float32Array, width: number): void {
  for (let pixel = pending.pop(); pixel !== undefined; pixel = pending.pop()) {
    if (values[pixel] === 255) continue;
    values[pixel] = 255;
    for (const near of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1])
      if (values[pixel + near] === 1) pending.push(pixel + near);
  }
}

/** tan 22.5°: nearer to an axis than to a diagonal. */
const DIAGONAL = 0.4142;

/** The neighbour in the direction of the change, as an offset. */
function across(gx: number, gy: number, width: number): number {
  const [ax, ay] = [Math.abs(gx), Math.abs(gy)];
  if (ay < ax * DIAGONAL) return 1;
  if (ax < ay * DIAGONAL) return width;
  return gx * gy > 0 ? width + 1 : width - 1;
}

function strokes(grey: Plane): Plane {
  const { width, height } = grey;
  const side = Math.min(width, height);
  const wide = Math.max(1, Math.round(side / 256));
  const { x, y } = gradients(blurred(blurred(grey, wide), wide));
  const strength = x.map((gx, pixel) => Math.hypot(gx, y[pixel] ?? 0));
  const soft = blurred({ width, height, values: strength }, wide);
  const values = soft.values.map((value) => (255 * (1 - Math.exp(-value / FADING)) > STROKE ? 255 : 0));
  return thickened({ width, height, values }, Math.max(1, Math.round(side / 340)));
}

/** The mean of the neighbours within a radius, along both axes in turn; the border is repeated. */
function blurred(plane: Plane, radius: number): Plane {
  return alongBoth(plane, (sum) => sum / (2 * radius + 1), radius);
}

function thickened(plane: Plane, radius: number): Plane {
  return alongBoth(plane, (sum) => (sum > 0 ? 255 : 0), radius);
}

/** Turns the sum over a window into a value, first along the rows, then along the columns. */
function alongBoth(plane: Plane, toValue: (sum: number) => number, radius: number): Plane {
  const { width, height } = plane;
  const pass = (from: Float32Array, lines: number, length: number, line: number, step: number) => {
    const to = new Float32Array(from.length);
    const at = (begin: number, place: number) => from[begin + Math.min(length - 1, Math.max(0, place)) * step] ?? 0;
    for (let number = 0; number < lines; number++) {
      const begin = number * line;
      let sum = 0;
      for (let place = -radius; place <= radius; place++) sum += at(begin, place);
      for (let place = 0; place < length; place++) {
        to[begin + place * step] = toValue(sum);
        sum += at(begin, place + radius + 1) - at(begin, place - radius);
      }
    }
    return to;
  };
  const rows = pass(plane.values, height, width, width, 1);
  return { width, height, values: pass(rows, width, height, 1, width) };
}

function toPixels({ width, height, values }: Plane): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  values.forEach((value, pixel) => {
    data.fill(value, pixel * 4, pixel * 4 + 3);
    data[pixel * 4 + 3] = 255;
  });
  return { width, height, data };
}
