import { z } from "zod";

export const ListGenerationsSchema = z.object({
  service: z.string(),
  /** RFC 3339: only older ones. */
  before: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(40),
});
