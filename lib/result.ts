import { type ErrorView, fromErrorView } from "./errors";

/** What a Server Action returns: Next hides thrown messages in production, so failures travel as data. */
export type Result<T> = { ok: true; data: T } | { ok: false; error: ErrorView };

/** Turns a Result back into a value or a thrown AppError, for `useMutation`. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.data;
  throw fromErrorView(result.error);
}
