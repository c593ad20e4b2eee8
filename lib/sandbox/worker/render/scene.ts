import { createRandom, pick, type Random } from "./random";

/** What the words of a prompt ask for, as far as the drawing hand understands them. */
export interface Scene {
  time: "day" | "sunset" | "night";
  ground: Ground;
  subject?: Subject;
  style?: Style;
  weather?: "rain" | "snow" | "fog";
  /** Main hue in degrees, and the colour of the subject. */
  hue: number;
  accent: string;
}

const GROUNDS = {
  space: ["space", "galaxy", "universe", "planet", "cosmos", "nebula", "太空", "宇宙", "星系", "行星"],
  sea: ["sea", "ocean", "beach", "seaside", "wave", "waves", "lake", "river", "海", "湖", "河", "沙滩"],
  city: ["city", "street", "skyscraper", "town", "cyberpunk", "building", "城市", "街", "高楼", "赛博朋克"],
  mountain: ["mountain", "mountains", "alps", "peak", "valley", "山"],
  forest: ["forest", "woods", "jungle", "bamboo", "森林", "树林", "竹"],
  desert: ["desert", "dune", "dunes", "sand", "沙漠"],
  field: ["flowers", "garden", "meadow", "field", "grassland", "grass", "花海", "花园", "草原", "草地"],
  hills: ["landscape", "countryside", "hill", "hills", "风景"],
  ribbons: ["abstract", "pattern", "抽象"],
} as const;

const SUBJECTS = {
  cat: ["cat", "kitten", "kitty", "猫"],
  dog: ["dog", "puppy", "corgi", "狗"],
  panda: ["panda", "熊猫"],
  bird: ["bird", "birds", "eagle", "owl", "鸟"],
  fish: ["fish", "koi", "鱼"],
  person: [
    ...["portrait", "girl", "boy", "woman", "man", "person", "face", "lady", "1girl", "1boy", "selfie"],
    ...["肖像", "人像", "女孩", "男孩", "女人", "男人", "少女", "人物"],
  ],
  robot: ["robot", "android", "mecha", "机器人"],
  astronaut: ["astronaut", "spaceman", "宇航员"],
  rocket: ["rocket", "spaceship", "火箭"],
  car: ["car", "automobile", "汽车", "轿车"],
  boat: ["boat", "ship", "sailboat", "船"],
  castle: ["castle", "palace", "城堡", "宫殿"],
  house: ["house", "cabin", "cottage", "hut", "房子", "小屋"],
  tree: ["tree", "oak", "cherry blossom", "sakura", "树", "樱花"],
  flower: ["flower", "rose", "sunflower", "tulip", "lotus", "花", "玫瑰", "向日葵", "莲"],
} as const;

const STYLES = {
  ink: ["ink wash", "ink painting", "sumi-e", "水墨"],
  sketch: ["sketch", "pencil", "monochrome", "black and white", "素描", "黑白"],
  pixel: ["pixel art", "8-bit", "像素"],
  oil: ["oil painting", "impressionist", "van gogh", "油画"],
} as const;

const TIMES = {
  night: ["night", "moon", "moonlight", "stars", "starry", "dark", "midnight", "夜", "月", "星空"],
  sunset: ["sunset", "sunrise", "dusk", "dawn", "golden hour", "evening", "夕阳", "日落", "日出", "黄昏"],
} as const;

const WEATHERS = {
  rain: ["rain", "rainy", "storm", "雨"],
  snow: ["snow", "snowy", "winter", "雪", "冬"],
  fog: ["fog", "mist", "foggy", "雾"],
} as const;

const COLOURS: readonly (readonly [hue: number, colour: string, words: readonly string[]])[] = [
  [0, "#c8362f", ["red", "crimson", "红"]],
  [28, "#e58a2e", ["orange", "橙"]],
  [46, "#e9b93a", ["yellow", "golden", "gold", "黄", "金色"]],
  [125, "#4d9a55", ["green", "emerald", "绿"]],
  [185, "#3fa9b5", ["teal", "cyan", "turquoise", "青"]],
  [215, "#3f6fc4", ["blue", "azure", "蓝"]],
  [275, "#7d55b8", ["purple", "violet", "紫"]],
  [335, "#e07aa5", ["pink", "粉"]],
  [220, "#2b2e38", ["black", "黑色", "黑猫"]],
  [210, "#eceae4", ["white", "白色", "白猫"]],
];

