import { z } from "zod";

const PieceSchema = z.string().trim().max(1000);

const StyleTextSchema = z.object({
  name: z.string().trim().min(1).max(60),
  prompt: PieceSchema,
  negativePrompt: PieceSchema,
});

/** What the form asks for. */
export const StyleFormSchema = StyleTextSchema.refine(({ prompt, negativePrompt }) => `${prompt}${negativePrompt}`, {
  path: ["prompt"],
  message: "playground.styles.empty",
});
/** Without an id it is a new one. */
export const SaveStyleSchema = StyleTextSchema.extend({ id: z.uuid().optional() });
export const StyleIdSchema = z.object({ id: z.uuid() });

export const StyleSchema = StyleTextSchema.extend({ id: z.string() });
export type Style = z.infer<typeof StyleSchema>;

export const PromptsQuerySchema = z.object({ search: z.string().trim().max(200).default("") });

export const UsedPromptSchema = z.object({
  prompt: z.string(),
  negativePrompt: z.string(),
  /** RFC 3339 UTC. */
  lastUsedAt: z.string(),
  count: z.number(),
});
export type UsedPrompt = z.infer<typeof UsedPromptSchema>;
