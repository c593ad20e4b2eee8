import sharp from "sharp";
import { type Picture, resize } from "../pictures";

type Point = readonly [x: number, y: number];

/** The bones between OpenPose's 18 points: 0 nose, 1 neck, 2–4 and 5–7 arms, 8–10 and 11–13 legs, 14–17 eyes and ears. */
const BONES: readonly (readonly [number, number])[] = [
  ...([
    [1, 2],
    [1, 5],
    [2, 3],
    [3, 4],
    [5, 6],
    [6, 7],
  ] as const),
  ...([
    [1, 8],
    [8, 9],
    [9, 10],
    [1, 11],
    [11, 12],
    [12, 13],
  ] as const),
  ...([
    [1, 0],
    [0, 14],
    [14, 16],
    [0, 15],
    [15, 17],
  ] as const),
];

/**
 * Stands in for the network that finds people: one figure, always upright, laid into what stands out from the picture's
 * border. Head, hips and feet follow that mass; whether it is a person at all nobody asks.
 */
export async function openpose(picture: Picture): Promise<Picture> {
  const { width, height } = picture;
  const points = fitFigure(await standingOut(picture)).map(([x, y]): Point => [x * width, y * height]);
  const thick = Math.max(2, Math.min(width, height) / 110);
  const at = (index: number): Point => points[index] ?? [0, 0];
  const bones = BONES.map(([a, b], index) => {
    const [[x1, y1], [x2, y2]] = [at(a), at(b)];
    return `<path d="M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}" stroke="${rainbow(index)}" stroke-opacity="0.6" stroke-width="${n(thick * 1.5)}" stroke-linecap="round"/>`;
  });
  const joints = points.map(
    ([x, y], index) => `<circle cx="${n(x)}" cy="${n(y)}" r="${n(thick)}" fill="${rainbow(index)}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%"/>${bones.join("")}${joints.join("")}</svg>`;
  return { width, height, pixels: await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer() };
}

const n = (value: number) => value.toFixed(1);
const rainbow = (index: number) => `hsl(${index * 20},100%,50%)`;

/** A small grid: how much each cell differs from the border beside it, 0 where it does not stand out. */
interface Mass {
  width: number;
  height: number;
  cells: Float32Array;
}

async function standingOut(picture: Picture): Promise<Mass> {
  const shrink = 64 / Math.max(picture.width, picture.height, 64);
  const width = Math.max(4, Math.round(picture.width * shrink));
  const height = Math.max(4, Math.round(picture.height * shrink));
  const { pixels } = await resize(picture, width, height);
  const cells = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = x / (width - 1);
      let difference = 0;
      for (let channel = 0; channel < 3; channel++) {
        const left = pixels[y * width * 3 + channel] ?? 0;
        const right = pixels[(y * width + width - 1) * 3 + channel] ?? 0;
        difference += Math.abs((pixels[(y * width + x) * 3 + channel] ?? 0) - left - (right - left) * share);
      }
      cells[y * width + x] = difference * (1 - 0.5 * Math.abs(2 * share - 1));
    }
  }
  const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  const deviation = Math.sqrt(cells.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / cells.length);
  const threshold = Math.max(24, mean + deviation * 0.6);
  return { width, height, cells: cells.map((cell) => (cell > threshold ? cell : 0)) };
}

/** The 18 points, in parts of width and height. */
function fitFigure(mass: Mass): Point[] {
  const { left, right, top, bottom } = outline(mass);
  const tall = bottom - top;
  const middle = (low: number, high: number, from = left, to = right) =>
    centre(mass, top + tall * low, top + tall * high, from, to);
  const line = (share: number) => top + tall * share;
  const chest = middle(0.2, 0.45);
  // A head sits on its neck.
  const head = Math.max(chest - tall * 0.1, Math.min(chest + tall * 0.1, middle(0, 0.2)));
  const hips = middle(0.45, 0.65);
  const body = Math.max(0.04, Math.min((right - left) * 0.42, (tall * 0.28 * mass.height) / mass.width));
  const face = body * 0.16;
  const spread = Math.min((right - left) / 2, body * 1.3);
  const leftFoot = middle(0.82, 1, left, hips);
  const rightFoot = middle(0.82, 1, hips, right);
  return [
    [head, line(0.1)],
    [(head + chest) / 2, line(0.19)],
    ...([
      [chest - body * 0.5, line(0.2)],
      [chest - spread * 0.75, line(0.35)],
      [chest - spread * 0.85, line(0.49)],
    ] as const),
    ...([
      [chest + body * 0.5, line(0.2)],
      [chest + spread * 0.75, line(0.35)],
      [chest + spread * 0.85, line(0.49)],
    ] as const),
    ...([
      [hips - body * 0.3, line(0.53)],
      [(hips - body * 0.3 + leftFoot) / 2, line(0.75)],
      [leftFoot, line(0.97)],
    ] as const),
    ...([
      [hips + body * 0.3, line(0.53)],
      [(hips + body * 0.3 + rightFoot) / 2, line(0.75)],
      [rightFoot, line(0.97)],
    ] as const),
    ...([
      [head - face, line(0.075)],
      [head + face, line(0.075)],
      [head - face * 2, line(0.09)],
      [head + face * 2, line(0.09)],
    ] as const),
  ];
}

/** The box that holds most of what stands out; a figure in the middle when there is nothing, or everything. */
function outline({ width, height, cells }: Mass) {
  const columns = new Float32Array(width);
  const rows = new Float32Array(height);
  let filled = 0;
  cells.forEach((cell, index) => {
    if (cell === 0) return;
    filled += 1;
    columns[index % width] = (columns[index % width] ?? 0) + 1;
    rows[Math.floor(index / width)] = (rows[Math.floor(index / width)] ?? 0) + 1;
  });
  if (filled < cells.length * 0.02 || filled > cells.length * 0.8)
    return { left: 0.28, right: 0.72, top: 0.06, bottom: 0.96 };
  const [left, right] = between(columns, filled);
  const [top, bottom] = between(rows, filled);
  const isFlat = bottom - top < 0.3;
  return isFlat
    ? { left, right, top: Math.max(0.02, bottom - 0.6), bottom: Math.max(bottom, 0.62) }
    : { left, right, top, bottom };
}

/** Where the middle 96 in 100 begin and end. */
function between(counts: Float32Array, total: number): [number, number] {
  let before = 0;
  let start = 0;
  let end = counts.length;
  for (let index = 0; index < counts.length; index++) {
    if (before < total * 0.02) start = index;
    before += counts[index] ?? 0;
    if (before <= total * 0.98) end = index + 1;
  }
  return [start / counts.length, Math.min(1, Math.max(end + 1, start + 4) / counts.length)];
}

/** Where the mass of a part has its centre, from left to right. */
function centre({ width, height, cells }: Mass, top: number, bottom: number, left: number, right: number): number {
  let sum = 0;
  let weight = 0;
  for (let y = Math.floor(top * height); y < Math.min(height, Math.ceil(bottom * height)); y++) {
    for (let x = Math.max(0, Math.floor(left * width)); x < Math.min(width, Math.ceil(right * width)); x++) {
      const cell = cells[y * width + x] ?? 0;
      sum += cell * (x + 0.5);
      weight += cell;
    }
  }
  return weight > 0 ? sum / weight / width : (left + right) / 2;
}
