import { between, type Random } from "./random";
import type { Ground, Scene } from "./scene";

/** Draws below and beside the subject, as SVG in a canvas 1000 wide and `height` high. */
export interface Canvas {
  height: number;
  horizon: number;
  random: Random;
  scene: Scene;
}

const dim = (scene: Scene) => ({ day: 1, sunset: 0.72, night: 0.42 })[scene.time];

/** Where the sun or the moon stands, and its glitter on water below. */
export const LIGHT_X = 690;

export const hsl = (hue: number, saturation: number, lightness: number, alpha = 1) =>
  `hsla(${Math.round(((hue % 360) + 360) % 360)},${saturation.toFixed(0)}%,${Math.min(100, lightness).toFixed(0)}%,${alpha})`;

const n = (value: number) => value.toFixed(1);

export const GROUND_PAINTERS: Record<Ground, (canvas: Canvas) => string> = {
  mountain: (canvas) => {
    const { random, horizon, height, scene } = canvas;
    const light = dim(scene);
    return [0, 1, 2]
      .map((layer) => {
        const base = horizon + layer * 0.11 * height;
        const points = ridge(random, base, (0.34 - layer * 0.09) * height, 5 + layer * 2);
        const fill = hsl(scene.hue + 10 - layer * 8, 18 + layer * 9, (58 - layer * 15) * light);
        return shape(points, height, fill) + (layer === 0 ? snowCaps(points, height, light) : "");
      })
      .join("");
  },
  hills: (canvas) => hills(canvas, 105, 3),
  field: (canvas) => hills(canvas, 108, 2) + blossoms(canvas),
  desert: (canvas) => hills(canvas, 36, 3),
  forest: (canvas) => {
    const { random, horizon, height, scene } = canvas;
    let out = hills(canvas, 130, 1);
    for (let layer = 0; layer < 3; layer++) {
      const base = horizon + (0.06 + layer * 0.13) * height;
      const size = (0.16 + layer * 0.08) * height;
      for (let x = -40; x < 1040; x += between(random, 26, 60) + layer * 18) {
        const tall = size * between(random, 0.7, 1.25);
        const fill = hsl(128 + between(random, -14, 16), 30, (34 - layer * 8) * dim(scene) + 3);
        out += `<path d="M${n(x)} ${n(base - tall)}L${n(x + tall * 0.24)} ${n(base)}L${n(x - tall * 0.24)} ${n(base)}Z" fill="${fill}"/>`;
      }
      out += `<rect x="0" y="${n(base - 2)}" width="1000" height="${n(height)}" fill="${hsl(118, 26, (30 - layer * 7) * dim(scene))}"/>`;
    }
    return out;
  },
  sea: (canvas) => {
    const { random, horizon, height, scene } = canvas;
    const light = dim(scene);
    const hue = scene.time === "sunset" ? 218 : 204;
    let out = `<rect x="0" y="${n(horizon)}" width="1000" height="${n(height - horizon)}" fill="${hsl(hue, 46, 40 * light)}"/>`;
    for (let row = 0; row < 22; row++) {
      const depth = row / 21;
      const y = horizon + (height - horizon) * depth ** 1.6;
      const wave = 6 + depth * 70;
      let path = `M-20 ${n(y)}`;
      for (let x = -20; x < 1020; x += wave) {
        path += `q${n(wave / 4)} ${n(-wave * between(random, 0.05, 0.16))} ${n(wave / 2)} 0t${n(wave / 2)} 0`;
      }
      out += `<path d="${path}" fill="none" stroke="${hsl(hue - 8, 50, 74 * light + 8, 0.16 + depth * 0.22)}" stroke-width="${n(1 + depth * 5)}"/>`;
    }
    return out + glitter(canvas);
  },
  city: (canvas) => {
    const { random, horizon, height, scene } = canvas;
    const light = dim(scene);
    let out = "";
    for (let layer = 0; layer < 3; layer++) {
      const base = horizon + (0.1 + layer * 0.12) * height;
      const fill = hsl(scene.hue + 215, 20, (52 - layer * 15) * light);
      for (let x = -30; x < 1010; ) {
        const wide = between(random, 44, 96);
        const tall = between(random, 0.16, 0.5) * height * (1 - layer * 0.17);
        out += `<rect x="${n(x)}" y="${n(base - tall)}" width="${n(wide)}" height="${n(tall + height)}" fill="${fill}"/>`;
        if (layer > 0) out += windows(random, x, base - tall, wide, tall, scene.time !== "day");
        x += wide + between(random, 0, 14);
      }
    }
    return `${out}<rect x="0" y="${n(height * 0.9)}" width="1000" height="${n(height * 0.1)}" fill="${hsl(225, 14, 22 * light)}"/>`;
  },
  space: ({ random, height, scene }) => {
    let out = "";
    for (let star = 0; star < 150; star++) {
      out += `<circle cx="${n(random() * 1000)}" cy="${n(random() * height)}" r="${n(between(random, 0.6, 2.8))}" fill="#fff" opacity="${n(between(random, 0.3, 1))}"/>`;
    }
    const x = between(random, 180, 820);
    const y = between(random, 0.2, 0.42) * height;
    const r = between(random, 70, 140);
    const planet = hsl(scene.hue, 52, 56);
    return (
      `${out}<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${planet}"/>` +
      `<circle cx="${n(x + r * 0.28)}" cy="${n(y + r * 0.22)}" r="${n(r * 0.9)}" fill="#05060f" opacity="0.35"/>` +
      `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(r * 1.7)}" ry="${n(r * 0.36)}" fill="none" stroke="${hsl(scene.hue + 40, 50, 74, 0.75)}" stroke-width="9" transform="rotate(-18 ${n(x)} ${n(y)})"/>`
    );
  },
  ribbons: ({ random, height, scene }) => {
    let out = "";
    for (let ribbon = 0; ribbon < 9; ribbon++) {
      const y = (ribbon / 8) * height;
      const swing = () => between(random, -0.28, 0.28) * height;
      const fill = hsl(scene.hue + ribbon * 16 - 50, 58, 46 + (ribbon % 3) * 11, 0.55);
      out += `<path d="M-50 ${n(y)}C250 ${n(y + swing())} 400 ${n(y + swing())} 560 ${n(y + swing())}S850 ${n(y + swing())} 1050 ${n(y + swing())}V${n(y + height * 0.24)}C800 ${n(y + swing())} 300 ${n(y + swing())} -50 ${n(y + height * 0.2)}Z" fill="${fill}"/>`;
    }
    return out;
  },
};

