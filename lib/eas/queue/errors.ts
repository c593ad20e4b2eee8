import type { GatewayAnswer } from "@/lib/eas/gateway";
import { AppError, type ErrorCode } from "@/lib/errors";

/**
 * The one map from what a queue, or the gateway before it, answers to AppError (reference: eas-gateway-and-queue.md §3, §6).
 * Which status a full queue answers is unconfirmed, so its words count too.
 */
const CODES: Readonly<Record<number, readonly [code: ErrorCode, retryable: boolean]>> = {
  400: ["invalid_input", false],
  401: ["invalid_credentials", false],
  403: ["invalid_credentials", false],
  404: ["not_ready", true],
  405: ["invalid_input", false],
  408: ["timeout", true],
  413: ["invalid_input", false],
  429: ["throttled", true],
  450: ["throttled", true],
  502: ["not_ready", true],
  503: ["not_ready", true],
  504: ["timeout", true],
};

/** The words of the gateway and of the queue are short; a page of HTML is not. */
const MAX_MESSAGE = 200;

export function toQueueError({ status, bodyText }: Pick<GatewayAnswer, "status" | "bodyText">): AppError {
  const message = bodyText.trim().slice(0, MAX_MESSAGE);
  const isFull = status !== 401 && /\b(queue|stream) is full\b|too busy/i.test(message);
  const [code, retryable] = isFull ? (["throttled", true] as const) : (CODES[status] ?? ["upstream", status >= 500]);
  const params: Record<string, string> = status === 413 ? { reason: "too_large" } : {};
  return new AppError(code, { retryable, params, vendor: { status, ...(message === "" ? {} : { message }) } });
}
