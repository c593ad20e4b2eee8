import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import type { Readable } from "node:stream";
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from "request-filtering-agent";
import { AppError } from "@/lib/errors";

/*
 * Reading from elsewhere. A person names the address, so it may point anywhere: only http and https, only hosts whose
 * addresses are public after resolution, each redirect checked anew. An operator may allow single hosts beside these.
 */

export interface RemotePolicy {
  /** `host` or `host:port`, as an operator wrote them; their addresses are not filtered. */
  allowedHosts: readonly string[];
  /** How names are resolved; what is connected to is the very address that was judged. */
  lookup?: LookupFunction;
  /** Without a byte for so long the other side counts as gone. */
  idleMs?: number;
}

export interface RemoteRequest {
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

export interface RemoteAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Where the redirects ended. */
  url: URL;
  body: Readable;
}

export interface Remote {
  /** Resolves for 200 and 206; everything else is an AppError. The body must be read or destroyed. */
  get(url: string, request: RemoteRequest): Promise<RemoteAnswer>;
}

const REDIRECTS_MAX = 5;
const REDIRECT = new Set([301, 302, 303, 307, 308]);
const IDLE_MS = 30_000;

/** The way to an address that a person named: it leads to public hosts only, and to those that the operator allows. */
export function guardedAgents({ allowedHosts }: Pick<RemotePolicy, "allowedHosts">): (url: URL) => http.Agent {
  // Connections are kept: a large file is many ranges of one address.
  const filtered = {
    "http:": new RequestFilteringHttpAgent({ keepAlive: true }),
    "https:": new RequestFilteringHttpsAgent({ keepAlive: true }),
  };
  const open = { "http:": new http.Agent({ keepAlive: true }), "https:": new https.Agent({ keepAlive: true }) };
  return (url) => {
    const isAllowed = allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname);
    return (isAllowed ? open : filtered)[url.protocol === "http:" ? "http:" : "https:"];
  };
}

/** Whether the guard, and not the network, said no. */
export function isGuardRefusal(error: unknown): boolean {
  return error instanceof Error && /is not allowed\. Because/.test(error.message);
}

export function createRemote({ allowedHosts, lookup, idleMs = IDLE_MS }: RemotePolicy): Remote {
  const agentFor = guardedAgents({ allowedHosts });

  function send(url: URL, { headers, signal }: RemoteRequest): Promise<IncomingMessage> {
    const agent = agentFor(url);
    return new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined;
      const request = (url.protocol === "http:" ? http : https).request(
        url,
        { agent, signal, lookup, headers: { "user-agent": "Easel", "accept-encoding": "identity", ...headers } },
        (response) => {
          answer = response;
          resolve(response);
        },
      );
      request.setTimeout(idleMs, () => {
        // Bytes that wait here to be read: it is this side that is busy, sending them on.
        if (answer && answer.readableLength > 0) return;
        request.destroy(new AppError("timeout", { retryable: true }));
        answer?.destroy(new AppError("timeout", { retryable: true }));
      });
      request.once("error", reject);
      request.end();
    });
  }

  return {
    async get(address, request) {
      let url = parseAddress(address);
      let headers = request.headers;
      for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
        const answer = await send(url, { ...request, headers }).catch((error: unknown) => {
          throw toRemoteError(error, url, request.signal);
        });
        const status = answer.statusCode ?? 0;
        if (status === 200 || status === 206) return { status, headers: answer.headers, url, body: answer };
        answer.destroy();
        const next = REDIRECT.has(status) ? answer.headers.location : undefined;
        if (next === undefined) throw refusal(status, url);
        const target = parseAddress(next, url);
        // What was meant for one host is told to no other, nor to the same one in the clear.
        if (target.origin !== url.origin) headers = withoutSecrets(headers);
        url = target;
      }
      throw new AppError("upstream", { params: { host: url.host, rule: "imports.errors.redirects" } });
    },
  };
}

export function parseAddress(address: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    // The cause would carry the address, and with it what may be a secret.
    throw new AppError("invalid_input", { params: { field: "url", rule: "imports.errors.address" } });
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new AppError("invalid_input", { params: { field: "url", rule: "imports.errors.address" } });
  return url;
}

function withoutSecrets(headers: RemoteRequest["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== "authorization"));
}

function refusal(status: number, { host }: URL): AppError {
  const vendor = { status };
  if (status === 401 || status === 403)
    return new AppError("permission_denied", { params: { host, rule: "imports.errors.denied" }, vendor });
  if (status === 404 || status === 410)
    return new AppError("not_found", { params: { what: "source", host, rule: "imports.errors.gone" }, vendor });
  return new AppError(status === 429 ? "throttled" : "upstream", {
    params: { host, status, rule: "imports.errors.answered" },
    retryable: status === 429 || status >= 500,
    vendor,
  });
}

function toRemoteError(error: unknown, { host }: URL, signal: AbortSignal): unknown {
  if (error instanceof AppError) return error;
  if (signal.aborted) return new AppError("cancelled", { cause: error });
  if (isGuardRefusal(error)) return new AppError("forbidden", { params: { host, rule: "imports.errors.privateHost" } });
  return new AppError("network", {
    params: { host, rule: "imports.errors.unreachable" },
    retryable: true,
    cause: error,
  });
}

/** The whole body, which must not be longer than `limitBytes`. */
export async function readAll(body: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limitBytes) throw tooLong();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("network", { retryable: true, cause: error });
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks);
}

export const tooLong = () => new AppError("upstream", { params: { rule: "imports.errors.tooLong" } });
