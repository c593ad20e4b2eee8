import sharp from "sharp";
import { type Picture, resize } from "../pictures";
import { GROUND_PAINTERS, LIGHT_X } from "./grounds";
import { createNoise, createRandom, type Random } from "./random";
import { readScene, type Scene } from "./scene";
import { SUBJECT_PAINTERS } from "./subjects";

/** Everything that decides about a picture: the same values give the same pixels. */
export interface Drawing {
  prompt: string;
  negativePrompt: string;
  seed: bigint;
  width: number;
  height: number;
  steps: number;
  cfgScale: number;
  index: number;
  /** Whatever else colours the result: LoRA names and weights. */
  flavour: string;
}

/** Larger pictures are drawn at this size and scaled up, so that no request holds the process for seconds. */
const MAX_PIXELS = 1_300_000;

/** Draws what the words ask for: a sky, a ground, a figure. Nothing of it comes from a model. */
export async function renderPicture(drawing: Drawing): Promise<Picture> {
  const shrink = Math.min(1, Math.sqrt(MAX_PIXELS / (drawing.width * drawing.height)));
  const width = Math.max(1, Math.round(drawing.width * shrink));
  const height = Math.max(1, Math.round(drawing.height * shrink));
  const random = createRandom([drawing.prompt, drawing.flavour, drawing.seed, drawing.index].join("\u0000"));
  const scene = readScene(drawing.prompt, drawing.negativePrompt, random);
  const pixels = paintSky(scene, width, height, random);
  const layer = await drawLayer(scene, width, height, random);
  finish(pixels, layer, { width, height, scene, drawing, random });
  return resize({ width, height, pixels }, drawing.width, drawing.height);
}

type Rgb = readonly [number, number, number];

const SKIES: Record<Scene["time"], readonly [top: Rgb, bottom: Rgb, cloud: Rgb]> = {
  day: [
    [92, 152, 214],
    [214, 232, 244],
    [255, 255, 255],
  ],
  sunset: [
    [78, 66, 128],
    [250, 176, 112],
    [255, 208, 178],
  ],
  night: [
    [10, 14, 38],
    [48, 58, 104],
    [84, 92, 140],
  ],
};

function paintSky(scene: Scene, width: number, height: number, random: Random): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  const noise = createNoise(random);
  const [top, bottom, cloud] =
    scene.ground === "space"
      ? ([
          [4, 5, 16],
          [22, 16, 48],
          [92, 52, 132],
        ] as const)
      : SKIES[scene.time];
  const tint = tintOf(scene.hue);
  const cover = scene.weather === "fog" || scene.weather === "rain" ? 0.32 : 0.5;
  const scale = 5 / Math.max(width, height);
  const [tintR, tintG, tintB] = tint;
  const [cloudR, cloudG, cloudB] = cloud;
  // Clouds are soft: one value for two by two pixels is enough.
  for (let y = 0; y < height; y++) {
    const row = y * width * 3;
    if (y & 1) {
      pixels.copyWithin(row, row - width * 3, row);
      continue;
    }
    const down = Math.min(1, y / (height * 0.72));
    const share = (from: number, to: number, colour: number) => (from + (to - from) * down) * 0.86 + colour * 0.14;
    const r = share(top[0], bottom[0], tintR);
    const g = share(top[1], bottom[1], tintG);
    const b = share(top[2], bottom[2], tintB);
    const strength = (1 - down * 0.5) * 0.85;
    const v = y * scale * 1.9;
    let clouds = 0;
    for (let x = 0, at = row; x < width; x++, at += 3) {
      if ((x & 1) === 0) {
        const u = x * scale;
        const field = noise(u, v) * 0.55 + noise(u * 2.1 + 7, v * 2.1) * 0.29 + noise(u * 4.3, v * 4.3 + 3) * 0.16;
        clouds = Math.max(0, Math.min(1, (field - cover) * 3.2)) * strength;
      }
      pixels[at] = r + (cloudR - r) * clouds;
      pixels[at + 1] = g + (cloudG - g) * clouds;
      pixels[at + 2] = b + (cloudB - b) * clouds;
    }
  }
  return pixels;
}

function tintOf(hue: number): Rgb {
  const wave = (shift: number) => 150 + 90 * Math.cos(((hue - shift) / 180) * Math.PI);
  return [wave(0), wave(120), wave(240)];
}

async function drawLayer(scene: Scene, width: number, height: number, random: Random): Promise<Uint8Array> {
  const tall = (1000 * height) / width;
  const horizon = tall * (0.5 + random() * 0.12);
  const canvas = { height: tall, horizon, random, scene };
  const parts = [light(scene, tall, random), GROUND_PAINTERS[scene.ground](canvas)];
  if (scene.subject) parts.push(figure(scene, scene.subject, tall, random));
  parts.push(weather(scene, tall, random));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1000 ${tall}" preserveAspectRatio="none">${parts.join("")}</svg>`;
  const { data } = await sharp(Buffer.from(svg))
    .resize(width, height, { fit: "fill" })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data;
}

