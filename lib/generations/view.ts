import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors";
import { SERVICE_ERROR_KINDS } from "@/lib/playground/answer";
import { GenerateInputSchema } from "@/lib/playground/input";

/** What the browser gets to see of a picture that was asked for. */

const PictureSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  /** Signed, for about an hour. */
  url: z.string(),
  isNsfw: z.boolean(),
});

const ErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  retryable: z.boolean(),
  vendor: z
    .object({
      code: z.string().optional(),
      message: z.string().optional(),
      status: z.number().optional(),
      requestId: z.string().optional(),
    })
    .optional(),
});

export const GenerationSchema = z.object({
  id: z.string(),
  taskId: z.string(),
  service: z.string(),
  status: z.enum(["running", "succeeded", "failed"]),
  input: GenerateInputSchema,
  /** RFC 3339 UTC. */
  createdAt: z.string(),
  elapsedMs: z.number().optional(),
  seed: z.string().optional(),
  /** As drawn: the translated one, if it was translated. */
  promptDrawn: z.string().optional(),
  useBlade: z.boolean().optional(),
  pictures: z.array(PictureSchema),
  /** The service, or the gateway in its place, answered with an error. */
  serviceError: z
    .object({
      kind: z.enum(SERVICE_ERROR_KINDS),
      code: z.number(),
      message: z.string(),
      taskId: z.string().optional(),
    })
    .optional(),
  /** No answer came. */
  error: ErrorSchema.optional(),
});

export type Generation = z.infer<typeof GenerationSchema>;
