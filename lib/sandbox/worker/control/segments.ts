import { type Picture, resize } from "../pictures";

type Rgb = readonly [number, number, number];

/** Colours of some classes in the ADE20K palette, which the program paints with. */
export const ADE = {
  wall: [120, 120, 120],
  building: [180, 120, 120],
  sky: [6, 230, 230],
  floor: [80, 50, 50],
  tree: [4, 200, 3],
  road: [140, 140, 140],
  grass: [4, 250, 7],
  person: [150, 5, 61],
  earth: [120, 120, 70],
  mountain: [143, 255, 140],
  plant: [204, 255, 4],
  water: [61, 230, 250],
  sea: [9, 7, 230],
  field: [112, 9, 255],
  rock: [255, 41, 10],
  sand: [160, 150, 20],
} as const satisfies Record<string, Rgb>;

type AdeClass = keyof typeof ADE;

const REGIONS = 8;
const ROUNDS = 6;

interface Centre {
  r: number;
  g: number;
  b: number;
  /** 0…1 from the top. */
  y: number;
  count: number;
}

/**
 * Stands in for the network that names what is seen: colours that lie together make a region, and its look and place choose
 * the class. The borders are the picture's own; the names are guesses.
 */
export async function segments(picture: Picture): Promise<Picture> {
  const shrink = Math.min(1, 192 / Math.max(picture.width, picture.height));
  const small = await resize(
    picture,
    Math.max(1, Math.round(picture.width * shrink)),
    Math.max(1, Math.round(picture.height * shrink)),
  );
  const centres = cluster(small);
  const labels = smoothed(assign(small, centres), small.width, small.height);
  const colours = name(centres);
  const pixels = new Uint8Array(picture.width * picture.height * 3);
  for (let y = 0, at = 0; y < picture.height; y++) {
    const row = Math.floor((y * small.height) / picture.height) * small.width;
    for (let x = 0; x < picture.width; x++, at += 3) {
      const label = labels[row + Math.floor((x * small.width) / picture.width)] ?? 0;
      pixels.set(colours[label] ?? ADE.wall, at);
    }
  }
  return { width: picture.width, height: picture.height, pixels };
}

/** k-means over colour and height; the first centres are spread over the picture's own brightness. */
function cluster(picture: Picture): Centre[] {
  const { width, height, pixels } = picture;
  const order = Array.from({ length: Math.ceil((width * height) / 7) }, (_, index) => index * 7).sort(
    (a, b) => sum(pixels, a) - sum(pixels, b) || a - b,
  );
  let centres = Array.from({ length: REGIONS }, (_, index): Centre => {
    const pixel = order[Math.floor(((index + 0.5) / REGIONS) * order.length)] ?? 0;
    const at = pixel * 3;
    const y = Math.floor(pixel / width) / height;
    return { r: pixels[at] ?? 0, g: pixels[at + 1] ?? 0, b: pixels[at + 2] ?? 0, y, count: 1 };
  });
  for (let round = 0; round < ROUNDS; round++) {
    const next = centres.map((): Centre => ({ r: 0, g: 0, b: 0, y: 0, count: 0 }));
    for (let pixel = 0; pixel < width * height; pixel += 3) {
      const y = Math.floor(pixel / width) / height;
      const centre = next[nearest(centres, pixels, pixel * 3, y)];
      if (!centre) continue;
      centre.r += pixels[pixel * 3] ?? 0;
      centre.g += pixels[pixel * 3 + 1] ?? 0;
      centre.b += pixels[pixel * 3 + 2] ?? 0;
      centre.y += y;
      centre.count += 1;
    }
    centres = next.map(({ r, g, b, y, count }, index) =>
      count > 0
        ? { r: r / count, g: g / count, b: b / count, y: y / count, count }
        : { ...(centres[index] ?? { r: 0, g: 0, b: 0, y: 0 }), count: 0 },
    );
  }
  return centres;
}