/** What a figure looks like when no colour is asked for. */
const NATURAL: Readonly<Partial<Record<Subject, readonly [string, ...string[]]>>> = {
  cat: ["#e0933f", "#8f8a88", "#4a4350", "#d9c7a6"],
  dog: ["#c58b4e", "#e6cfa4", "#8a6142", "#b9b2a8"],
  bird: ["#4f8fd0", "#d8574b", "#e3b23c", "#6aa84f"],
  fish: ["#ee7f33", "#e2a53a", "#5a9bd5"],
  robot: ["#9fb2c4", "#d9b25c", "#7fb0a6"],
  castle: ["#b9ab95", "#a8a29e", "#c7b6a6"],
  house: ["#b5533f", "#5f7f95", "#7c6a58"],
  tree: ["#5fa055", "#7cae4e", "#3f8a5c"],
  flower: ["#e0567a", "#d84a45", "#8c6bd0", "#f0a33e"],
  boat: ["#f3ede0", "#d8574b", "#3f7fb5"],
  car: ["#d0433c", "#3f7fb5", "#e3b23c", "#5a9a78"],
  person: ["#5579a8", "#8a5a83", "#4f8a7c", "#b5654a"],
};

export type Ground = keyof typeof GROUNDS;
export type Subject = keyof typeof SUBJECTS;
type Style = keyof typeof STYLES;

export function readScene(prompt: string, negativePrompt: string, random: Random): Scene {
  const text = words(prompt);
  const unwanted = words(negativePrompt);
  const find = <K extends string>(table: Readonly<Record<K, readonly string[]>>): K | undefined =>
    earliest(table, text, unwanted);
  const colour = COLOURS.find(([, , names]) => names.some((name) => position(text, name) >= 0));
  // Without a colour word the words themselves choose, so one prompt keeps its mood over all seeds.
  const mood = createRandom(prompt)();
  const subject = find(SUBJECTS);
  const fallback: Ground = subject ? "hills" : pick(random, ["hills", "ribbons", "mountain", "sea"]);
  return {
    time: find(TIMES) ?? "day",
    ground: find(GROUNDS) ?? (subject === "boat" || subject === "fish" ? "sea" : spaceOr(subject, fallback)),
    subject,
    style: find(STYLES),
    weather: find(WEATHERS),
    hue: colour?.[0] ?? Math.floor(mood * 360),
    accent: colour?.[1] ?? natural(subject, random) ?? `hsl(${Math.floor(mood * 360 + 150) % 360} 48% 52%)`,
  };
}

function natural(subject: Subject | undefined, random: Random): string | undefined {
  const colours = subject && NATURAL[subject];
  return colours && pick(random, colours);
}

const spaceOr = (subject: Subject | undefined, other: Ground): Ground =>
  subject === "rocket" || subject === "astronaut" ? "space" : other;

const words = (text: string) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;

/** Latin words count as whole words, Chinese ones anywhere. */
function position(text: string, name: string): number {
  return /[a-z]/.test(name) ? text.indexOf(` ${name.replace("-", " ")} `) : text.indexOf(name);
}

function earliest<K extends string>(
  table: Readonly<Record<K, readonly string[]>>,
  text: string,
  unwanted: string,
): K | undefined {
  let best: K | undefined;
  let bestAt = Number.POSITIVE_INFINITY;
  for (const key in table) {
    for (const name of table[key]) {
      const at = position(text, name);
      if (at >= 0 && at < bestAt && position(unwanted, name) < 0) {
        best = key;
        bestAt = at;
      }
    }
  }
  return best;
}

const NSFW = ["nsfw", "naked", "nude", "porn", "erotic", "裸体", "裸露", "色情"];

/** Whether the simulated safety checker takes offence. */
export function isOffensive(prompt: string): boolean {
  const text = words(prompt);
  return NSFW.some((name) => position(text, name) >= 0);
}
