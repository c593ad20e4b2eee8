import type { z } from "zod";
import { parseCsv } from "@/lib/csv";
import { type GenerateInput, GenerateInputSchema } from "./input";
import { nextSeed } from "./seed";

/** A batch: one picture for each line, which holds a prompt, or whatever differs from the form's settings. */

export const BATCH_MAX = 100;

/** What a column may be called, as the service's own parameters are; empty cells keep the form's value. */
export const BATCH_COLUMNS = [
  "prompt",
  "negative_prompt",
  "seed",
  "steps",
  "cfg_scale",
  "width",
  "height",
  "denoising_strength",
  "lora_path",
  "lora_attn",
  "control_scale",
  "process_func",
  "use_translate",
  "use_base64",
  "save_dir",
] as const;
type Column = (typeof BATCH_COLUMNS)[number];

export type BatchProblem =
  | { code: "empty" | "too_many" }
  | { code: "columns"; column: string }
  | { code: "cells"; line: number }
  | { code: "value"; line: number; column: string; value: string; issue: Pick<z.core.$ZodIssue, "code" | "message"> };

export interface Batch {
  /** One for each line that can be drawn. */
  inputs: GenerateInput[];
  problems: BatchProblem[];
}

/** Stands for the prompt that the lines bring: none of their own is a problem of theirs. */
export const NO_PROMPT = "…";

/** Seeds follow one another from line to line where the lines give none. */
export function planBatch(base: GenerateInput, text: string, form: "lines" | "csv"): Batch {
  const rows = form === "lines" ? lineRows(text) : csvRows(text);
  if (!Array.isArray(rows)) return { inputs: [], problems: [rows] };
  if (rows.length === 0) return { inputs: [], problems: [{ code: "empty" }] };
  if (rows.length > BATCH_MAX) return { inputs: [], problems: [{ code: "too_many" }] };
  const inputs: GenerateInput[] = [];
  const problems: BatchProblem[] = [];
  for (const [at, { line, cells, isUneven }] of rows.entries()) {
    if (isUneven) {
      problems.push({ code: "cells", line });
      continue;
    }
    const own = { ...base, prompt: base.prompt === NO_PROMPT ? "" : base.prompt, seed: nextSeed(base.seed, at) };
    const parsed = GenerateInputSchema.safeParse(withCells(own, cells));
    if (parsed.success) inputs.push(parsed.data);
    else
      for (const issue of parsed.error.issues) {
        const column = COLUMN_OF[String(issue.path[0])] ?? "prompt";
        problems.push({ code: "value", line, column, value: cells[column as Column] ?? "", issue });
      }
  }
  return { inputs, problems };
}

interface Row {
  /** Counted from 1, the header too; empty lines of a table do not count. */
  line: number;
  cells: Partial<Record<Column, string>>;
  isUneven?: boolean;
}

function lineRows(text: string): Row[] {
  return text
    .split(/\r?\n/)
    .map((prompt, at) => ({ line: at + 1, cells: { prompt: prompt.trim() } }))
    .filter(({ cells }) => cells.prompt !== "");
}

function csvRows(text: string): Row[] | BatchProblem {
  const [header = [], ...lines] = parseCsv(text);
  const names = header.map((name) => name.trim().toLowerCase());
  const stranger = names.find((name) => !(BATCH_COLUMNS as readonly string[]).includes(name));
  if (names.length === 0) return { code: "empty" };
  if (stranger !== undefined) return { code: "columns", column: stranger };
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return { code: "columns", column: twice };
  return lines.map((cells, at) => ({
    line: at + 2,
    cells: Object.fromEntries(names.map((name, column) => [name, cells[column]?.trim() ?? ""])),
    isUneven: cells.length > names.length,
  }));
}

const FIELD_OF = {
  prompt: "prompt",
  negative_prompt: "negativePrompt",
  seed: "seed",
  steps: "steps",
  cfg_scale: "cfgScale",
  width: "width",
  height: "height",
  denoising_strength: "denoisingStrength",
  control_scale: "controlScale",
  process_func: "processFunc",
  save_dir: "saveDir",
} as const satisfies Partial<Record<Column, string>>;
const COLUMN_OF: Record<string, string> = {
  ...Object.fromEntries(Object.entries(FIELD_OF).map(([column, field]) => [field, column])),
  loras: "lora_path",
  useTranslate: "use_translate",
  useBase64: "use_base64",
};
const NUMBERS: readonly string[] = ["steps", "cfg_scale", "width", "height", "denoising_strength", "control_scale"];

/** What is no number stays text, which the schema refuses. */
function withCells(base: GenerateInput, cells: Row["cells"]): unknown {
  const given = Object.entries(cells).filter(([, value]) => value !== "");
  const changed: Record<string, unknown> = { ...base, imageNum: 1 };
  for (const [column, value] of given) {
    if (column in FIELD_OF) {
      const isNumber = NUMBERS.includes(column) && /^-?\d+(\.\d+)?$/.test(value);
      changed[FIELD_OF[column as keyof typeof FIELD_OF]] = isNumber ? Number(value) : value;
    }
  }
  if (cells.use_translate) changed.useTranslate = truthOf(cells.use_translate);
  if (cells.use_base64) changed.useBase64 = truthOf(cells.use_base64);
  if (cells.lora_path) {
    const weight = cells.lora_attn ? Number(cells.lora_attn) : 0.75;
    changed.loras = [{ path: cells.lora_path, weight }];
  }
  return changed;
}

const truthOf = (cell: string) => TRUTH[cell.toLowerCase()] ?? cell;
const TRUTH: Record<string, boolean> = { true: true, "1": true, yes: true, false: false, "0": false, no: false };
