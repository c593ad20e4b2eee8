import { type FormValues, recallValues } from "./form-values";
import type { GenerateInput } from "./input";
import type { Func } from "./limits";

/** What of a picture comes back into the form. `remix` is all but the seed; a function takes the picture itself as its input. */
export const RECALLS = ["all", "prompt", "seed", "remix", "i2i", "inpaint", "outpaint", "controlnet"] as const;
export type Recall = (typeof RECALLS)[number];

/** What the picture of a function can be given to: a service does either the last or all the others (diffusers-service.md §2). */
export function inputRecalls(func: Func | undefined): Extract<Recall, Func>[] {
  if (func === "controlnet") return ["controlnet"];
  const ofBase = ["i2i", "inpaint", "outpaint"] as const;
  return func ? [...ofBase] : [...ofBase, "controlnet"];
}

export function isRecall(value: string | null): value is Recall {
  return RECALLS.some((one) => one === value);
}

/** The form's values with what is wanted of a picture's settings; the picture as an input is not one of them. */
export function recalled(
  before: FormValues,
  { input, seed }: { input: GenerateInput; seed?: string },
  what: Recall,
): FormValues {
  switch (what) {
    case "all":
      return recallValues(before, input, seed);
    case "remix":
      return recallValues(before, input, "");
    case "prompt": {
      const { prompt, negativePrompt, useTranslate } = input;
      return { ...before, prompt, negativePrompt, ...(useTranslate !== undefined && { useTranslate }) };
    }
    case "seed":
      return { ...before, seed: seed ?? input.seed };
    case "i2i":
    case "inpaint":
    case "outpaint":
    case "controlnet":
      return { ...before, prompt: input.prompt, negativePrompt: input.negativePrompt, func: what };
  }
}
