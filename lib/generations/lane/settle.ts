import { type AppError, toErrorView } from "@/lib/errors";
import type { CallTarget } from "@/lib/generations/call-target";
import { placesOf } from "@/lib/generations/pictures";
import { OPEN_STATES } from "@/lib/generations/states";
import type { GeneratedAnswer } from "@/lib/playground/answer";
import type { ServiceError } from "@/lib/playground/service-error";
import { inputOf } from "./served";
import type { Change, Lane, Row } from "./world";

/** How a request ends: once, whoever tells it first. */

export type Outcome =
  | { kind: "answer"; answer: GeneratedAnswer }
  /** Found in the bucket; nobody said more than that. */
  | { kind: "found"; keys: string[] }
  | { kind: "serviceError"; error: ServiceError }
  | { kind: "error"; error: AppError };

/** A picture counts even where the request had been given up or withdrawn: it was made, and paid for. */
const OPEN_TO_PICTURES = [...OPEN_STATES, "failed", "cancelled"] as const;

/** Undefined when the request had ended before. */
export async function settle(
  lane: Lane,
  row: Row,
  outcome: Outcome,
  target: Pick<CallTarget, "result">,
  elapsedMs?: number,
): Promise<Row | undefined> {
  const isPicture = outcome.kind === "answer" || outcome.kind === "found";
  const over = { waitReason: null, place: null, working: false, settledAt: new Date(lane.world.clock.now()) };
  const change = { ...over, elapsedMs, ...toChange(row, outcome, target) };
  const settled = await lane.change(row.id, isPicture ? OPEN_TO_PICTURES : OPEN_STATES, change);
  if (settled?.sideCar === "due") lane.wake();
  return settled;
}

function toChange(row: Row, outcome: Outcome, { result }: Pick<CallTarget, "result">): Change {
  switch (outcome.kind) {
    case "answer": {
      const { prompt, useBlade, isNsfw, ossUrls, seed, imagesBase64 } = outcome.answer;
      const keys = result ? placesOf(ossUrls, result, inputOf(row).saveDir).map(({ key }) => key) : [];
      // The pictures themselves lie in the bucket: of those in the answer only their size is kept.
      const inAnswerBytes = imagesBase64?.reduce((sum, image) => sum + Buffer.byteLength(image, "base64"), 0);
      const answer = { prompt, useBlade, isNsfw, ossUrls, inAnswerBytes };
      // The seed that was sent holds where the answer has none.
      return { ...made(keys, result?.bucket), answer, ...(seed === "" ? {} : { seed }) };
    }
    case "found":
      return { ...made(outcome.keys, result?.bucket), recovered: true };
    case "serviceError":
      return { status: "failed", answer: { serviceError: outcome.error } };
    case "error":
      return { status: "failed", error: toErrorView(outcome.error) };
    default:
      return outcome satisfies never;
  }
}

function made(keys: string[], bucket: string | undefined): Change {
  return { status: "succeeded", error: null, bucket, keys, sideCar: bucket && keys.length > 0 ? "due" : null };
}
