import type { z } from "zod";
import { type GenerateInput, GenerateInputSchema } from "./input";
import type { Func } from "./limits";
import { nextSeed } from "./seed";

/** A grid: one picture for each pair of two parameters' values, everything else the same. */

export const GRID_MAX = 100;
/** More columns nobody compares. */
export const AXIS_MAX = 20;

export const GRID_PARAMETERS = [
  "steps",
  "cfgScale",
  "seed",
  "prompt",
  "size",
  "denoisingStrength",
  "loraWeight",
  "lora",
  "controlScale",
  "processFunc",
] as const;
export type GridParameter = (typeof GRID_PARAMETERS)[number];

const OF_FUNC: Partial<Record<GridParameter, readonly Func[]>> = {
  size: ["t2i", "i2i", "inpaint", "controlnet"],
  denoisingStrength: ["i2i", "inpaint", "outpaint"],
  controlScale: ["controlnet"],
  processFunc: ["controlnet"],
};

export interface AxisText {
  parameter: GridParameter;
  /** Values between commas; `10-50 (+10)` and `1-3 [5]` are ranges; quotes hold what contains a comma. */
  text: string;
}

export interface Axis {
  parameter: GridParameter;
  values: string[];
}

export type GridProblem =
  | { code: "empty" | "axis_too_long" | "grid_too_large" | "same_parameter"; axis: "x" | "y" }
  | { code: "range" | "not_in_prompt" | "not_a_number" | "not_a_size"; axis: "x" | "y"; value: string }
  /** What the schema of a request says, as zod words it. */
  | { code: "value"; axis: "x" | "y"; value: string; issue: z.core.$ZodIssue };

export type Grid =
  | { ok: true; x: Axis; y: Axis | undefined; inputs: GenerateInput[] }
  | { ok: false; problem: GridProblem };

/** Which parameters make a difference for this request. A LoRA's weight is applied with Blade only. */
export function gridParameters(input: GenerateInput, { blade }: { blade: boolean }): GridParameter[] {
  return GRID_PARAMETERS.filter((parameter) => {
    if (!(OF_FUNC[parameter]?.includes(input.func) ?? true)) return false;
    if (parameter === "loraWeight") return blade && input.loras.length > 0;
    return true;
  });
}

/** Row by row. Cells have the same seed unless it is itself one of the parameters, or each is to have its own. */
export function planGrid(base: GenerateInput, x: AxisText, y: AxisText | undefined, seeds: "same" | "each"): Grid {
  if (y && x.parameter === y.parameter) return refuse({ code: "same_parameter", axis: "y" });
  const columns = readAxis(x, "x", base);
  if ("problem" in columns) return refuse(columns.problem);
  const rows = y ? readAxis(y, "y", base) : { axis: undefined };
  if ("problem" in rows) return refuse(rows.problem);
  const [across, down] = [columns.axis, rows.axis];
  if (across.values.length * (down?.values.length ?? 1) > GRID_MAX)
    return refuse({ code: "grid_too_large", axis: down ? "y" : "x" });
  const isCounted = seeds === "each" && ![across.parameter, down?.parameter].includes("seed");
  const inputs: GenerateInput[] = [];
  for (const below of down?.values ?? [undefined]) {
    for (const value of across.values) {
      const whole = { ...base, imageNum: 1 };
      const inRow = down && below !== undefined ? (change(whole, down, below) as GenerateInput) : whole;
      const parsed = GenerateInputSchema.safeParse(change(inRow, across, value));
      if (!parsed.success) return refuse(blame(parsed.error, across, value, down, below));
      const { seed } = parsed.data;
      inputs.push({ ...parsed.data, seed: isCounted ? nextSeed(seed, inputs.length) : seed });
    }
  }
  return { ok: true, x: across, y: down, inputs };
}

const refuse = (problem: GridProblem): Grid => ({ ok: false, problem });

/** The axis whose parameter the refused field belongs to. */
function blame(error: z.ZodError, x: Axis, value: string, y: Axis | undefined, below: string | undefined): GridProblem {
  const [issue] = error.issues;
  if (!issue) throw error;
  const isY = y !== undefined && below !== undefined && FIELDS[y.parameter].includes(String(issue.path[0]));
  return isY && !FIELDS[x.parameter].includes(String(issue.path[0]))
    ? { code: "value", axis: "y", value: below, issue }
    : { code: "value", axis: "x", value, issue };
}

const FIELDS: Record<GridParameter, readonly string[]> = {
  steps: ["steps"],
  cfgScale: ["cfgScale"],
  seed: ["seed"],
  prompt: ["prompt", "negativePrompt"],
  size: ["width", "height"],
  denoisingStrength: ["denoisingStrength"],
  loraWeight: ["loras"],
  lora: ["loras"],
  controlScale: ["controlScale"],
  processFunc: ["processFunc"],
};

