/** A mask as it is sent: one byte a pixel, 255 (white) is painted anew, 0 stays. Every tool says which box it changed. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export interface Point {
  x: number;
  y: number;
}

/** Whole pixels; `right` and `bottom` are exclusive. Empty when nothing was changed. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const NOWHERE: Box = { left: 0, top: 0, right: 0, bottom: 0 };

export function newMask(width: number, height: number): Mask {
  return { width, height, data: new Uint8ClampedArray(width * height) };
}

export const wholeBox = ({ width, height }: Mask): Box => ({ left: 0, top: 0, right: width, bottom: height });
export const isEmptyBox = ({ left, top, right, bottom }: Box) => right <= left || bottom <= top;

export function joinBoxes(a: Box, b: Box): Box {
  if (isEmptyBox(a)) return b;
  if (isEmptyBox(b)) return a;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

function clip({ width, height }: Mask, { left, top, right, bottom }: Box): Box {
  const box = {
    left: Math.max(0, Math.floor(left)),
    top: Math.max(0, Math.floor(top)),
    right: Math.min(width, Math.ceil(right)),
    bottom: Math.min(height, Math.ceil(bottom)),
  };
  return isEmptyBox(box) ? NOWHERE : box;
}

/** A round brush from one point to the next, with a soft pixel at its edge. Painting only adds, erasing only takes away. */
export function stroke(mask: Mask, from: Point, to: Point, radius: number, paints: boolean): Box {
  const box = clip(mask, {
    left: Math.min(from.x, to.x) - radius - 1,
    top: Math.min(from.y, to.y) - radius - 1,
    right: Math.max(from.x, to.x) + radius + 1,
    bottom: Math.max(from.y, to.y) + radius + 1,
  });
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const cover = Math.min(1, Math.max(0, radius + 0.5 - distance({ x: x + 0.5, y: y + 0.5 }, from, to)));
      if (cover > 0) apply(mask, y * mask.width + x, cover * 255, paints);
    }
  }
  return box;
}

function apply({ data }: Mask, at: number, cover: number, paints: boolean): void {
  const before = data[at] ?? 0;
  data[at] = paints ? Math.max(before, cover) : Math.min(before, 255 - cover);
}

/** From a point to the nearest point of a line. */
function distance(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along =
    length === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length));
  return Math.hypot(point.x - from.x - along * dx, point.y - from.y - along * dy);
}

export function fillBox(mask: Mask, wanted: Box, paints: boolean): Box {
  const box = clip(mask, wanted);
  for (let y = box.top; y < box.bottom; y++) {
    mask.data.fill(paints ? 255 : 0, y * mask.width + box.left, y * mask.width + box.right);
  }
  return box;
}

/** The inside of a closed line, by the even-odd rule; pixel centres decide. */
export function fillPolygon(mask: Mask, points: readonly Point[], paints: boolean): Box {
  if (points.length < 3) return NOWHERE;
  const box = clip(mask, {
    left: Math.min(...points.map(({ x }) => x)),
    top: Math.min(...points.map(({ y }) => y)),
    right: Math.max(...points.map(({ x }) => x)),
    bottom: Math.max(...points.map(({ y }) => y)),
  });
  for (let y = box.top; y < box.bottom; y++) {
    const crossings = crossingsAt(points, y + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const start = Math.max(box.left, Math.ceil((crossings[pair] ?? 0) - 0.5));
      const end = Math.min(box.right, Math.ceil((crossings[pair + 1] ?? 0) - 0.5));
      if (end > start) mask.data.fill(paints ? 255 : 0, y * mask.width + start, y * mask.width + end);
    }
  }
  return box;
}

function crossingsAt(points: readonly Point[], y: number): number[] {
  const found: number[] = [];
  let before = points.at(-1);
  for (const point of points) {
    if (before && before.y <= y !== point.y <= y) {
      found.push(before.x + ((y - before.y) / (point.y - before.y)) * (point.x - before.x));
    }
    before = point;
  }
  return found.sort((a, b) => a - b);
}

/** The area around a point that is painted, or not painted, as the point is; line by line, with a list of its own. */
export function fillArea(mask: Mask, { x, y }: Point, paints: boolean): Box {
  const { width, height, data } = mask;
  const [startX, startY] = [Math.floor(x), Math.floor(y)];
  if (startX < 0 || startY < 0 || startX >= width || startY >= height) return NOWHERE;
  const isWhite = (at: number) => (data[at] ?? 0) >= 128;
  const wanted = isWhite(startY * width + startX);
  if (wanted === paints) return NOWHERE;
  const value = paints ? 255 : 0;
  const open = [startY * width + startX];
  let box: Box = NOWHERE;
  for (let seed = open.pop(); seed !== undefined; seed = open.pop()) {
    if (isWhite(seed) !== wanted) continue;
    const row = seed - (seed % width);
    let left = seed;
    while (left > row && isWhite(left - 1) === wanted) left--;
    let right = seed + 1;
    while (right < row + width && isWhite(right) === wanted) right++;
    data.fill(value, left, right);
    const line = row / width;
    box = joinBoxes(box, { left: left - row, top: line, right: right - row, bottom: line + 1 });
    for (const by of [-width, width]) open.push(...runStarts(left + by, right + by));
  }
  return box;

  /** The first pixel of every run in a stretch of a line that is still to be filled. */
  function runStarts(from: number, to: number): number[] {
    const starts: number[] = [];
    if (from < 0 || to > data.length) return starts;
    for (let at = from; at < to; at++) {
      if (isWhite(at) === wanted && (at === from || isWhite(at - 1) !== wanted)) starts.push(at);
    }
    return starts;
  }
}

export function invert(mask: Mask): Box {
  const { data } = mask;
  for (let at = 0; at < data.length; at++) data[at] = 255 - (data[at] ?? 0);
  return wholeBox(mask);
}

/** Softens every edge by about `radius` pixels: three box blurs are close to a Gaussian one. */
export function feather(mask: Mask, radius: number): Box {
  const reach = Math.max(1, Math.round(radius / 2));
  const { width, height } = mask;
  const other = new Float32Array(mask.data.length);
  const values = Float32Array.from(mask.data);
  for (let pass = 0; pass < 3; pass++) {
    for (let y = 0; y < height; y++) blurLine(values, other, { start: y * width, step: 1, length: width, reach });
    for (let x = 0; x < width; x++) blurLine(other, values, { start: x, step: width, length: height, reach });
  }
  mask.data.set(values.map(Math.round));
  return wholeBox(mask);
}

interface Line {
  start: number;
  step: number;
  length: number;
  reach: number;
}

/** A running mean; beyond the border the last pixel goes on. */
function blurLine(from: Float32Array, to: Float32Array, { start, step, length, reach }: Line): void {
  const at = (index: number) => from[start + Math.min(length - 1, Math.max(0, index)) * step] ?? 0;
  let sum = 0;
  for (let index = -reach; index <= reach; index++) sum += at(index);
  for (let index = 0; index < length; index++) {
    to[start + index * step] = sum / (2 * reach + 1);
    sum += at(index + reach + 1) - at(index - reach);
  }
}

/** How much of the picture is to be painted anew, 0 … 1. */
export function coverage({ data }: Mask): number {
  let sum = 0;
  for (const value of data) sum += value;
  return data.length === 0 ? 0 : sum / (255 * data.length);
}
