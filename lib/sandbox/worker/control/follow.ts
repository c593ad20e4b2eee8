import type { Picture } from "../pictures";
import type { Reading } from "./kinds";
import { blur, brightness, length, luma, type Plane, sobel } from "./plane";
import { ADE } from "./segments";

/** The channel order in which the pipeline hands a control image to the ControlNet. */
export type ChannelOrder = "rgb" | "bgr";

export interface Guidance {
  reading: Reading;
  /** `control_scale`: 0 leaves the picture alone, 1 is the service's default. */
  scale: number;
  order: ChannelOrder;
}

/** Makes a freshly drawn picture follow a control image of the same size. */
export function follow(fresh: Picture, control: Picture, { reading, scale, order }: Guidance): Picture {
  const weight = scale > 0 ? 1 - Math.exp(-1.9 * scale) : 0;
  if (weight === 0) return fresh;
  const ordered = order === "bgr" ? swapped(control) : control;
  return FOLLOWERS[reading](fresh, ordered, weight);
}

const FOLLOWERS: Record<Reading, (fresh: Picture, control: Picture, weight: number) => Picture> = {
  lines: followLines,
  depth: followDepth,
  normal: followNormals,
  pose: followPose,
  regions: followRegions,
};

function swapped({ width, height, pixels }: Picture): Picture {
  const out = new Uint8Array(pixels.length);
  for (let at = 0; at < out.length; at += 3) {
    out[at] = pixels[at + 2] ?? 0;
    out[at + 1] = pixels[at + 1] ?? 0;
    out[at + 2] = pixels[at] ?? 0;
  }
  return { width, height, pixels: out };
}

const level = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);

/** Each pixel times `shade`. */
function shaded(fresh: Picture, shade: (pixel: number) => number): Picture {
  const pixels = new Uint8Array(fresh.pixels.length);
  for (let pixel = 0, at = 0; at < pixels.length; pixel++, at += 3) {
    const factor = shade(pixel);
    for (let channel = at; channel < at + 3; channel++) {
      pixels[channel] = Math.round(level((fresh.pixels[channel] ?? 0) * factor));
    }
  }
  return { width: fresh.width, height: fresh.height, pixels };
}

/** Darker grounds than this take light lines. */
const DARK = 84;

/** Lines become ink on light ground and chalk on dark, with a little of the contrary around them. */
function followLines(fresh: Picture, control: Picture, weight: number): Picture {
  const lines = brightness(control);
  const side = Math.min(fresh.width, fresh.height);
  const around = blur(lines, Math.max(1, Math.round(side / 128)), 2);
  const pixels = new Uint8Array(fresh.pixels.length);
  for (let pixel = 0, at = 0; at < pixels.length; pixel++, at += 3) {
    const line = ((lines.values[pixel] ?? 0) / 255) * weight;
    const halo = Math.min(0.35, ((around.values[pixel] ?? 0) / 255) * 0.9) * weight;
    const isDark = luma(fresh.pixels, at) < DARK;
    for (let channel = at; channel < at + 3; channel++) {
      const from = fresh.pixels[channel] ?? 0;
      const ground = from * (isDark ? 1 - halo : 1 + halo);
      const stroke = isDark ? 150 + from * 0.4 : from * 0.1;
      pixels[channel] = Math.round(level(ground + (stroke - ground) * line));
    }
  }
  return { width: fresh.width, height: fresh.height, pixels };
}

const HAZE = [214, 224, 234] as const;

/** Far things fade into haze, near ones are full of light and shadow along their slopes. */
function followDepth(fresh: Picture, control: Picture, weight: number): Picture {
  const near = brightness(control);
  const relief = slopes(near, Math.min(fresh.width, fresh.height));
  const pixels = new Uint8Array(fresh.pixels.length);
  for (let pixel = 0, at = 0; at < pixels.length; pixel++, at += 3) {
    const closeness = (near.values[pixel] ?? 0) / 255;
    const haze = (1 - closeness) ** 1.4 * 0.72 * weight;
    const shade = 1 + ((relief.values[pixel] ?? 0) * 0.7 - (closeness - 0.5) * 0.2) * weight;
    for (let channel = 0; channel < 3; channel++) {
      const lit = (fresh.pixels[at + channel] ?? 0) * shade;
      pixels[at + channel] = Math.round(level(lit + ((HAZE[channel] ?? 0) - lit) * haze));
    }
  }
  return { width: fresh.width, height: fresh.height, pixels };
}