/** Sun, moon or stars. */
function light(scene: Scene, tall: number, random: Random): string {
  if (scene.ground === "space" || scene.ground === "ribbons") return "";
  const y = tall * { day: 0.16, sunset: 0.44, night: 0.17 }[scene.time];
  const x = LIGHT_X;
  const disc = (r: number, fill: string, opacity: number) =>
    `<circle cx="${x}" cy="${y.toFixed(1)}" r="${r}" fill="${fill}" opacity="${opacity}"/>`;
  if (scene.time === "day") return disc(120, "#fff3c4", 0.25) + disc(58, "#fff4cf", 0.95);
  if (scene.time === "sunset") return disc(210, "#ffb36b", 0.22) + disc(140, "#ffc98a", 0.3) + disc(82, "#ffe2ae", 1);
  const stars = Array.from(
    { length: 90 },
    () =>
      `<circle cx="${(random() * 1000).toFixed(1)}" cy="${(random() * tall * 0.6).toFixed(1)}" r="${(0.7 + random() * 2).toFixed(1)}" fill="#fff" opacity="${(0.3 + random() * 0.7).toFixed(2)}"/>`,
  );
  return (
    stars.join("") +
    disc(96, "#dfe6ff", 0.16) +
    disc(56, "#f3f0dc", 1) +
    `<circle cx="${x + 20}" cy="${y - 12}" r="10" fill="#d9d4bb" opacity="0.6"/>`
  );
}

const HAIR_AND_TRIM = ["#3b2a22", "#5b3a26", "#7a4a2c", "#2f3346", "#45505f", "#6a3030"];

function figure(scene: Scene, subject: NonNullable<Scene["subject"]>, tall: number, random: Random): string {
  const isClose = subject === "person" || subject === "astronaut";
  const size = (Math.min(1000, tall) / 400) * (isClose ? 0.92 : 0.6) * (0.9 + random() * 0.2);
  const x = isClose ? 500 : 380 + random() * 240;
  const y = tall - 205 * size - (isClose ? 0 : tall * (subject === "rocket" || subject === "bird" ? 0.24 : 0.06));
  const dark = HAIR_AND_TRIM[Math.floor(random() * HAIR_AND_TRIM.length)] ?? "#4a3428";
  const isFloating = isClose || scene.ground === "space" || scene.ground === "sea" || subject === "bird";
  const shadow = isFloating ? "" : `<ellipse cx="0" cy="206" rx="170" ry="20" fill="#000" opacity="0.2"/>`;
  const flip = random() < 0.5 ? -1 : 1;
  return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(size * flip).toFixed(3)} ${size.toFixed(3)})">${shadow}${SUBJECT_PAINTERS[subject](scene.accent, dark)}</g>`;
}

function weather(scene: Scene, tall: number, random: Random): string {
  const many = (count: number, draw: (x: number, y: number) => string) =>
    Array.from({ length: count }, () => draw(random() * 1000, random() * tall)).join("");
  switch (scene.weather) {
    case "rain":
      return many(
        170,
        (x, y) =>
          `<path d="M${x.toFixed(0)} ${y.toFixed(0)}l-9 34" stroke="#dfeaf4" stroke-width="2.4" opacity="0.45"/>`,
      );
    case "snow":
      return many(
        150,
        (x, y) =>
          `<circle cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" r="${(2 + random() * 5).toFixed(1)}" fill="#fff" opacity="0.85"/>`,
      );
    case "fog":
      return many(
        9,
        (x, y) =>
          `<ellipse cx="${x.toFixed(0)}" cy="${(tall * 0.4 + y * 0.6).toFixed(0)}" rx="460" ry="54" fill="#eef1f4" opacity="0.24"/>`,
      );
    default:
      return "";
  }
}

interface Finish {
  width: number;
  height: number;
  scene: Scene;
  drawing: Drawing;
  random: Random;
}

/** Lays the figures over the sky, then style, guidance and what too few steps leave of the noise. */
function finish(pixels: Uint8Array, layer: Uint8Array, { width, height, scene, drawing, random }: Finish): void {
  const residue = drawing.steps <= 0 ? 1 : Math.exp(-drawing.steps / 7);
  const presence = Math.max(0.15, Math.min(1, 0.35 + drawing.cfgScale / 8));
  const saturation = Math.max(0.35, Math.min(1.7, 0.72 + drawing.cfgScale * 0.045));
  const isGrey = scene.style === "ink" || scene.style === "sketch";
  const grain = (scene.style === "oil" ? 16 : 5) + (drawing.steps % 5);
  // What leaves the scene alone still changes its grain: no two requests give one picture.
  const { cfgScale, negativePrompt, steps } = drawing;
  const grainOf = createRandom([random(), steps, cfgScale, negativePrompt].join("\u0000"));
  let state = Math.floor(grainOf() * 4294967296) | 1;
  for (let at = 0, from = 0; at < pixels.length; at += 3, from += 4) {
    const alpha = ((layer[from + 3] ?? 0) / 255) * presence;
    // xorshift: one number a pixel, cheap
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const r = mix(pixels[at] ?? 0, layer[from] ?? 0, alpha);
    const g = mix(pixels[at + 1] ?? 0, layer[from + 1] ?? 0, alpha);
    const b = mix(pixels[at + 2] ?? 0, layer[from + 2] ?? 0, alpha);
    const grey = r * 0.3 + g * 0.59 + b * 0.11;
    const rough = ((state & 255) / 255 - 0.5) * grain;
    const colour = isGrey ? 0.06 : saturation;
    pixels[at] = level(mix(grey + (r - grey) * colour + rough, state & 255, residue));
    pixels[at + 1] = level(mix(grey + (g - grey) * colour + rough, (state >>> 8) & 255, residue));
    pixels[at + 2] = level(
      mix(grey + (b - grey) * colour + rough - (scene.style === "ink" ? 10 : 0), (state >>> 16) & 255, residue),
    );
  }
  if (scene.style === "pixel") pixelate(pixels, width, height, Math.max(4, Math.round(width / 64)));
}

const mix = (a: number, b: number, share: number) => a + (b - a) * share;

const level = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);

function pixelate(pixels: Uint8Array, width: number, height: number, block: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((y - (y % block)) * width + (x - (x % block))) * 3;
      const to = (y * width + x) * 3;
      pixels.copyWithin(to, from, from + 3);
    }
  }
}
