import type { z } from "zod";
import { AppError, ERROR_CODES, type ErrorView, fromErrorView } from "./errors";

/** A schema, or how to get it: pages that only show things then load no validator before their first answer. */
export type SchemaSource<S extends z.ZodType> = S | (() => Promise<S>);

/** Rejects with the AppError that the route answered, or `network` when none came. */
async function answerOf(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch((cause: unknown) => {
    if (init.signal?.aborted) throw new AppError("cancelled", { cause });
    throw new AppError("network", { retryable: true, cause });
  });
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw isErrorView(body)
    ? fromErrorView(body)
    : new AppError("internal", { retryable: response.status >= 500, vendor: { status: response.status } });
}

/** Bytes that one of our own route handlers answers. */
export async function fetchBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await answerOf(path, { signal });
  return new Uint8Array(await response.arrayBuffer());
}

/** Calls one of our own route handlers. */
export async function fetchJson<S extends z.ZodType>(
  source: SchemaSource<S>,
  path: string,
  init?: RequestInit,
): Promise<z.output<S>> {
  const request = answerOf(path, { ...init, headers: { accept: "application/json", ...init?.headers } });
  const [response, schema] = await Promise.all([request, typeof source === "function" ? source() : source]);
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  // Another release of the server than of this page: a reload brings them together.
  if (!parsed.success) throw new AppError("internal", { cause: parsed.error });
  return parsed.data;
}

/**
 * One of our own addresses, asked for one connection: what this browser chose may have been changed in another tab since,
 * and where it points now the same names may mean other things.
 */
export function inConnection(connectionId: string, path: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}connection=${encodeURIComponent(connectionId)}`;
}

export function postJson<S extends z.ZodType>(
  source: SchemaSource<S>,
  path: string,
  body: unknown,
  signal?: AbortSignal,
) {
  const headers = { "content-type": "application/json" };
  return fetchJson(source, path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** Written by hand: it is all that every page needs of a validator. */
function isErrorView(body: unknown): body is ErrorView {
  if (typeof body !== "object" || body === null) return false;
  const { code, params, retryable } = body as Record<string, unknown>;
  const known: readonly unknown[] = ERROR_CODES;
  return known.includes(code) && typeof params === "object" && params !== null && typeof retryable === "boolean";
}
