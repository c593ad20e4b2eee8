import { z } from "zod";
import { FUNCS } from "@/lib/playground/limits";
import { UNKNOWN } from "./filters";

const flag = z.literal("1").optional();

/** What the routes take. */
export const FiltersSchema = z.object({
  q: z.string().max(200).optional(),
  service: z.string().max(128).optional(),
  by: z.string().max(200).optional(),
  func: z.enum([...FUNCS, UNKNOWN]).optional(),
  model: z.string().max(1100).optional(),
  tag: z.string().max(50).optional(),
  /** From this moment on. */
  from: z.iso.datetime().optional(),
  /** Before this moment. */
  to: z.iso.datetime().optional(),
  starred: flag,
  failed: flag,
});
export type Filters = z.output<typeof FiltersSchema>;
