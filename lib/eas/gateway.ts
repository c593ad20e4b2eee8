import http from "node:http";
import https from "node:https";
import type { Connection } from "@/lib/connection";
import { AppError } from "@/lib/errors";
import { toAppError } from "./errors";

export interface GatewayCall {
  /** The service's address up to its name, as EAS gives it. */
  endpoint: string;
  token: string;
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the service's address; the container receives it without the service's part. */
  path?: string;
  body?: string;
  contentType?: string;
  /** Beside those that every call carries. */
  headers?: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal?: AbortSignal;
  maxBytes?: number;
}

export interface GatewayAnswer {
  status: number;
  headers: Record<string, string>;
  bodyText: string;
  elapsedMs: number;
}

/** Four base64 pictures of 2048² fit; a service gone mad does not fill our memory. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Whether the connection lists this host (with its port): the token must not travel anywhere else. */
export function isGatewayHost(connection: Connection, host: string): boolean {
  const wanted = host.toLowerCase();
  return connection.gatewayHosts.some((allowed) =>
    allowed.startsWith(".") ? wanted.endsWith(allowed.toLowerCase()) : wanted === allowed.toLowerCase(),
  );
}

/** Where a call goes; throws `invalid_input` for a host that the connection does not list or a path outside of the service. */
export function gatewayUrl(connection: Connection, endpoint: string, path: string): URL {
  const base = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const allowed =
    base && /^https?:$/.test(base.protocol) && !base.username && !base.password && isGatewayHost(connection, base.host);
  if (!base || !allowed)
    throw new AppError("invalid_input", { params: { field: "endpoint", host: base?.host ?? endpoint } });
  const url = new URL(`${base.pathname.replace(/\/$/, "")}${path && !/^[/?]/.test(path) ? "/" : ""}${path}`, base);
  // A path such as `/../other` would leave the service that was asked for.
  if (url.host !== base.host || !`${url.pathname}/`.startsWith(`${base.pathname.replace(/\/$/, "")}/`))
    throw new AppError("invalid_input", { params: { field: "path" } });
  return url;
}

/**
 * Calls a service through the gateway with the raw token (eas-gateway-and-queue.md §2). Any status is an answer, not an
 * error: the container's own codes travel as such. Redirects are not followed. A connection of its own for each call, so
 * that a stale one is never the reason for sending a picture's request twice. Node's own client, because `fetch` gives up
 * after five minutes without a header and a request may take longer.
 */
export function callService(connection: Connection, call: GatewayCall): Promise<GatewayAnswer> {
  const { endpoint, token, method = "POST", path = "", body, timeoutMs, signal, maxBytes = MAX_ANSWER_BYTES } = call;
  return new Promise((resolve, reject) => {
    const url = gatewayUrl(connection, endpoint, path);
    const startedAt = performance.now();
    const timeout = AbortSignal.timeout(timeoutMs);
    const headers: http.OutgoingHttpHeaders = { accept: "*/*", ...call.headers, authorization: token };
    if (body !== undefined) {
      headers["content-type"] = call.contentType ?? "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    const fail = (error: unknown) => reject(explain(error, timeout, signal, timeoutMs));
    const request = (url.protocol === "https:" ? https : http).request(
      url,
      { method, headers, agent: false, signal: signal ? AbortSignal.any([signal, timeout]) : timeout },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size <= maxBytes) return void chunks.push(chunk);
          // Said here: a body that has come whole ends normally in spite of the destruction.
          fail(new AppError("upstream", { params: { reason: "answer_too_large", maxBytes } }));
          request.destroy();
        });
        response.on("error", fail);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: toHeaders(response.headers),
            bodyText: Buffer.concat(chunks).toString("utf8"),
            elapsedMs: Math.round(performance.now() - startedAt),
          }),
        );
      },
    );
    request.on("error", fail);
    request.end(body);
  });
}

function explain(error: unknown, timeout: AbortSignal, signal: AbortSignal | undefined, timeoutMs: number): AppError {
  if (signal?.aborted) return new AppError("cancelled", { cause: error });
  if (timeout.aborted)
    return new AppError("timeout", { cause: error, params: { seconds: Math.round(timeoutMs / 1000) } });
  const mapped = toAppError(error);
  return mapped.code === "internal" ? new AppError("network", { cause: error, retryable: true }) : mapped;
}

function toHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
