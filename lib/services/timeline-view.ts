import { z } from "zod";
import { TIMELINE_KINDS } from "./timeline-merge";

export const TimelineEntrySchema = z.object({
  /** 64 bits; grows in the order of writing. */
  id: z.string(),
  at: z.string(),
  kind: z.enum(TIMELINE_KINDS),
  level: z.enum(["info", "warning"]),
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string(),
});
export type TimelineEntry = z.infer<typeof TimelineEntrySchema>;

/** Newest first. */
export const TimelineSchema = z.object({ entries: z.array(TimelineEntrySchema), hasOlder: z.boolean() });
export type Timeline = z.infer<typeof TimelineSchema>;
