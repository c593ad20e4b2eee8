import { z } from "zod";

/** What the playground's form holds. Limits of the numbers are ours, wide enough for what the hardware can do. */

export const SIZE_LIMITS = { min: 64, max: 2048, step: 8 } as const;
export const MAX_COUNT = 4;
const MAX_SEED = 2n ** 64n - 1n;

/** Digits, or empty for a random one. A string all the way: 64 bits do not fit a number. */
const SeedSchema = z
  .string()
  .trim()
  .refine((value) => value === "" || (/^\d{1,20}$/.test(value) && BigInt(value) <= MAX_SEED), {
    message: "playground.rules.seed",
  });

const SizeSchema = z.number().int().min(SIZE_LIMITS.min).max(SIZE_LIMITS.max);

/** What all functions have in common. */
const CommonSchema = z.object({
  prompt: z.string().trim().min(1).max(2000),
  negativePrompt: z.string().trim().max(2000).default(""),
  steps: z.number().int().min(1).max(150).default(50),
  cfgScale: z.number().min(0).max(30).default(7),
  width: SizeSchema.default(512),
  height: SizeSchema.default(512),
  /** Pictures wanted; each becomes a request of its own. */
  imageNum: z.number().int().min(1).max(MAX_COUNT).default(1),
  seed: SeedSchema.default(""),
  /** Absent = as the service was started. True on a service without the translation model is an error. */
  useTranslate: z.boolean().optional(),
});

export const TextToImageSchema = CommonSchema.extend({ func: z.literal("t2i") });

export const GenerateInputSchema = z.discriminatedUnion("func", [TextToImageSchema]);

/** After parsing: every default filled in. */
export type GenerateInput = z.infer<typeof GenerateInputSchema>;

/** The service computes with the next multiple of 8 and scales the picture back to what was asked for. */
export function roundedSize(size: { width: number; height: number }): { width: number; height: number } {
  const up = (value: number) => Math.ceil(value / SIZE_LIMITS.step) * SIZE_LIMITS.step;
  return { width: up(size.width), height: up(size.height) };
}