type Point = readonly [number, number];

/** A jagged line across the canvas: fewer peaks, then small teeth between them. */
function ridge(random: Random, base: number, rise: number, peaks: number): Point[] {
  let line: Point[] = Array.from({ length: peaks + 1 }, (_, index) => [
    (index / peaks) * 1100 - 50,
    base - rise * (index % 2 === 0 ? between(random, 0, 0.4) : between(random, 0.6, 1)),
  ]);
  for (let pass = 0, rough = rise * 0.16; pass < 4; pass++, rough *= 0.5) {
    line = line.flatMap((point, index): Point[] => {
      const next = line[index + 1];
      if (!next) return [point];
      return [point, [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2 + between(random, -rough, rough)]];
    });
  }
  return line;
}

const shape = (points: readonly Point[], height: number, fill: string) =>
  `<path d="M-50 ${n(height)}${points.map(([x, y]) => `L${n(x)} ${n(y)}`).join("")}L1050 ${n(height)}Z" fill="${fill}"/>`;

function snowCaps(points: readonly Point[], height: number, light: number): string {
  const line = Math.min(...points.map(([, y]) => y)) + height * 0.11;
  let out = "";
  for (let index = 1; index < points.length; index++) {
    const a = points[index - 1];
    const b = points[index];
    if (!a || !b || (a[1] > line && b[1] > line)) continue;
    const low = (y: number) => Math.max(y, Math.min(line, y + height * 0.05) + (index % 3) * 5);
    out += `<path d="M${n(a[0])} ${n(a[1])}L${n(b[0] + 0.5)} ${n(b[1])}L${n(b[0] + 0.5)} ${n(low(b[1]))}L${n(a[0])} ${n(low(a[1]))}Z" fill="${hsl(210, 30, 96 * (0.45 + light * 0.55), 0.9)}"/>`;
  }
  return out;
}

function hills({ random, horizon, height, scene }: Canvas, hue: number, layers: number): string {
  const isSnowy = scene.weather === "snow";
  let out = "";
  for (let layer = 0; layer < layers; layer++) {
    const y = horizon + (layer / layers) * (height - horizon) * 0.75;
    const swing = () => between(random, -0.09, 0.07) * height;
    const lightness = (isSnowy ? 88 - layer * 6 : 58 - layer * 9) * (0.3 + dim(scene) * 0.7);
    const fill = hsl(isSnowy ? 212 : hue + layer * 7, isSnowy ? 24 : 40, lightness);
    out += `<path d="M-20 ${n(height)}V${n(y + swing())}C200 ${n(y + swing())} 330 ${n(y + swing())} 500 ${n(y + swing())}S850 ${n(y + swing())} 1020 ${n(y + swing())}V${n(height)}Z" fill="${fill}"/>`;
  }
  return out;
}

function blossoms({ random, horizon, height, scene }: Canvas): string {
  let out = "";
  for (let flower = 0; flower < 130; flower++) {
    const depth = flower / 129;
    const y = horizon + (height - horizon) * (0.2 + 0.8 * depth);
    const r = 3 + depth * 15;
    const fill = random() < 0.4 ? scene.accent : hsl(scene.hue + between(random, -40, 40), 68, 62);
    const x = random() * 1000;
    out += `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"/><circle cx="${n(x)}" cy="${n(y)}" r="${n(r * 0.36)}" fill="#f6d868"/>`;
  }
  return out;
}

function glitter({ random, horizon, height, scene }: Canvas): string {
  const colour = { day: "#ffffff", sunset: "#ffd28a", night: "#dfe8ff" }[scene.time];
  let out = "";
  for (let spark = 0; spark < 46; spark++) {
    const depth = random();
    const spread = 30 + depth * 170;
    const x = LIGHT_X + between(random, -spread, spread);
    const wide = between(random, 12, 50) * (0.4 + depth);
    out += `<rect x="${n(x - wide / 2)}" y="${n(horizon + depth * (height - horizon))}" width="${n(wide)}" height="${n(1.5 + depth * 4)}" rx="2" fill="${colour}" opacity="${n(between(random, 0.2, 0.7))}"/>`;
  }
  return out;
}

function windows(random: Random, x: number, y: number, wide: number, tall: number, isLit: boolean): string {
  const panes = { "#ffd977": "", "#8fd3ff": "", "#dbe9f5": "" };
  for (let row = y + 10; row < y + tall; row += 19) {
    for (let column = x + 7; column < x + wide - 9; column += 15) {
      if (random() < 0.42) continue;
      const fill = isLit ? (random() < 0.7 ? "#ffd977" : "#8fd3ff") : "#dbe9f5";
      panes[fill] += `M${n(column)} ${n(row)}h8v10h-8z`;
    }
  }
  // One path a colour draws several times faster than hundreds of rectangles.
  return Object.entries(panes)
    .map(([fill, path]) => (path ? `<path d="${path}" fill="${fill}" opacity="${isLit ? 0.9 : 0.45}"/>` : ""))
    .join("");
}
