import { AppError } from "@/lib/errors";
import type { CallTarget } from "@/lib/generations/call-target";
import { carryImages } from "@/lib/generations/input-pictures";
import { type GenerateInput, GenerateInputSchema } from "@/lib/playground/input";
import { toRequestBody, toRequestJson } from "@/lib/playground/request";
import type { Lane, Row } from "./world";

/** What the service was when it got the request. */
export function servedBy({ version, image, model, isAsync }: CallTarget) {
  return { version, image, model, isAsync };
}

/** As it was asked for, with the seed that was chosen for it. */
export function inputOf(row: Row): GenerateInput {
  const input = GenerateInputSchema.parse(row.input);
  return { ...input, imageNum: 1, seed: row.seed ?? input.seed };
}

export interface BuiltRequest {
  /** The body, word for word. */
  json: string;
  /** Without the bytes of pictures: the input names where they lie. */
  shown: Record<string, unknown>;
}

/** Brings the pictures of the request along; rejects with AppError when one cannot be read. */
export async function buildRequest(lane: Lane, row: Row, target: CallTarget): Promise<BuiltRequest> {
  const input = inputOf(row);
  const carried = await carryImages(lane.cloud, target, { service: lane.service, input });
  const body = toRequestBody(withoutUnheard(input, target), row.taskId, carried);
  // A link is as good as the picture itself for as long as it lasts.
  const { image_base64: _image, mask_base64: _mask, image_link: _link, mask_link: _maskLink, ...shown } = body;
  return { json: toRequestJson(body), shown };
}

/** The settings of another service, or of this one before an update: one without a translation fails where it is asked for. */
export function withoutUnheard(input: GenerateInput, { translates }: Pick<CallTarget, "translates">): GenerateInput {
  return translates === false && input.useTranslate ? { ...input, useTranslate: undefined } : input;
}

/** What a person can understand is an outcome of the request; everything else is our own mistake. */
export function asFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}