/** -1…1: how much a slope looks to the upper left, where the light comes from. */
function slopes(plane: Plane, side: number): Plane {
  const { x, y } = sobel(blur(plane, Math.max(1, Math.round(side / 40))));
  const steep = side / 9000;
  return {
    ...plane,
    values: x.values.map((gx, pixel) => Math.tanh((gx + (y.values[pixel] ?? 0)) * steep * 0.5)),
  };
}

/** Light from the upper left on the surface. The ControlNet for normals was trained with blue first: bgr. */
function followNormals(fresh: Picture, control: Picture, weight: number): Picture {
  const { pixels } = control;
  const side = (at: number) => ((pixels[at] ?? 0) - 127.5) / 127.5;
  return shaded(fresh, (pixel) => {
    const at = pixel * 3;
    const [toward, down, right] = [side(at), side(at + 1), side(at + 2)];
    const light = 0.55 * Math.max(0, toward) - 0.5 * (right + down);
    return 1 + (Math.max(0.5, Math.min(1.6, 0.5 + light)) - 1) * weight;
  });
}

const SKIN = [228, 182, 152] as const;
const HAIR = [70, 50, 42] as const;
const SHIRT = [82, 118, 176] as const;
const TROUSERS = [70, 66, 84] as const;

/** A mannequin around the bones: a head on top, a trunk between shoulders and hips, round limbs. */
function followPose(fresh: Picture, control: Picture, weight: number): Picture {
  const { width, height } = fresh;
  const away = distanceToBones(control);
  const figure = measure(away);
  if (!figure) return fresh;
  const { top, tall, headX, trunkX } = figure;
  const limb = Math.max(2, tall * 0.036);
  const pixels = Uint8Array.from(fresh.pixels);
  for (let y = Math.max(0, Math.floor(top - tall * 0.12)); y < height; y++) {
    const down = (y - top) / tall;
    for (let x = 0, pixel = y * width, at = pixel * 3; x < width; x++, pixel++, at += 3) {
      const part = bodyPart(down, (x - headX) / tall, (x - trunkX) / tall, (away.values[pixel] ?? 0) / limb);
      if (part.inside <= 0) continue;
      const cover = Math.min(1, part.inside * 2.5) * weight;
      // Darker where the shape turns away.
      const shade = 0.72 + 0.34 * Math.min(1, part.inside);
      for (let channel = 0; channel < 3; channel++) {
        const from = fresh.pixels[at + channel] ?? 0;
        pixels[at + channel] = Math.round(from + (level((part.colour[channel] ?? 0) * shade) - from) * cover);
      }
    }
  }
  return { width, height, pixels };
}

/** Which part a point belongs to, and how deep inside it lies; 0 and less is outside. All lengths in body heights. */
function bodyPart(down: number, besideHead: number, besideTrunk: number, limbs: number) {
  const head = 3 - 3 * length(besideHead / 0.062, (down - 0.045) / 0.082);
  if (head > 0) return { inside: head, colour: down < 0.012 ? HAIR : SKIN };
  const wide = 0.115 - Math.max(0, down - 0.13) * 0.09;
  const trunk = Math.min(3 - (3 * Math.abs(besideTrunk)) / wide, (down - 0.13) * 40, (0.54 - down) * 40);
  const limb = down > 0.11 ? 1.8 - 1.5 * limbs : -1;
  const isHand = trunk <= 0 && down > 0.4;
  return { inside: Math.max(trunk, limb), colour: down >= 0.52 ? TROUSERS : isHand ? SKIN : SHIRT };
}