const NUMBERS: readonly GridParameter[] = [
  "steps",
  "cfgScale",
  "seed",
  "denoisingStrength",
  "loraWeight",
  "controlScale",
];
const SIZE = /^(\d{2,4})\s*[x×*]\s*(\d{2,4})$/i;

function readAxis(
  { parameter, text }: AxisText,
  axis: "x" | "y",
  base: GenerateInput,
): { axis: Axis } | { problem: GridProblem } {
  const values: string[] = [];
  for (const piece of splitValues(text)) {
    const range = NUMBERS.includes(parameter) ? readRange(piece) : undefined;
    if (range === "bad") return { problem: { code: "range", axis, value: piece } };
    for (const value of range ?? [piece]) {
      if (NUMBERS.includes(parameter) && !/^-?\d+(\.\d+)?$/.test(value))
        return { problem: { code: "not_a_number", axis, value } };
      if (parameter === "size" && !SIZE.test(value)) return { problem: { code: "not_a_size", axis, value } };
      if (!values.includes(value)) values.push(value);
    }
  }
  const [first] = values;
  if (first === undefined) return { problem: { code: "empty", axis } };
  if (values.length > AXIS_MAX) return { problem: { code: "axis_too_long", axis } };
  if (parameter === "prompt" && !`${base.prompt}\n${base.negativePrompt}`.includes(first))
    return { problem: { code: "not_in_prompt", axis, value: first } };
  return { axis: { parameter, values } };
}

/** Commas separate, in both widths; quotes hold together. */
export function splitValues(text: string): string[] {
  const found = text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,，\n]+))\s*(?:[,，\n]|$)/g);
  return [...found].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? "").trim()).filter(Boolean);
}

/** `10-50 (+10)`, `1-3 [5]`, `1-4`. Undefined: a single value. */
function readRange(piece: string): string[] | "bad" | undefined {
  const [whole, from = "", to = "", step, count] =
    /^(\d+(?:\.\d+)?)\s*[-–~]\s*(\d+(?:\.\d+)?)\s*(?:\(\s*\+?\s*(\d+(?:\.\d+)?)\s*\)|\[\s*(\d+)\s*\])?$/.exec(piece) ??
    [];
  if (whole === undefined) return undefined;
  const [a, b] = [Number(from), Number(to)];
  if (!(b > a) || !Number.isSafeInteger(Math.ceil(b))) return "bad";
  const digits = Math.max(...[from, to, step ?? ""].map((number) => number.split(".")[1]?.length ?? 0));
  const round = (value: number, places: number) => String(Number(value.toFixed(places)));
  if (count !== undefined) {
    const many = Number(count);
    if (many < 2 || many > AXIS_MAX) return "bad";
    const whole = digits === 0 && Number.isInteger((b - a) / (many - 1));
    return Array.from({ length: many }, (_, at) => round(a + ((b - a) * at) / (many - 1), whole ? 0 : digits + 2));
  }
  const by = Number(step ?? 1);
  const many = Math.floor((b - a) / by + 1e-9) + 1;
  // One too many is enough to be refused.
  return by > 0 ? Array.from({ length: Math.min(many, AXIS_MAX + 1) }, (_, at) => round(a + by * at, digits)) : "bad";
}

/** What the schema then refuses stays as it was written. */
function change(input: GenerateInput, { parameter, values }: Axis, value: string): unknown {
  switch (parameter) {
    case "seed":
      return { ...input, seed: value };
    case "prompt": {
      // The first value is the piece that the others take the place of.
      const [piece = ""] = values;
      return {
        ...input,
        // Functions: in a text `$$` and `$&` would mean something else.
        prompt: input.prompt.replaceAll(piece, () => value),
        negativePrompt: input.negativePrompt.replaceAll(piece, () => value),
      };
    }
    case "size": {
      const [, width, height] = SIZE.exec(value) ?? [];
      return { ...input, width: Number(width), height: Number(height) };
    }
    case "lora":
      return { ...input, loras: [{ path: value, weight: loraWeight(input) }] };
    case "loraWeight":
      return { ...input, loras: input.loras.map((lora, at) => weighted(lora, at, value)) };
    case "processFunc":
      return { ...input, processFunc: value };
    default:
      return { ...input, [parameter]: Number(value) };
  }
}

const loraWeight = (input: GenerateInput) => input.loras[0]?.weight ?? 0.75;
/** Of the first one; the others stay. */
const weighted = <L extends { weight: number }>(lora: L, at: number, value: string) =>
  at === 0 ? { ...lora, weight: Number(value) } : lora;
