import { AppError, ERROR_CODES, type ErrorView, fromErrorView } from "./errors";
import { RELEASE, RELEASE_HEADER, releaseNews } from "./release";

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

/**
 * Calls one of our own route handlers. `Reply` is what its verb returns: page and server are built from the same sources, or
 * the answer is refused.
 */
export async function fetchJson<Reply>(path: string, init?: RequestInit): Promise<Reply> {
  const response = await answerOf(path, { ...init, headers: { accept: "application/json", ...init?.headers } });
  const release = response.headers.get(RELEASE_HEADER);
  if (release !== null && release !== RELEASE) {
    releaseNews.tell();
    throw new AppError("conflict", { params: { reason: "release", rule: "shell.newRelease.hint" } });
  }
  // Not from us: a page that stands between.
  if (release === null) throw new AppError("internal");
  return response.json().catch((cause: unknown) => {
    throw new AppError("internal", { cause });
  });
}

/**
 * One of our own addresses, asked for one connection: what this browser chose may have been changed in another tab since,
 * and where it points now the same names may mean other things.
 */
export function inConnection(connectionId: string, path: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}connection=${encodeURIComponent(connectionId)}`;
}

export function postJson<Reply>(path: string, body: unknown, signal?: AbortSignal): Promise<Reply> {
  const headers = { "content-type": "application/json" };
  return fetchJson(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** A proxy between may answer in our place. */
function isErrorView(body: unknown): body is ErrorView {
  if (typeof body !== "object" || body === null) return false;
  const { code, params, retryable } = body as Record<string, unknown>;
  const known: readonly unknown[] = ERROR_CODES;
  return known.includes(code) && typeof params === "object" && params !== null && typeof retryable === "boolean";
}
