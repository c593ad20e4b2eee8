import { z } from "zod";

/** What one request that a person tried was answered with. */
export const TriedCallSchema = z.object({
  status: z.number(),
  elapsedMs: z.number(),
  contentType: z.string().optional(),
  body: z.string(),
  /** Characters that are not shown. */
  cut: z.number(),
});
export type TriedCall = z.infer<typeof TriedCallSchema>;
