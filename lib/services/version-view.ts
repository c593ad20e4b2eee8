import { z } from "zod";
import { FIRST_PICTURE_STATES } from "./snapshot";

/** The versions of a service, as the browser gets to see them. */

const VersionSchema = z.object({
  number: z.number(),
  builtAt: z.string().optional(),
  /** Undefined: EAS does not know. */
  imageAvailable: z.boolean().optional(),
  runnable: z.boolean().optional(),
  /** EAS's own words, where they say something. */
  message: z.string(),
  /** Who made it with this console, and how. */
  author: z.string().optional(),
  deed: z.enum(["create", "update", "roll_back"]).optional(),
  /** Of a roll back: the version that it took up again. */
  rolledBackTo: z.number().optional(),
  image: z.string().optional(),
  command: z.string().optional(),
  instanceType: z.string().optional(),
  /** JSON with its secrets hidden. */
  config: z.string().optional(),
  /** How far its first picture is, where one was asked for. */
  proof: z.enum(FIRST_PICTURE_STATES).optional(),
  /** The picture that proved it, else one that it made: a signed link. */
  thumbnail: z.object({ url: z.string(), prompt: z.string() }).optional(),
});
export type VersionView = z.infer<typeof VersionSchema>;

export const VersionListSchema = z.object({
  /** Newest first. */
  items: z.array(VersionSchema),
  current: z.number(),
  latest: z.number(),
});
export type VersionList = z.infer<typeof VersionListSchema>;