const sum = (pixels: Uint8Array, pixel: number) =>
  (pixels[pixel * 3] ?? 0) + (pixels[pixel * 3 + 1] ?? 0) + (pixels[pixel * 3 + 2] ?? 0);

function nearest(centres: readonly Centre[], pixels: Uint8Array, at: number, y: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < centres.length; index++) {
    const centre = centres[index];
    if (!centre) continue;
    const dr = (pixels[at] ?? 0) - centre.r;
    const dg = (pixels[at + 1] ?? 0) - centre.g;
    const db = (pixels[at + 2] ?? 0) - centre.b;
    const dy = (y - centre.y) * 70;
    const distance = dr * dr + dg * dg + db * db + dy * dy;
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}

function assign({ width, height, pixels }: Picture, centres: readonly Centre[]): Uint8Array {
  const labels = new Uint8Array(width * height);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    labels[pixel] = nearest(centres, pixels, pixel * 3, Math.floor(pixel / width) / height);
  }
  return labels;
}

/** Each pixel takes what most of the five by five around it are: specks go. */
function smoothed(labels: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(labels.length);
  const votes = new Uint8Array(REGIONS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      votes.fill(0);
      let winner = labels[y * width + x] ?? 0;
      for (let ny = Math.max(0, y - 2); ny <= Math.min(height - 1, y + 2); ny++) {
        for (let nx = Math.max(0, x - 2); nx <= Math.min(width - 1, x + 2); nx++) {
          const label = labels[ny * width + nx] ?? 0;
          votes[label] = (votes[label] ?? 0) + 1;
          if ((votes[label] ?? 0) > (votes[winner] ?? 0)) winner = label;
        }
      }
      out[y * width + x] = winner;
    }
  }
  return out;
}

/** Every colour gets a class of its own: the first of its candidates that is free, largest region first. */
function name(centres: readonly Centre[]): Rgb[] {
  const colours: Rgb[] = centres.map(() => ADE.wall);
  const taken = new Set<AdeClass>();
  const bySize = centres.map((centre, index) => ({ centre, index })).sort((a, b) => b.centre.count - a.centre.count);
  const named: { centre: Centre; colour: Rgb }[] = [];
  for (const { centre, index } of bySize) {
    const same = named.find((other) => isLike(centre, other.centre));
    if (same) {
      colours[index] = same.colour;
      continue;
    }
    const others = Object.keys(ADE) as AdeClass[];
    const chosen = [...candidates(centre), ...others].find((candidate) => !taken.has(candidate)) ?? "wall";
    taken.add(chosen);
    colours[index] = ADE[chosen];
    named.push({ centre, colour: ADE[chosen] });
  }
  return colours;
}

/** Two heaps of one colour, one above the other, are one thing. */
const isLike = (a: Centre, b: Centre) => Math.abs(a.r - b.r) + Math.abs(a.g - b.g) + Math.abs(a.b - b.b) < 30;

function candidates({ r, g, b, y }: Centre): AdeClass[] {
  const light = (r + g + b) / 3;
  const colourful = Math.max(r, g, b) - Math.min(r, g, b);
  if (light < 76) return ["mountain", "rock", "floor"];
  if (y < 0.5 && (b >= Math.max(r, g) || light > 200)) return ["sky", "mountain", "wall"];
  if (g >= Math.max(r, b) && colourful > 14)
    return y > 0.6 ? ["grass", "plant", "tree"] : ["tree", "mountain", "plant"];
  if (b >= Math.max(r, g) && colourful > 18) return ["sea", "water", "mountain"];
  if (r > g && g > b && light > 120 && y < 0.75) return ["person", "building", "sand"];
  if (r > b && colourful > 20) return y > 0.6 ? ["earth", "floor", "sand"] : ["building", "rock", "person"];
  return y > 0.6 ? ["road", "floor", "earth"] : ["building", "wall", "mountain"];
}
