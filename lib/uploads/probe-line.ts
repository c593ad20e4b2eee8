/**
 * Before the first byte of a model leaves: does this browser reach the bucket, and may it read what the bucket answers? Rules
 * as they are written cannot tell (another may shadow ours, a proxy may stand between), so two small requests of the kinds
 * that the upload makes are really sent: a part, which needs a preflight, and a form, which needs none.
 */
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { PutAnswer } from "@/lib/oss/upload/types";

export type LineProblem =
  /** The bucket is there, its answers are kept from the page: its CORS rules do not admit it. */
  | "blocked"
  /** Answers can be read, but not the ETag or the CRC-64 on them: each file has to be asked for afterwards. */
  | "hidden"
  /** Nothing of the bucket arrives here. */
  | "unreachable";

export interface Line {
  clock: Clock;
  /** One small request of each kind. Both are over when either fails. */
  sends: readonly ((signal: AbortSignal) => Promise<PutAnswer>)[];
  /** Whether anything answers there, readable or not. */
  isThere(): Promise<boolean>;
}

/** Between the tries: a single lost connection is no wall. */
const PAUSES_MS = [200, 600];
/** A line that is slower than this shows it in the upload itself. */
const PATIENCE_MS = 8_000;

export async function probeLine({ clock, sends, isThere }: Line): Promise<LineProblem | undefined> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const answers = await Promise.all(sends.map((send) => answerOf(send, clock, patience)));
  if (answers.includes("none")) return (await isThere()) ? "blocked" : "unreachable";
  return answers.includes("hidden") ? "hidden" : undefined;
}

type Answer = "good" | "hidden" | "none" | "other";

async function answerOf(
  send: (signal: AbortSignal) => Promise<PutAnswer>,
  clock: Clock,
  patience: AbortSignal,
): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      const { etag, crc64 } = await send(patience);
      return etag === undefined || crc64 === undefined ? "hidden" : "good";
    } catch (error) {
      if (patience.aborted) return "none";
      // A refusal came from the bucket and could be read: what it is about, the upload itself will say.
      if (!(error instanceof AppError) || error.code !== "network") return "other";
      const pauseMs = PAUSES_MS[tries];
      if (pauseMs === undefined) return "none";
      await clock.sleep(pauseMs);
    }
  }
}
