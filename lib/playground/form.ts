import { z } from "zod";
import type { FormValues } from "./form-values";
import { type GenerateInput, GenerateInputSchema } from "./input";

/** The form's values as the request of the chosen function; fields of the others are left behind. */
export const PlaygroundFormSchema = z
  .custom<FormValues>()
  .transform(({ processFunc, controlnetPath, ...rest }): unknown => ({
    ...rest,
    ...(processFunc !== "" && { processFunc }),
    ...(controlnetPath !== "" && { controlnetPath }),
  }))
  .pipe(GenerateInputSchema as z.ZodType<GenerateInput, unknown>);
