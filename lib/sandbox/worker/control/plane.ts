import type { Picture } from "../pictures";

/** One number a pixel, row by row. */
export interface Plane {
  width: number;
  height: number;
  values: Float32Array;
}

export const luma = (pixels: Uint8Array, at: number) =>
  (pixels[at] ?? 0) * 0.299 + (pixels[at + 1] ?? 0) * 0.587 + (pixels[at + 2] ?? 0) * 0.114;

/** Brightness, 0…255. */
export function brightness({ width, height, pixels }: Picture): Plane {
  const values = new Float32Array(width * height);
  for (let pixel = 0, at = 0; pixel < values.length; pixel++, at += 3) values[pixel] = luma(pixels, at);
  return { width, height, values };
}

/** Mean over a square of `2 * radius + 1`; three times in a row it is close to a Gaussian. */
export function blur(plane: Plane, radius: number, times = 1): Plane {
  let now = plane;
  if (radius < 1) return now;
  for (let time = 0; time < times; time++) now = blurColumns(blurRows(now, radius), radius);
  return now;
}

/** All columns at once, row by row: memory is read in its order. */
function blurColumns({ width, height, values }: Plane, radius: number): Plane {
  const out = new Float32Array(values.length);
  const size = 2 * radius + 1;
  const sums = new Float64Array(width);
  const rowAt = (y: number) => Math.max(0, Math.min(height - 1, y)) * width;
  for (let y = -radius; y < radius; y++) {
    const row = rowAt(y);
    for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + (values[row + x] ?? 0);
  }
  for (let y = 0; y < height; y++) {
    const [entering, leaving, here] = [rowAt(y + radius), rowAt(y - radius), y * width];
    for (let x = 0; x < width; x++) {
      const sum = (sums[x] ?? 0) + (values[entering + x] ?? 0);
      out[here + x] = sum / size;
      sums[x] = sum - (values[leaving + x] ?? 0);
    }
  }
  return { width, height, values: out };
}

function transpose({ width, height, values }: Plane): Plane {
  const out = new Float32Array(values.length);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from++) out[x * height + y] = values[from] ?? 0;
  }
  return { width: height, height: width, values: out };
}

function blurRows({ width, height, values }: Plane, radius: number): Plane {
  const out = new Float32Array(values.length);
  const size = 2 * radius + 1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const first = values[row] ?? 0;
    const last = values[row + width - 1] ?? 0;
    let sum = first * (radius + 1);
    for (let x = 0; x < radius; x++) sum += x < width ? (values[row + x] ?? 0) : last;
    for (let x = 0; x < width; x++) {
      sum += x + radius < width ? (values[row + x + radius] ?? 0) : last;
      out[row + x] = sum / size;
      sum -= x - radius > 0 ? (values[row + x - radius] ?? 0) : first;
    }
  }
  return { width, height, values: out };
}

/** Stretched to 0…1. */
export function normalised({ width, height, values }: Plane): Plane {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = high - low;
  return { width, height, values: values.map((value) => (range > 0 ? (value - low) / range : 0)) };
}

export interface Gradient {
  x: Plane;
  y: Plane;
}

/** `Math.hypot` takes many times as long, and these loops run over every pixel. */
export const length = (x: number, y: number, z = 0) => Math.sqrt(x * x + y * y + z * z);

/** Sobel, 3 × 3, the border repeated. */
export function sobel({ width, height, values }: Plane): Gradient {
  const gx = new Float32Array(values.length);
  const gy = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const up = Math.max(0, y - 1) * width;
    const here = y * width;
    const down = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - 1);
      const right = Math.min(width - 1, x + 1);
      const a = values[up + left] ?? 0;
      const b = values[up + right] ?? 0;
      const c = values[down + left] ?? 0;
      const d = values[down + right] ?? 0;
      gx[here + x] = b + d - a - c + 2 * ((values[here + right] ?? 0) - (values[here + left] ?? 0));
      gy[here + x] = c + d - a - b + 2 * ((values[down + x] ?? 0) - (values[up + x] ?? 0));
    }
  }
  return { x: { width, height, values: gx }, y: { width, height, values: gy } };
}

/** Largest value within a square: lines grow thicker. */
export function dilate(plane: Plane, radius: number): Plane {
  const along = ({ width, height, values }: Plane): Plane => {
    const out = new Float32Array(values.length);
    for (let y = 0, row = 0; y < height; y++, row += width) {
      for (let x = 0; x < width; x++) {
        let most = 0;
        for (let near = Math.max(0, x - radius); near <= Math.min(width - 1, x + radius); near++) {
          const value = values[row + near] ?? 0;
          if (value > most) most = value;
        }
        out[row + x] = most;
      }
    }
    return { width, height, values: out };
  };
  return transpose(along(transpose(along(plane))));
}

/** A grey picture of values 0…255. */
export function greyPicture({ width, height, values }: Plane): Picture {
  const pixels = new Uint8Array(values.length * 3);
  for (let pixel = 0, at = 0; pixel < values.length; pixel++, at += 3) {
    const value = Math.max(0, Math.min(255, Math.round(values[pixel] ?? 0)));
    pixels[at] = value;
    pixels[at + 1] = value;
    pixels[at + 2] = value;
  }
  return { width, height, pixels };
}
