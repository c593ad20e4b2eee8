import type { Picture } from "../pictures";
import { blur, brightness, dilate, type Gradient, greyPicture, length, type Plane, sobel } from "./plane";

/** The thresholds that the program gives to canny. */
const LOW = 100;
const HIGH = 200;

/** Canny: one pixel wide where the brightness changes most, weak lines kept where they go on from strong ones. */
export const canny = (picture: Picture): Picture => greyPicture(thinEdges(sobel(brightness(picture)), LOW, HIGH));

/** Soft lines, as a network for edges draws them: wide where the change is, fading beside it. */
export const hed = (picture: Picture): Picture => greyPicture(softEdges(picture));

/** A few thick strokes. */
export function scribble(picture: Picture): Picture {
  const soft = softEdges(picture);
  const strokes = { ...soft, values: soft.values.map((value) => (value > 110 ? 255 : 0)) };
  return greyPicture(dilate(strokes, Math.max(1, Math.round(Math.min(picture.width, picture.height) / 340))));
}

function softEdges(picture: Picture): Plane {
  const wide = Math.max(1, Math.round(Math.min(picture.width, picture.height) / 256));
  const { x, y } = sobel(blur(brightness(picture), wide, 2));
  const strength = x.values.map((gx, pixel) => length(gx, y.values[pixel] ?? 0));
  const soft = blur({ width: picture.width, height: picture.height, values: strength }, wide);
  return { ...soft, values: soft.values.map((value) => 255 * (1 - Math.exp(-value / 90))) };
}

function thinEdges({ x: gx, y: gy }: Gradient, low: number, high: number): Plane {
  const { width, height } = gx;
  const strength = gx.values.map((value, pixel) => Math.abs(value) + Math.abs(gy.values[pixel] ?? 0));
  const out = new Float32Array(strength.length);
  const strong: number[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let pixel = y * width + 1; pixel < (y + 1) * width - 1; pixel++) {
      const here = strength[pixel] ?? 0;
      if (here < low) continue;
      const step = across(gx.values[pixel] ?? 0, gy.values[pixel] ?? 0, width);
      if (here <= (strength[pixel - step] ?? 0) || here < (strength[pixel + step] ?? 0)) continue;
      out[pixel] = 1;
      if (here >= high) strong.push(pixel);
    }
  }
  keepFrom(strong, out, width);
  return { width, height, values: out.map((value) => (value === 255 ? 255 : 0)) };
}

/** Marks with 255 whatever hangs together with the strong pixels. */
function keepFrom(strong: number[], out: Float32Array, width: number): void {
  for (let pixel = strong.pop(); pixel !== undefined; pixel = strong.pop()) {
    if (out[pixel] === 255) continue;
    out[pixel] = 255;
    for (const near of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]) {
      if (out[pixel + near] === 1) strong.push(pixel + near);
    }
  }
}

/** The neighbour in the direction of the change, as an offset: one of four. */
function across(gx: number, gy: number, width: number): number {
  const [ax, ay] = [Math.abs(gx), Math.abs(gy)];
  if (ay < ax * 0.4142) return 1;
  if (ax < ay * 0.4142) return width;
  return gx * gy > 0 ? width + 1 : width - 1;
}

/** Straight lines only: edges of one direction that hang together and are long and thin, each drawn as one stroke. */
export function mlsd(picture: Picture): Picture {
  const gradient = sobel(blur(brightness(picture), 1));
  const edges = thinEdges(gradient, 60, 120);
  const { width, height } = edges;
  const shortest = Math.max(12, Math.min(width, height) * 0.07);
  const seen = new Uint8Array(edges.values.length);
  const out: Plane = { width, height, values: new Float32Array(edges.values.length) };
  for (let start = 0; start < seen.length; start++) {
    if (edges.values[start] !== 255 || seen[start]) continue;
    const line = straightLine(collect(edges, gradient, seen, start), width);
    if (line && line.length >= shortest && line.spread < 1.3 + line.length * 0.01) stroke(out, line);
  }
  return greyPicture(out);
}

/** Pixels that hang together with `start` and point the same way, within about 20°. */
function collect(edges: Plane, { x: gx, y: gy }: Gradient, seen: Uint8Array, start: number): number[] {
  const { width } = edges;
  const found: number[] = [];
  const pending = [start];
  const steep = length(gx.values[start] ?? 0, gy.values[start] ?? 0);
  const [nx, ny] = [(gx.values[start] ?? 0) / steep, (gy.values[start] ?? 0) / steep];
  for (let pixel = pending.pop(); pixel !== undefined; pixel = pending.pop()) {
    if (seen[pixel] || edges.values[pixel] !== 255) continue;
    const [x, y] = [gx.values[pixel] ?? 0, gy.values[pixel] ?? 0];
    if (Math.abs(x * nx + y * ny) < 0.94 * length(x, y)) continue;
    seen[pixel] = 1;
    found.push(pixel);
    for (const near of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]) pending.push(pixel + near);
  }
  return found;
}

interface Line {
  x: number;
  y: number;
  dx: number;
  dy: number;
  from: number;
  length: number;
  /** How far its pixels lie beside it, on average. */
  spread: number;
}

/** The main axis of a heap of pixels. */
function straightLine(pixels: readonly number[], width: number): Line | undefined {
  if (pixels.length < 8) return undefined;
  const points = pixels.map((pixel) => [pixel % width, Math.floor(pixel / width)] as const);
  const x = points.reduce((sum, [px]) => sum + px, 0) / points.length;
  const y = points.reduce((sum, [, py]) => sum + py, 0) / points.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (const [px, py] of points) {
    xx += (px - x) ** 2;
    xy += (px - x) * (py - y);
    yy += (py - y) ** 2;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const along = points.map(([px, py]) => (px - x) * dx + (py - y) * dy);
  const from = Math.min(...along);
  const beside = points.reduce((sum, [px, py]) => sum + ((px - x) * dy - (py - y) * dx) ** 2, 0);
  return { x, y, dx, dy, from, length: Math.max(...along) - from, spread: Math.sqrt(beside / points.length) };
}

function stroke({ width, height, values }: Plane, line: Line): void {
  for (let step = 0; step <= line.length; step += 0.5) {
    const x = Math.round(line.x + line.dx * (line.from + step));
    const y = Math.round(line.y + line.dy * (line.from + step));
    if (x >= 0 && y >= 0 && x < width && y < height) values[y * width + x] = 255;
  }
}
