import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { HttpHandler } from "@/lib/sandbox/core/listen";
import { ContainerExit, type ContainerRequest, type ContainerResponse } from "@/lib/sandbox/core/types";
import { isAuthorized } from "./authorize";
import { occasionOf, troubleOf } from "./faults";
import { createRateMeter } from "./rate";

/*
 * The shared gateway (reference: eas-gateway-and-queue.md §1–3): `/api/predict/<service>[/path]`, the service's token, then
 * one of the service's processes. Its own answers are plain text but for the 401; what the container answers passes
 * unchanged. CORS is no matter of the gateway's.
 */

/** One process of a service. */
export interface Upstream {
  /** Requests that it works on or that wait for it. */
  readonly inFlight: number;
  handle(request: ContainerRequest): Promise<ContainerResponse>;
}

/** A service as the gateway sees it. */
export interface GatewayService {
  name: string;
  token: string;
  isAsync: boolean;
  rpc: { keepaliveMs: number; workerThreads: number; maxQueueSize: number; rateLimit: number };
  /** Empty while nothing is ready. */
  upstreams: readonly Upstream[];
  /** Told of each call with the right token, before anything else may refuse it. */
  observe?(request: ContainerRequest): void;
}

export interface GatewayOptions {
  clock: Clock;
  find(service: string): GatewayService | undefined;
  faults?: Faults;
}

const MAX_BODY_BYTES = 1024 * 1024;
const SIDE_DOOR = "async_path.";
/** The longest that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string | Uint8Array;
}

const text = (status: number, body: string, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "text/plain", ...headers },
  body,
});

export function createGatewayHandler({ clock, find, faults }: GatewayOptions): HttpHandler {
  const rate = createRateMeter(() => clock.now());

  async function answer(incoming: IncomingMessage): Promise<Reply> {
    const target = parseTarget(incoming.url ?? "/");
    const body = await readBody(incoming);
    if (!target) return text(404, "");
    const service = find(target.service);
    if (!service || (target.sideDoor && !service.isAsync)) return text(404, "");
    const headers = flatHeaders(incoming);
    const method = incoming.method ?? "GET";
    if (body === undefined) return text(413, "Payload Too Large", { connection: "close" });
    if (!isAuthorized({ method, path: target.path, headers, body }, service.token)) return unauthorized();
    const trouble = faults?.any ? troubleOf(faults, occasionOf(incoming)) : undefined;
    if (trouble) return trouble;
    service.observe?.({ method, url: target.rest, headers, body });
    if (service.isAsync && !target.sideDoor)
      return text(501, "Not Implemented: the queue service of this asynchronous service is not available.");
    const upstream = [...service.upstreams].sort((a, b) => a.inFlight - b.inFlight)[0];
    if (!upstream) return text(503, "no healthy upstream");
    const { rateLimit, workerThreads, maxQueueSize, keepaliveMs } = service.rpc;
    if (!rate.admit(service.name, rateLimit * service.upstreams.length)) return text(429, "Too Many Requests");
    if (upstream.inFlight >= workerThreads + maxQueueSize) return text(450, "worker queue is full, too busy");
    delete headers.authorization;
    return forward(clock, upstream, { method, url: target.rest, headers, body }, keepaliveMs);
  }

  return async (incoming, response) => send(response, await answer(incoming));
}

interface Target {
  service: string;
  sideDoor: boolean;
  /** What the signature covers. */
  path: string;
  /** What the container sees. */
  rest: string;
}

function parseTarget(url: string): Target | undefined {
  const match = /^(\/api\/predict\/([^/?]+))(\/[^?]*)?(\?.*)?$/.exec(url);
  if (!match?.[1] || !match[2]) return undefined;
  const sideDoor = match[2].startsWith(SIDE_DOOR);
  return {
    service: sideDoor ? match[2].slice(SIDE_DOOR.length) : match[2],
    sideDoor,
    path: `${match[1]}${match[3] ?? ""}`,
    rest: `${match[3] ?? "/"}${match[4] ?? ""}`,
  };
}

/** Waiting for the process counts too. The work itself goes on when the caller has been told to give up. */
async function forward(
  clock: Clock,
  upstream: Upstream,
  request: ContainerRequest,
  keepaliveMs: number,
): Promise<Reply> {
  const timer = new AbortController();
  const timeout = clock.sleep(Math.min(keepaliveMs, MAX_TIMER_MS), timer.signal).then(
    () => text(408, "Request Timeout", { connection: "close" }),
    () => text(408, ""),
  );
  const work = upstream.handle(request).catch(brokenUpstream);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer.abort(new Error("answered"));
  }
}

function brokenUpstream(error: unknown): Reply {
  if (!(error instanceof ContainerExit)) console.error("sandbox: a container failed to answer", error);
  return text(503, "upstream connect error or disconnect/reset before headers. reset reason: connection termination");
}

function unauthorized(): Reply {
  return {
    status: 401,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: "Unauthorized", message: "Invalid token" }),
  };
}

/** Undefined when there is more than the gateway takes; the rest is read and dropped. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function flatHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value]],
    ),
  );
}

/** Headers that belong to one connection, not to the answer. */
const CONNECTION_HEADERS = new Set(["connection", "transfer-encoding", "content-length", "keep-alive"]);

function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const kept = Object.entries(headers).filter(
    ([name, value]) => !CONNECTION_HEADERS.has(name.toLowerCase()) || value === "close",
  );
  response.writeHead(status, { ...Object.fromEntries(kept), "content-length": bytes.byteLength });
  response.end(bytes);
}
