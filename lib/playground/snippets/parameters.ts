/**
 * What a snippet sends. Every parameter, also those that are the default: what a request leaves out takes the value of the
 * previous request, whoever sent it (diffusers-service.md, sections 5 and 9).
 */

export const SNIPPET_FUNCTIONS = ["t2i", "i2i", "inpaint", "outpaint", "controlnet"] as const;
export type SnippetFunction = (typeof SNIPPET_FUNCTIONS)[number];

/** The pictures that a snippet reads from the folder it is run in. */
export const INPUT_IMAGE = "input.png";
export const INPUT_MASK = "mask.png";

export interface Parameter {
  name: string;
  /**
   * JSON as text, since JavaScript drops the `.0` of a float and ControlNet's pipeline insists on it. Or where the value
   * comes from when the snippet runs: a task id of its own, a file.
   */
  value: { json: string } | { from: "taskId" | "image" | "mask" };
}

/** Functions that a service offers: one started for ControlNet serves nothing else. */
export function functionsOf(func: "base" | "controlnet"): readonly SnippetFunction[] {
  return func === "controlnet" ? ["controlnet"] : SNIPPET_FUNCTIONS.filter((one) => one !== "controlnet");
}

export function takesMask(func: SnippetFunction): boolean {
  return func === "inpaint";
}

export function takesImage(func: SnippetFunction): boolean {
  return func !== "t2i";
}

/** `translate`: whether the service was started with the translation model; true on one without it is an error. */
export function exampleParameters(func: SnippetFunction, translate: boolean): Parameter[] {
  return [
    { name: "task_id", value: { from: "taskId" } },
    ...fixed(func === "controlnet" ? {} : { func_name: JSON.stringify(func) }),
    ...fixed({
      prompt: '"a cat on a red sofa, soft light"',
      negative_prompt: '"blurry, low quality"',
      steps: "50",
      cfg_scale: "7",
      width: "512",
      height: "512",
      image_num: "1",
      // Quoted: 64 bits do not fit the numbers of every language.
      seed: '"42"',
      save_dir: '"result"',
      use_base64: "false",
      use_translate: String(translate),
    }),
    ...fixed(OWN[func]),
    ...(takesImage(func) ? [{ name: "image_base64", value: { from: "image" as const } }] : []),
    ...(takesMask(func) ? [{ name: "mask_base64", value: { from: "mask" as const } }] : []),
  ];
}

/** A request that was made, to be made again: the same in all but its task id, with pictures from files. */
export function madeParameters(func: SnippetFunction, request: Record<string, unknown>): Parameter[] {
  const { task_id: _id, ...rest } = request;
  return [
    { name: "task_id", value: { from: "taskId" } },
    ...Object.entries(rest).map(([name, value]) => ({ name, value: { json: jsonOf(name, value) } })),
    ...(takesImage(func) ? [{ name: "image_base64", value: { from: "image" as const } }] : []),
    ...(takesMask(func) ? [{ name: "mask_base64", value: { from: "mask" as const } }] : []),
  ];
}

/** A whole number where the pipeline wants a float keeps its point. */
function jsonOf(name: string, value: unknown): string {
  const isFloat = name === "control_scale" && Number.isInteger(value);
  return isFloat ? `${value}.0` : JSON.stringify(value);
}

/** What only one function reads. */
const OWN: Record<SnippetFunction, Record<string, string>> = {
  t2i: {},
  i2i: { denoising_strength: "0.55", resize_mode: "0" },
  inpaint: { denoising_strength: "0.55", resize_mode: "0" },
  outpaint: {
    denoising_strength: "0.55",
    resize_mode: "0",
    expand: "[128, 128, 128, 128]",
    expand_type: '"copy"',
  },
  controlnet: { process_func: '"canny"', control_scale: "1.0", resize_mode: "0" },
};

function fixed(values: Record<string, string>): Parameter[] {
  return Object.entries(values).map(([name, json]) => ({ name, value: { json } }));
}

/** One line for each, joined by commas: the body of a JSON object whose moving parts each language writes its own way. */
export function jsonLines(
  parameters: readonly Parameter[],
  moving: Record<"taskId" | "image" | "mask", string>,
  fixedText: (json: string) => string = (json) => json,
): string {
  return parameters
    .map(({ name, value }) => `  "${name}": ${"json" in value ? fixedText(value.json) : `"${moving[value.from]}"`}`)
    .join(",\n");
}
