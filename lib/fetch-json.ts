import { z } from "zod";
import { AppError, ERROR_CODES, fromErrorView } from "./errors";

const ErrorViewSchema = z.object({
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
  logId: z.string().optional(),
});

/** Calls one of our own route handlers. Rejects with the AppError that the route answered, or `network` when none came. */
export async function fetchJson<S extends z.ZodType>(
  schema: S,
  path: string,
  init?: RequestInit,
): Promise<z.output<S>> {
  const response = await fetch(path, { ...init, headers: { accept: "application/json", ...init?.headers } }).catch(
    (cause: unknown) => {
      if (init?.signal?.aborted) throw new AppError("cancelled", { cause });
      throw new AppError("network", { retryable: true, cause });
    },
  );
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const view = ErrorViewSchema.safeParse(body);
    throw view.success
      ? fromErrorView(view.data)
      : new AppError("internal", { retryable: response.status >= 500, vendor: { status: response.status } });
  }
  const parsed = schema.safeParse(body);
  // Another release of the server than of this page: a reload brings them together.
  if (!parsed.success) throw new AppError("internal", { cause: parsed.error });
  return parsed.data;
}

export function postJson<S extends z.ZodType>(schema: S, path: string, body: unknown, signal?: AbortSignal) {
  const headers = { "content-type": "application/json" };
  return fetchJson(schema, path, { method: "POST", headers, body: JSON.stringify(body), signal });
}
