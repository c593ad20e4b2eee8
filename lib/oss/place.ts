/** A bucket, or a folder of it, as an address names it. */
import { z } from "zod";
import { parsePrefix } from "./names";
import { BrowseSchema } from "./schemas";

export const PlaceSchema = z
  .object({ bucket: BrowseSchema.shape.bucket, prefix: z.string().max(1023).default("") })
  .transform(({ bucket, prefix }, issues) => {
    try {
      return { bucket, prefix: parsePrefix(prefix) };
    } catch {
      issues.addIssue({ code: "custom", message: "bad_prefix" });
      return z.NEVER;
    }
  });
