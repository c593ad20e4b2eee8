/**
 * Stands in for the zh→en translation model: a small dictionary, longest match first. The suffix says what it is, so that
 * nobody takes it for the model's own work. Words it does not know stay as they are.
 */
const PHRASES: Readonly<Record<string, string>> = {
  中国水墨画: "Chinese ink wash painting",
  水墨画: "ink wash painting",
  油画: "oil painting",
  水彩画: "watercolor painting",
  水彩: "watercolor",
  素描: "pencil sketch",
  动漫: "anime",
  卡通: "cartoon",
  赛博朋克: "cyberpunk",
  像素风: "pixel art",
  照片: "photo",
  摄影: "photography",
  肖像: "portrait",
  人像: "portrait",
  风景: "landscape",
  杰作: "masterpiece",
  高质量: "high quality",
  高清: "high definition",
  细节: "detailed",
  天空: "sky",
  蓝天: "blue sky",
  白云: "white clouds",
  星空: "starry sky",
  星星: "stars",
  月亮: "moon",
  月光: "moonlight",
  太阳: "sun",
  阳光: "sunlight",
  夕阳: "sunset",
  日落: "sunset",
  日出: "sunrise",
  黄昏: "dusk",
  夜晚: "night",
  夜景: "night view",
  雨: "rain",
  雪山: "snowy mountain",
  下雪: "snow",
  雪: "snow",
  雾: "fog",
  彩虹: "rainbow",
  春天: "spring",
  夏天: "summer",
  秋天: "autumn",
  冬天: "winter",
  大海: "sea",
  海边: "seaside",
  海滩: "beach",
  沙滩: "beach",
  海浪: "waves",
  海: "sea",
  湖: "lake",
  河: "river",
  瀑布: "waterfall",
  群山: "mountains",
  高山: "high mountain",
  山: "mountain",
  森林: "forest",
  树林: "woods",
  树: "tree",
  竹林: "bamboo forest",
  草原: "grassland",
  草地: "meadow",
  沙漠: "desert",
  花园: "garden",
  花海: "sea of flowers",
  樱花: "cherry blossom",
  玫瑰: "rose",
  向日葵: "sunflower",
  花: "flower",
  城市: "city",
  街道: "street",
  高楼: "skyscraper",
  房子: "house",
  小屋: "cabin",
  城堡: "castle",
  宫殿: "palace",
  寺庙: "temple",
  桥: "bridge",
  船: "boat",
  汽车: "car",
  火箭: "rocket",
  宇宙: "universe",
  太空: "space",
  行星: "planet",
  机器人: "robot",
  宇航员: "astronaut",
  女孩: "girl",
  男孩: "boy",
  女人: "woman",
  男人: "man",
  老人: "old man",
  小猫: "kitten",
  猫: "cat",
  小狗: "puppy",
  狗: "dog",
  鸟: "bird",
  鱼: "fish",
  马: "horse",
  龙: "dragon",
  熊猫: "panda",
  红色: "red",
  橙色: "orange",
  黄色: "yellow",
  金色: "golden",
  绿色: "green",
  蓝色: "blue",
  紫色: "purple",
  粉色: "pink",
  黑色: "black",
  白色: "white",
  可爱: "cute",
  美丽: "beautiful",
  一只: "a",
  一个: "a",
  一幅: "a",
  一座: "a",
  一朵: "a",
  一片: "a stretch of",
  坐在: "sitting on",
  站在: "standing in",
  上的: "on",
  下的: "under",
  里的: "in",
  的: "",
  在: "in",
  和: "and",
  与: "and",
  上: "on",
  下: "under",
  里: "in",
  中: "in",
  "，": ", ",
  "。": ". ",
  "、": ", ",
  "！": "! ",
};

const SUFFIX = "[simulated translation]";
const LONGEST = Math.max(...Object.keys(PHRASES).map((phrase) => phrase.length));
const HAS_CHINESE = /\p{Script=Han}/u;

/** The English prompt; text without Chinese comes back as it is. */
export function translate(prompt: string): string {
  if (!HAS_CHINESE.test(prompt)) return prompt;
  let out = "";
  for (let index = 0; index < prompt.length; ) {
    const phrase = longestPhrase(prompt, index);
    if (phrase !== undefined) {
      out += ` ${PHRASES[phrase] ?? ""} `;
      index += phrase.length;
    } else {
      out += prompt[index] ?? "";
      index++;
    }
  }
  const tidy = out
    .replace(/\s+/g, " ")
    .replace(/ ([,.!])/g, "$1")
    .trim();
  return `${tidy} ${SUFFIX}`;
}

function longestPhrase(text: string, start: number): string | undefined {
  for (let length = LONGEST; length > 0; length--) {
    const candidate = text.slice(start, start + length);
    if (candidate.length === length && Object.hasOwn(PHRASES, candidate)) return candidate;
  }
  return undefined;
}
