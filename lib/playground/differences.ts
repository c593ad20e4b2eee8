import type { GenerateInput } from "./input";
import { resultSize } from "./limits";

/** What two pictures were made with, where it differs. */

export interface Compared {
  service: string;
  version?: number;
  input: GenerateInput;
  seed?: string;
  promptDrawn?: string;
  useBlade?: boolean;
  elapsedMs?: number;
}

export const COMPARED_FIELDS = [
  "service",
  "version",
  "func",
  "prompt",
  "promptDrawn",
  "negativePrompt",
  "seed",
  "steps",
  "cfgScale",
  "size",
  "denoisingStrength",
  "resizeMode",
  "expand",
  "expandType",
  "processFunc",
  "controlScale",
  "controlnetPath",
  "loras",
  "image",
  "mask",
  "useTranslate",
  "useBlade",
  "elapsed",
] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];

export interface Difference {
  field: ComparedField;
  /** Undefined: it has none. */
  left?: string;
  right?: string;
}

/** In the order of the fields. */
export function differences(left: Compared, right: Compared): Difference[] {
  const [a, b] = [facts(left), facts(right)];
  return COMPARED_FIELDS.flatMap((field) =>
    a[field] === b[field] ? [] : [{ field, left: a[field], right: b[field] }],
  );
}

function facts({ service, version, input, seed, promptDrawn, useBlade, elapsedMs }: Compared) {
  const { width, height } = resultSize(input);
  const own = input as Partial<Record<string, unknown>>;
  const text = (value: unknown) => (value === undefined || value === "" ? undefined : String(value));
  const found: Partial<Record<ComparedField, string>> = {
    service,
    version: text(version),
    func: input.func,
    prompt: input.prompt,
    promptDrawn: promptDrawn === input.prompt ? undefined : text(promptDrawn),
    negativePrompt: text(input.negativePrompt),
    seed: text(seed ?? input.seed),
    steps: text(input.steps),
    cfgScale: text(input.cfgScale),
    size: `${width} × ${height}`,
    denoisingStrength: text(own.denoisingStrength),
    resizeMode: text(own.resizeMode),
    expand: "expand" in input ? Object.values(input.expand).join(", ") : undefined,
    expandType: text(own.expandType),
    processFunc: text(own.processFunc),
    controlScale: text(own.controlScale),
    controlnetPath: text(own.controlnetPath),
    loras: text(input.loras.map(({ path, weight }) => `${path} × ${weight}`).join(", ")),
    image: "image" in input ? nameOf(input.image.key) : undefined,
    mask: "mask" in input ? nameOf(input.mask.key) : undefined,
    useTranslate: text(input.useTranslate),
    useBlade: text(useBlade),
    elapsed: elapsedMs === undefined ? undefined : `${(elapsedMs / 1000).toFixed(1)} s`,
  };
  return found;
}

const nameOf = (key: string) => key.split("/").at(-1);
