import { z } from "zod";
import { GenerateInputSchema } from "@/lib/playground/input";

/**
 * The JSON beside each picture: all that is needed to make it again, and to build gallery and history anew from the bucket.
 * No secret in it: whoever may read the picture may read this.
 */

export const SIDE_CAR_VERSION = 1;

const OssPlaceSchema = z.object({ bucket: z.string(), folder: z.string() });

export const FingerprintSchema = z.object({
  /** Below the model root. */
  path: z.string(),
  sizeBytes: z.number(),
  /** CRC-64 of the bytes as OSS computes it; unsigned decimal. */
  crc64: z.string().optional(),
  etag: z.string(),
});
export type Fingerprint = z.infer<typeof FingerprintSchema>;

export const ServedSchema = z.object({
  version: z.number(),
  image: z.string().optional(),
  model: OssPlaceSchema.optional(),
  isAsync: z.boolean(),
});

export const SideCarSchema = z.object({
  easel: z.literal(SIDE_CAR_VERSION),
  taskId: z.string(),
  /** As it was asked for. */
  input: GenerateInputSchema,
  /** The call, word for word. */
  request: z.record(z.string(), z.unknown()),
  /** 64 bits. */
  seed: z.string(),
  /** As drawn, where the service said so: the translated one, if it was translated. */
  promptDrawn: z.string().optional(),
  useBlade: z.boolean().optional(),
  isNsfw: z.boolean().optional(),
  /** No answer came; the picture was found by its task id. */
  recovered: z.boolean(),
  service: ServedSchema.partial().extend({ name: z.string(), region: z.string() }),
  model: z.array(FingerprintSchema),
  loras: z.array(FingerprintSchema.extend({ weight: z.number().optional() })),
  by: z.string().optional(),
  askedAt: z.string(),
  sentAt: z.string().optional(),
  doneAt: z.string().optional(),
  elapsedMs: z.number().optional(),
});
export type SideCar = z.infer<typeof SideCarSchema>;

/** `…/task_20261130_220501_7.png` → `…/task_20261130_220501_7.json`. */
export function sideCarKey(pictureKey: string): string {
  return `${pictureKey.replace(/\.[^./]+$/, "")}.json`;
}
