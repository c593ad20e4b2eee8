import { z } from "zod";

export const ImageViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  uri: z.string(),
  description: z.string().optional(),
});
export type ImageView = z.infer<typeof ImageViewSchema>;
