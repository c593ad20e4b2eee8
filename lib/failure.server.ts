import "server-only";
import type { z } from "zod";
import { AppError, type ErrorView, toErrorView } from "@/lib/errors";
import { logUnexpected } from "@/lib/log.server";

/** What an unknown failure becomes at the boundary: its own view, or `internal` with the id of the log entry. */
export function toFailure(error: unknown, where: string): ErrorView {
  if (error instanceof AppError && error.code !== "internal") return toErrorView(error);
  return toErrorView(new AppError("internal"), logUnexpected(error, where));
}

/** `params.field` names the input, `params.rule` the broken rule (a message key where the schema gives one). */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError("invalid_input", {
    params: {
      field: issue?.path.join(".") ?? "",
      rule: issue?.code === "custom" ? issue.message : (issue?.code ?? "custom"),
    },
  });
}
