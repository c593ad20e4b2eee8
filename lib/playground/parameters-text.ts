import { type GenerateInput, GenerateInputSchema } from "./input";
import { type Func, resultSize } from "./limits";

/**
 * The settings of a picture as text, the way AUTOMATIC1111's WebUI writes them into PNG files under the name `parameters` and
 * most tools read them: the prompt, a line `Negative prompt: …`, and a last line of `Name: value` pairs. Values with commas
 * or colons are JSON strings; LoRAs stand in the prompt as `<lora:name:weight>`.
 */

/** What such a text can say; what it does not say stays as it is in the form. */
export interface Settings {
  func?: Func;
  prompt?: string;
  negativePrompt?: string;
  steps?: number;
  cfgScale?: number;
  width?: number;
  height?: number;
  seed?: string;
  denoisingStrength?: number;
  resizeMode?: "stretch" | "crop" | "pad";
  loras?: { path: string; weight: number }[];
}

export interface ParsedParameters {
  settings: Settings;
  /** What this service has no use for, as it stands in the text. */
  unused: { name: string; value: string }[];
}

interface Made {
  input: GenerateInput;
  seed: string;
  model?: string;
}

/** WebUI's words for the ways to fit a picture. */
const RESIZE_WORDS = { stretch: "Just resize", crop: "Crop and resize", pad: "Resize and fill" } as const;

export function toParametersText({ input, seed, model }: Made): string {
  const { width, height } = resultSize(input);
  const { loras } = input;
  const prompt = [input.prompt, ...loras.map(({ path, weight }) => `<lora:${path}:${weight}>`)].join(" ");
  const pairs: [string, string | number | undefined][] = [
    ["Steps", input.steps],
    ["CFG scale", input.cfgScale],
    ["Seed", seed === "" ? undefined : seed],
    ["Size", `${width}x${height}`],
    ["Model", model],
    ["Denoising strength", "denoisingStrength" in input ? input.denoisingStrength : undefined],
    ["Resize mode", "resizeMode" in input ? RESIZE_WORDS[input.resizeMode] : undefined],
    ["Function", input.func],
    ["Version", "Easel"],
  ];
  return [
    prompt,
    ...(input.negativePrompt === "" ? [] : [`Negative prompt: ${input.negativePrompt}`]),
    pairs
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${quoted(String(value))}`)
      .join(", "),
  ].join("\n");
}

const quoted = (value: string) => (/[,:\n"]/.test(value) ? JSON.stringify(value) : value);

/** More than any tool writes. */
const TEXT_MAX = 64 * 1024;
const LORA = /<lora:([^:<>]{1,300})(?::(-?\d*\.?\d+))?(?::[^<>]*)?>/g;
const PAIR = /\s*([A-Z][\w /-]{0,60}?):\s*("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)/gy;

/** Undefined when the text has not that form. */
export function parseParametersText(given: string): ParsedParameters | undefined {
  const lines = given.slice(0, TEXT_MAX).replaceAll("\r\n", "\n").trim().split("\n");
  const last = lines.at(-1) ?? "";
  const pairs = pairsOf(last);
  const isPairs = pairs.has("Steps") || (pairs.has("Seed") && pairs.has("Size"));
  if (!isPairs) return undefined;
  const body = lines.slice(0, -1);
  const negativeAt = body.findIndex((line) => /^Negative prompt:/i.test(line));
  const positive = (negativeAt < 0 ? body : body.slice(0, negativeAt)).join("\n").trim();
  const negative =
    negativeAt < 0
      ? ""
      : body
          .slice(negativeAt)
          .join("\n")
          .replace(/^Negative prompt:/i, "")
          .trim();
  const reader = createReader(pairs);
  const { prompt, loras, unknown } = takeLoras(positive);
  const [, width, height] = /^(\d{1,5})\s*[x×]\s*(\d{1,5})$/.exec(pairs.get("Size") ?? "") ?? [];
  const settings = clean({
    func: reader.take("Function", "func"),
    prompt: reader.check("Prompt", "prompt", prompt === "" ? undefined : prompt),
    negativePrompt: reader.check("Negative prompt", "negativePrompt", negative),
    steps: reader.take("Steps", "steps", Number),
    cfgScale: reader.take("CFG scale", "cfgScale", Number),
    seed: reader.take("Seed", "seed"),
    width: reader.check("Size", "width", width && Number(width)),
    height: reader.check("Size", "height", height && Number(height)),
    denoisingStrength: reader.take("Denoising strength", "denoisingStrength", Number),
    resizeMode: reader.take("Resize mode", "resizeMode", resizeModeOf),
    loras: loras.length > 0 ? loras : undefined,
  });
  // Half a size would only change the picture's shape.
  if (settings.width === undefined || settings.height === undefined) {
    if (pairs.has("Size")) reader.refuse("Size");
    delete settings.width;
    delete settings.height;
  } else reader.used("Size");
  return { settings, unused: [...unknown.map((value) => ({ name: "LoRA", value })), ...reader.unused()] };
}

const resizeModeOf = (words: string) =>
  Object.entries(RESIZE_WORDS).find(([, known]) => known.toLowerCase() === words.toLowerCase())?.[0];

function pairsOf(line: string): Map<string, string> {
  const pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(line); match; match = PAIR.exec(line)) {
    const [whole, name = "", value = ""] = match;
    if (whole === "" || pairs.size >= 200) break;
    pairs.set(name, value.startsWith('"') ? unquoted(value) : value.trim());
  }
  return pairs;
}

function unquoted(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}

/** A path below a model root says which file is meant; a bare name, as other tools write it, does not. */
function takeLoras(text: string) {
  const loras: { path: string; weight: number }[] = [];
  const unknown: string[] = [];
  const prompt = text
    .replace(LORA, (whole, name: string, weight = "1") => {
      const lora = { path: name, weight: Number(weight) };
      const isPath = /\.(safetensors|bin|pt|ckpt)$/i.test(name) && SHAPES.loras.safeParse([lora]).success;
      if (isPath && loras.length < 8) loras.push(lora);
      else unknown.push(whole);
      return "";
    })
    .replace(/[ \t]+$/gm, "")
    .trim();
  return { prompt, loras, unknown };
}

const [t2i, i2i] = GenerateInputSchema.options;
const SHAPES = { ...i2i.shape, ...t2i.shape };

/** Values that the playground takes; the others are named. */
function createReader(pairs: ReadonlyMap<string, string>) {
  const refused = new Map<string, string>();
  const left = new Map(pairs);
  function check<K extends keyof Settings>(name: string, field: K, value: unknown): Settings[K] {
    if (value === undefined) return undefined;
    const schema =
      field === "func" ? GenerateInputSchema.options.map((one) => one.shape.func) : [SHAPES[field as "steps"]];
    for (const one of schema) {
      const parsed = one.safeParse(value);
      if (parsed.success) return parsed.data as Settings[K];
    }
    refused.set(name, pairs.get(name) ?? String(value));
    return undefined;
  }
  return {
    check,
    take<K extends keyof Settings>(name: string, field: K, convert: (text: string) => unknown = (text) => text) {
      const text = pairs.get(name);
      left.delete(name);
      return text === undefined ? undefined : check(name, field, convert(text) ?? text);
    },
    used: (name: string) => left.delete(name),
    refuse: (name: string) => refused.set(name, pairs.get(name) ?? ""),
    unused() {
      const all = new Map([...refused, ...left]);
      // Our own mark.
      if (all.get("Version") === "Easel") all.delete("Version");
      return [...all].map(([name, value]) => ({ name, value }));
    },
  };
}

function clean(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
