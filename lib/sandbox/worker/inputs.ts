import { PythonError } from "./python-error";
import { type PythonValue, pythonRepr, pythonType } from "./python-json";
import { comparable, imageCount, type StickyValues, stepCount } from "./values";

type PipelineKind = "base" | "controlnet";

/** What the pipeline made of the sticky values. */
export interface Inputs {
  prompt: string;
  negativePrompt: string;
  cfgScale: number;
  /** Pictures for each prompt: as many are saved. */
  images: number;
  /** All pictures that are worked on together: a list of prompts multiplies them. */
  batch: number;
  steps: number;
}

/**
 * The checks of the two pipelines in their order: kind of the prompt, then whatever `beforeText` checks, guidance, negative
 * prompt, number of pictures, and last the number of steps.
 */
export function checkInputs(values: StickyValues, kind: PipelineKind, beforeText: () => void): Inputs {
  checkPromptType(values.prompt, kind);
  beforeText();
  const cfgScale = comparable(values.cfg_scale, ">");
  const isGuided = cfgScale > 1;
  const prompts = promptTexts(values.prompt, kind);
  const negatives = negativeTexts(values.negative_prompt, values.prompt, prompts.length, kind, isGuided);
  const images = imageCount(values.image_num);
  return {
    prompt: prompts[0] ?? "",
    negativePrompt: isGuided ? (negatives[0] ?? "") : "",
    cfgScale,
    images,
    batch: images * prompts.length,
    steps: stepCount(values.steps),
  };
}

function checkPromptType(value: PythonValue, kind: PipelineKind): void {
  if (typeof value === "string" || Array.isArray(value)) return;
  if (value === null && kind === "controlnet") {
    throw new PythonError(
      "ValueError",
      "Provide either `prompt` or `prompt_embeds`. Cannot leave both `prompt` and `prompt_embeds` undefined.",
    );
  }
  throw new PythonError(
    "ValueError",
    `\`prompt\` has to be of type \`str\` or \`list\` but is <class '${pythonType(value)}'>`,
  );
}

function promptTexts(value: PythonValue, kind: PipelineKind): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) {
    throw kind === "base"
      ? new PythonError("ValueError", "max() arg is an empty sequence")
      : new PythonError("IndexError", "list index out of range");
  }
  return list.map((item) => asText(item, kind));
}

function asText(item: PythonValue, kind: PipelineKind): string {
  if (typeof item === "string") return item;
  if (kind === "base") throw new PythonError("TypeError", "expected string or bytes-like object");
  throw new PythonError(
    "ValueError",
    "text input must of type `str` (single example), `List[str]` (batch or single pretokenized example) or " +
      "`List[List[str]]` (batch of pretokenized examples).",
  );
}

function negativeTexts(
  value: PythonValue,
  prompt: PythonValue,
  batch: number,
  kind: PipelineKind,
  isGuided: boolean,
): string[] {
  if (value === null) return [""];
  if (kind === "controlnet" && isGuided && pythonType(value) !== pythonType(prompt)) {
    throw new PythonError(
      "TypeError",
      `\`negative_prompt\` should be the same type to \`prompt\`, but got <class '${pythonType(value)}'> != <class '${pythonType(prompt)}'>.`,
    );
  }
  if (typeof value === "string") return [value];
  if (!Array.isArray(value)) {
    if (!(value instanceof Map))
      throw new PythonError("TypeError", `object of type '${pythonType(value)}' has no len()`);
    throw wrongBatch(value, value.size, prompt, batch);
  }
  if (value.length !== batch) throw wrongBatch(value, value.length, prompt, batch);
  return isGuided ? value.map((item) => asText(item, kind)) : [""];
}

function wrongBatch(negative: PythonValue, size: number, prompt: PythonValue, batch: number): PythonError {
  return new PythonError(
    "ValueError",
    `\`negative_prompt\`: ${pythonRepr(negative)} has batch size ${size}, but \`prompt\`: ${pythonRepr(prompt)} has batch ` +
      `size ${batch}. Please make sure that passed \`negative_prompt\` matches the batch size of \`prompt\`.`,
  );
}
