import type { AppError } from "@/lib/errors";
import { type GeneratedAnswer, parseAnswer } from "@/lib/playground/answer";
import type { ServiceError } from "@/lib/playground/service-error";

/** What to make of a call's end: pure, a table of eas-gateway-and-queue.md §3. */
export type Verdict =
  | { kind: "answer"; answer: GeneratedAnswer }
  /** The service's own refusal, or one that no repetition changes. */
  | { kind: "failed"; error: ServiceError }
  /** The request was not taken: it may be sent again. */
  | { kind: "again"; reason: "not_ready" | "busy" | "token"; error: ServiceError }
  /** It may have been taken, and the picture made. */
  | { kind: "search"; patience: "long" | "short"; error: ServiceError };

export function verdictOf(status: number, bodyText: string): Verdict {
  const parsed = parseAnswer(status, bodyText);
  if (parsed.ok) return { kind: "answer", answer: parsed.answer };
  const { error } = parsed;
  if (error.kind === "unreadable") return { kind: "search", patience: "short", error };
  if (error.kind !== "gateway") return { kind: "failed", error };
  switch (error.code) {
    case 401:
      return { kind: "again", reason: "token", error };
    case 404:
      return { kind: "again", reason: "not_ready", error };
    case 503:
      // An instance that died in the middle says so in these words.
      if (/connect error|disconnect|reset|termination/i.test(error.message))
        return { kind: "search", patience: "short", error };
      return { kind: "again", reason: "not_ready", error };
    case 429:
    case 450:
      return { kind: "again", reason: "busy", error };
    case 408:
    case 504:
      return { kind: "search", patience: "long", error };
    case 400:
    case 403:
    case 405:
    case 413:
      return { kind: "failed", error };
    default:
      return { kind: "search", patience: "short", error };
  }
}

/** Names and addresses that were never reached: nobody has the request. */
const UNREACHED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Whether a call that ended without an answer may still have been heard. */
export function mayHaveArrived(error: AppError): boolean {
  if (error.code === "timeout") return true;
  return error.code === "network" && !UNREACHED.has(error.vendor?.code ?? "");
}