/** Pixels to the nearest bone, nearly: two passes with steps of 1 and √2. */
function distanceToBones({ width, height, pixels }: Picture): Plane {
  const far = width + height;
  const values = new Float32Array(width * height);
  for (let pixel = 0, at = 0; pixel < values.length; pixel++, at += 3) values[pixel] = luma(pixels, at) > 20 ? 0 : far;
  const reach = (pixel: number, near: number, step: number) => {
    const through = (values[near] ?? far) + step;
    if (through < (values[pixel] ?? far)) values[pixel] = through;
  };
  for (let pixel = 0; pixel < values.length; pixel++) {
    const x = pixel % width;
    if (x > 0) reach(pixel, pixel - 1, 1);
    if (pixel < width) continue;
    reach(pixel, pixel - width, 1);
    if (x > 0) reach(pixel, pixel - width - 1, Math.SQRT2);
    if (x < width - 1) reach(pixel, pixel - width + 1, Math.SQRT2);
  }
  for (let pixel = values.length - 1; pixel >= 0; pixel--) {
    const x = pixel % width;
    if (x < width - 1) reach(pixel, pixel + 1, 1);
    if (pixel >= values.length - width) continue;
    reach(pixel, pixel + width, 1);
    if (x > 0) reach(pixel, pixel + width - 1, Math.SQRT2);
    if (x < width - 1) reach(pixel, pixel + width + 1, Math.SQRT2);
  }
  return { width, height, values };
}

/** Where the bones begin, how tall they stand, and where head and trunk have their middle. */
function measure({ width, height, values }: Plane) {
  const rows = Array.from({ length: height }, (_, y) => {
    let [sum, count] = [0, 0];
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] !== 0) continue;
      sum += x;
      count += 1;
    }
    return { sum, count };
  });
  const top = rows.findIndex(({ count }) => count > 0);
  if (top < 0) return undefined;
  const tall = Math.max(8, rows.findLastIndex(({ count }) => count > 0) - top);
  const middle = (from: number, to: number) => {
    const part = rows.slice(Math.floor(top + tall * from), Math.ceil(top + tall * to) + 1);
    const count = part.reduce((total, row) => total + row.count, 0);
    return count > 0 ? part.reduce((total, row) => total + row.sum, 0) / count : width / 2;
  };
  return { top, tall, headX: middle(0, 0.06), trunkX: middle(0.12, 0.5) };
}

/** What the classes of the palette look like by day; other colours are taken as they are, paler. */
const NATURAL = new Map<number, readonly [number, number, number]>(
  (
    [
      ["sky", [168, 206, 236]],
      ["tree", [74, 116, 62]],
      ["grass", [124, 166, 76]],
      ["plant", [104, 146, 70]],
      ["building", [186, 158, 136]],
      ["wall", [202, 196, 186]],
      ["road", [138, 136, 134]],
      ["floor", [146, 116, 90]],
      ["earth", [150, 122, 88]],
      ["sand", [214, 190, 142]],
      ["mountain", [126, 138, 150]],
      ["rock", [128, 116, 108]],
      ["person", [206, 150, 124]],
      ["water", [92, 158, 186]],
      ["sea", [52, 110, 156]],
      ["field", [178, 164, 84]],
    ] as const
  ).map(([name, colour]) => [packed(ADE[name][0], ADE[name][1], ADE[name][2]), colour]),
);

function packed(r: number, g: number, b: number): number {
  return (r << 16) | (g << 8) | b;
}

/** Every region gets the colour of its class, and keeps the light and dark of what was drawn there. */
function followRegions(fresh: Picture, control: Picture, weight: number): Picture {
  const { width, height, pixels: map } = control;
  const sums = new Map<number, { light: number; count: number }>();
  const keyAt = (at: number) => packed(map[at] ?? 0, map[at + 1] ?? 0, map[at + 2] ?? 0);
  for (let at = 0; at < map.length; at += 3) {
    const entry = sums.get(keyAt(at)) ?? { light: 0, count: 0 };
    entry.light += luma(fresh.pixels, at);
    entry.count += 1;
    sums.set(keyAt(at), entry);
  }
  const pixels = new Uint8Array(fresh.pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const key = keyAt(at);
    const { light, count } = sums.get(key) ?? { light: 128, count: 1 };
    const natural = NATURAL.get(key);
    const relief = luma(fresh.pixels, at) - light / count;
    const isBorder =
      key !== keyAt(at + 3 < map.length ? at + 3 : at) ||
      key !== keyAt(Math.min(at + width * 3, (height * width - 1) * 3));
    for (let channel = 0; channel < 3; channel++) {
      const from = fresh.pixels[at + channel] ?? 0;
      const tone = natural?.[channel] ?? 60 + (map[at + channel] ?? 0) * 0.55;
      const painted = (tone * 0.78 + from * 0.22 + relief * 0.55) * (isBorder ? 0.72 : 1);
      pixels[at + channel] = Math.round(level(from + (painted - from) * weight));
    }
  }
  return { width, height, pixels };
}
