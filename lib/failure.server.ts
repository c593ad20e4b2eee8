import "server-only";
import type { z } from "zod";
import { AppError, type ErrorView, toErrorView } from "@/lib/errors";
import { logUnexpected } from "@/lib/log.server";

/**
 * What an unknown failure becomes at the boundary: its own view, or `internal` with the id of the log entry. `signal` of the
 * request: that its caller has gone is no fault of ours.
 */
export function toFailure(error: unknown, where: string, signal?: AbortSignal): ErrorView {
  if (signal?.aborted && error === signal.reason) return toErrorView(new AppError("cancelled", { cause: error }));
  if (error instanceof AppError && error.code !== "internal") return toErrorView(error);
  return toErrorView(new AppError("internal"), logUnexpected(error, where));
}

/** `params.field` names the input, `params.rule` the broken rule (a message key where the schema gives one). */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success && !holdsNul(parsed.data)) return parsed.data;
  if (parsed.success) throw new AppError("invalid_input", { params: { field: "", rule: "nul" } });
  const issue = parsed.error.issues[0];
  throw new AppError("invalid_input", {
    params: {
      field: issue?.path.join(".") ?? "",
      rule: issue?.code === "custom" ? issue.message : (issue?.code ?? "custom"),
    },
  });
}

/** No field means anything with a NUL in it, and PostgreSQL stores none. */
function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  return typeof value === "object" && value !== null && Object.values(value).some(holdsNul);
}
