import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors";
import { GenerateInputSchema } from "@/lib/playground/input";
import { SERVICE_ERROR_KINDS } from "@/lib/playground/service-error";
import { GENERATION_STATES, WAIT_REASONS } from "./states";

/** What the browser gets to see of a picture that was asked for. */

const PictureSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  /** Signed, for about an hour. */
  url: z.string(),
  /** Made smaller by OSS on its way. Where a bucket does not do that it answers an error: then `url`. */
  thumbnailUrl: z.string(),
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
  status: z.enum(GENERATION_STATES),
  purpose: z.enum(["person", "proof"]),
  /** Who asked for it. */
  by: z.string().optional(),
  /** Why it goes on waiting. */
  waitReason: z.enum(WAIT_REASONS).optional(),
  /** How many requests are ahead of it in the service's queue. */
  place: z.number().optional(),
  /** The service has taken it from its queue. */
  working: z.boolean(),
  input: GenerateInputSchema,
  /** RFC 3339 UTC. */
  createdAt: z.string(),
  /** Of the service when it got the request. */
  version: z.number().optional(),
  sentAt: z.string().optional(),
  elapsedMs: z.number().optional(),
  seed: z.string().optional(),
  /** As drawn: the translated one, if it was translated. */
  promptDrawn: z.string().optional(),
  useBlade: z.boolean().optional(),
  /** The pictures that the answer carried besides, where it was asked to. */
  inAnswerBytes: z.number().optional(),
  /** No answer came; the picture was found in the bucket by its task id. */
  recovered: z.boolean(),
  /** The service named the same picture twice: another one is lost. */
  repeated: z.boolean(),
  /** The bucket did not take the JSON with the settings beside the picture. */
  sideCarRefused: z.boolean(),
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
