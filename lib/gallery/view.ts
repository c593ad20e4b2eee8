import { z } from "zod";
import { FingerprintSchema } from "@/lib/generations/side-car";
import { GENERATION_STATES } from "@/lib/generations/states";
import { GenerationSchema } from "@/lib/generations/view";
import { FUNCS } from "@/lib/playground/limits";

/** What the browser gets to see of the gallery. */

/** A place in the order of pictures: the newest first, ties by id. */
export const CursorSchema = z.string().regex(/^\d{1,15}_[0-9a-f-]{36}$/);

/**
 * Where the pages of a list begin. Counted from the oldest picture, so that new ones lengthen the first page and leave the
 * others as they are.
 */
export const LandmarksSchema = z.object({
  total: z.number(),
  /** The newest page first; all but the first are full. */
  pages: z.array(
    z.object({
      from: CursorSchema,
      count: z.number(),
      /** Of each picture, the newest first: its width by its height, in thousandths. */
      aspects: z.array(z.number().int()),
    }),
  ),
});
export type Landmarks = z.infer<typeof LandmarksSchema>;

export const PAGE = 60;
/** The shape of what nobody knows the shape of. */
export const SQUARE = 1000;

const TileSchema = z.object({
  taskId: z.string(),
  service: z.string(),
  status: z.enum(GENERATION_STATES),
  func: z.enum(FUNCS).optional(),
  /** Empty where nobody knows it. */
  prompt: z.string(),
  /** The file's name, where there is a picture. */
  name: z.string(),
  createdAt: z.string(),
  isNsfw: z.boolean(),
  starred: z.boolean(),
  thumbnailUrl: z.string().optional(),
  url: z.string().optional(),
});
export type Tile = z.infer<typeof TileSchema>;
export const TilesSchema = z.array(TileSchema);

/** What a list begins with: one answer, so that a key typed costs one way to the server and back. */
export const OpeningSchema = LandmarksSchema.extend({ first: TilesSchema });
export type Opening = z.infer<typeof OpeningSchema>;

/** What can be chosen from. */
export const FacetsSchema = z.object({
  services: z.array(z.string()),
  people: z.array(z.string()),
  models: z.array(z.string()),
  tags: z.array(z.string()),
});
export type Facets = z.infer<typeof FacetsSchema>;

export const TaskIdsSchema = z.array(z.string());

/** One picture with all that is known of it. */
export const PictureSchema = z.object({
  tile: TileSchema,
  bucket: z.string().optional(),
  key: z.string().optional(),
  downloadUrl: z.string().optional(),
  tags: z.array(z.string()),
  /** Absent for a picture that another client made. */
  generation: GenerationSchema.optional(),
  /** As it was sent, without the bytes of pictures. */
  request: z.record(z.string(), z.unknown()).optional(),
  version: z.number().optional(),
  image: z.string().optional(),
  model: z.string().optional(),
  settledAt: z.string().optional(),
  /** By the file beside the picture, where there is one. */
  prints: z.object({
    model: z.array(FingerprintSchema),
    loras: z.array(FingerprintSchema.extend({ weight: z.number().optional() })),
  }),
  /** Its neighbours in the list that is shown. */
  newer: z.string().optional(),
  older: z.string().optional(),
});
export type Picture = z.infer<typeof PictureSchema>;

export const REBUILD_STATES = ["waiting", "walking", "done", "failed", "cancelled"] as const;

export const RebuildSchema = z.object({
  state: z.enum(REBUILD_STATES),
  folders: z.number(),
  /** Those that are gone, or not open to the account. */
  missed: z.array(z.string()),
  seen: z.number(),
  added: z.number(),
  foreign: z.number(),
  by: z.string().optional(),
  startedAt: z.string(),
  updatedAt: z.string(),
  error: GenerationSchema.shape.error,
});
export type Rebuild = z.infer<typeof RebuildSchema>;
export const MaybeRebuildSchema = RebuildSchema.nullable();
