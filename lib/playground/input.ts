import { z } from "zod";
import {
  CONTROL_KINDS,
  EXPAND_TYPES,
  MAX_COUNT,
  MAX_EXPAND,
  MAX_LORAS,
  RESIZE_MODES,
  SAVE_DIR,
  SCALE_LIMITS,
  SIZE_LIMITS,
  STRENGTH_LIMITS,
} from "./limits";
import { reflectionFits } from "./outpaint";

/** What is asked of a service: one schema for the form, the route and what is stored. */

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
  /** The picture in the answer too, beside its place in the bucket. An answer through a queue never has it. */
  useBase64: z.boolean().optional(),
  /** Subfolder of the result folder, one level or more. */
  saveDir: z
    .string()
    .trim()
    .regex(/^[\w-]+(\/[\w-]+)*$/, { message: "playground.rules.saveDir" })
    .max(100)
    .default(SAVE_DIR),
});

/** Below the model root, as the service reads it: no way out of the mount. */
const ModelPathSchema = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((path) => !path.startsWith("/") && !path.split("/").includes(".."), {
    message: "playground.rules.modelPath",
  });

/** A file below the model root; without Blade the service takes one only and does not apply its weight. */
export const LoraSchema = z.object({ path: ModelPathSchema, weight: z.number().min(-2).max(2).default(0.75) });

const WithLoras = CommonSchema.extend({ loras: z.array(LoraSchema).max(MAX_LORAS).default([]) });

/** A picture that was brought along: it lies in the result bucket, where a later look finds it again. */
export const InputImageSchema = z.object({
  /** Below the service's result folder. */
  key: z.string().min(1).max(1023),
  width: z.number().int().min(1).max(16_384),
  height: z.number().int().min(1).max(16_384),
  /** Too large for a request: the service reads it from the bucket. */
  byLink: z.literal(true).optional(),
});
export type InputImage = z.infer<typeof InputImageSchema>;

/** The service raises anything smaller to its least. */
const StrengthSchema = z.number().min(STRENGTH_LIMITS.min).max(STRENGTH_LIMITS.max).default(0.55);
const ResizeSchema = z.enum(RESIZE_MODES).default("stretch");
const SideSchema = z.number().int().min(0).max(MAX_EXPAND).default(128);

export const TextToImageSchema = WithLoras.extend({ func: z.literal("t2i") });

export const ImageToImageSchema = WithLoras.extend({
  func: z.literal("i2i"),
  image: InputImageSchema,
  denoisingStrength: StrengthSchema,
  resizeMode: ResizeSchema,
});

export const InpaintSchema = ImageToImageSchema.extend({
  func: z.literal("inpaint"),
  /** White is painted anew. Of the picture's own size. */
  mask: InputImageSchema,
});

/** Width and height do not count: the result is as large as the picture and its new borders. */
export const OutpaintSchema = WithLoras.extend({
  func: z.literal("outpaint"),
  image: InputImageSchema,
  denoisingStrength: StrengthSchema,
  expand: z
    .object({ left: SideSchema, right: SideSchema, up: SideSchema, down: SideSchema })
    .default({ left: 128, right: 128, up: 128, down: 128 })
    .refine(({ left, right, up, down }) => left + right + up + down > 0, { message: "playground.rules.expand" }),
  expandType: z.enum(EXPAND_TYPES).default("copy"),
}).refine(({ image, expand, expandType }) => expandType === "copy" || reflectionFits(image, expand), {
  message: "playground.rules.reflect",
  path: ["expandType"],
});

export const ControlnetSchema = WithLoras.extend({
  func: z.literal("controlnet"),
  /** The pipeline refuses sides that are no multiples of 8 instead of rounding them. */
  width: SizeSchema.multipleOf(SIZE_LIMITS.step, { message: "playground.rules.multiple" }).default(512),
  height: SizeSchema.multipleOf(SIZE_LIMITS.step, { message: "playground.rules.multiple" }).default(512),
  image: InputImageSchema,
  resizeMode: ResizeSchema,
  /** Absent: the picture already is the control image. */
  processFunc: z.enum(CONTROL_KINDS).optional(),
  controlScale: z.number().min(SCALE_LIMITS.min).max(SCALE_LIMITS.max).default(1),
  /** Weights below the model root. The service keeps them for all later requests that name none. */
  controlnetPath: ModelPathSchema.optional(),
});

export const GenerateInputSchema = z.discriminatedUnion("func", [
  TextToImageSchema,
  ImageToImageSchema,
  InpaintSchema,
  OutpaintSchema,
  ControlnetSchema,
]);

/** After parsing: every default filled in. */
export type GenerateInput = z.infer<typeof GenerateInputSchema>;
