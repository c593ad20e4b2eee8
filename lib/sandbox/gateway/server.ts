import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@/lib/clock";
import type { Faults } from "@/lib/sandbox/core/faults";
import type { HttpHandler, UpgradeHandler } from "@/lib/sandbox/core/listen";
import { readBody } from "@/lib/sandbox/core/read-body";
import { ContainerExit, type ContainerRequest, type ContainerResponse } from "@/lib/sandbox/core/types";
import type { QueueCall } from "@/lib/sandbox/queue/operations";
import type { ServiceQueues } from "@/lib/sandbox/queue/queues";
import { containerUrl, type PredictAddress, parseDiscoveryAddress, parsePredictAddress, queueAddress } from "./address";
import { isAuthorized } from "./authorize";
import { occasionOf, troubleOf } from "./faults";
import { createQueueAccess } from "./queue-access";
import { createRateMeter } from "./rate";
import { type Reply, send, sendOverSocket, textReply, unauthorized } from "./reply";
import { createResolver, type Directory } from "./resolve";

/*
 * The shared gateway (reference: eas-gateway-and-queue.md §1–3): `/api/predict/<service>[/path]`, the service's token, then
 * one of the service's processes or, for an asynchronous service, its queues. Its own answers are plain text but for the 401; what the container answers passes
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
  /** Of an asynchronous service; undefined while its queue sub-service is not ready. */
  queues?(): GatewayQueues | undefined;
  /** Told of each call with the right token, before anything else may refuse it. */
  observe?(request: ContainerRequest): void;
}

/** The queues of an asynchronous service, with the process of the queue sub-service that answers. */
export interface GatewayQueues {
  queues: ServiceQueues;
  process: string;
}

export interface GatewayOptions extends Directory {
  clock: Clock;
  /** For service discovery; without it there is none. */
  port?(): number;
  faults?: Faults;
}

export interface Gateway {
  handle: HttpHandler;
  upgrade: UpgradeHandler;
}

const MAX_BODY_BYTES = 1024 * 1024;
/** The longest that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Nothing says how much each endpoint weighs; there is one. */
const ENDPOINT_WEIGHT = 100;

interface Admitted {
  address: PredictAddress;
  service: GatewayService;
  /** In lower case, without the token. */
  headers: Record<string, string>;
  method: string;
  body: Uint8Array;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { clock, faults } = options;
  const rate = createRateMeter(() => clock.now());
  const resolve = createResolver(options);
  const queueAccess = createQueueAccess();

  /** The way that every request has in common. */
  function admit(incoming: IncomingMessage, body: Uint8Array | undefined): Admitted | Reply {
    const address = parsePredictAddress(incoming.url ?? "/");
    const resolved = address && resolve(address.name);
    if (!address || !resolved) return textReply(404, "");
    const { service, tokens } = resolved;
    if (service && address.sideDoor && !service.isAsync) return textReply(404, "");
    if (body === undefined) return textReply(413, "Payload Too Large", { connection: "close" });
    const headers = flatHeaders(incoming);
    const method = incoming.method ?? "GET";
    if (!tokens.some((token) => isAuthorized({ method, path: address.path, headers, body }, token)))
      return unauthorized();
    const trouble = faults?.any ? troubleOf(faults, occasionOf(incoming)) : undefined;
    if (trouble) return trouble;
    if (!service) return textReply(503, "no healthy upstream");
    delete headers.authorization;
    return { address, service, headers, method, body };
  }

  async function callProcess({ address, service, method, headers, body }: Admitted): Promise<Reply> {
    const request = { method, url: containerUrl(address), headers, body };
    service.observe?.(request);
    const upstream = [...service.upstreams].sort((a, b) => a.inFlight - b.inFlight)[0];
    if (!upstream) return textReply(503, "no healthy upstream");
    const { rateLimit, workerThreads, maxQueueSize, keepaliveMs } = service.rpc;
    if (!rate.admit(service.name, rateLimit * service.upstreams.length)) return textReply(429, "Too Many Requests");
    if (upstream.inFlight >= workerThreads + maxQueueSize) return textReply(450, "worker queue is full, too busy");
    return forward(clock, upstream, request, keepaliveMs);
  }

  function queueCall(admitted: Admitted, { queues, process }: GatewayQueues, signal: AbortSignal): QueueCall {
    const { address, method, headers, body, service } = admitted;
    const { queue, path } = queueAddress(address.rest);
    queues[queue].openFor(process);
    if (method === "POST" && queue === "input")
      service.observe?.({ method, url: containerUrl(address), headers, body });
    return { queues, queue, process, method, path, rawQuery: address.rawQuery, headers, body, clock, signal };
  }

  /** Processes that can really be called: all of a service answer at the gateway's own port. */
  function discover(name: string): Reply {
    const service = resolve(name)?.service;
    const port = options.port?.();
    if (!service || port === undefined) return textReply(404, "");
    const item = { app: service.name, ip: "127.0.0.1", port, weight: ENDPOINT_WEIGHT };
    const items = service.upstreams.length > 0 ? [item] : [];
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ correlative: [service.name], endpoints: { items } }),
    };
  }

  return {
    async handle(incoming, response) {
      const discovered = incoming.method === "GET" ? parseDiscoveryAddress(incoming.url ?? "/") : undefined;
      if (discovered !== undefined) return send(response, discover(discovered));
      const read = await readWhole(incoming);
      // The caller went away in the middle of its request: there is nobody to answer.
      if (read === "cut-short") return void response.destroy();
      const admitted = admit(incoming, read === "too-large" ? undefined : read);
      if (!("service" in admitted)) return send(response, admitted);
      if (!admitted.service.isAsync || admitted.address.sideDoor) return send(response, await callProcess(admitted));
      const queues = admitted.service.queues?.();
      if (!queues) return send(response, textReply(503, "no healthy upstream"));
      await queueAccess.answer(queueCall(admitted, queues, whenClosed(response)), response);
    },
    upgrade(incoming, socket, head) {
      const admitted = admit(incoming, Buffer.alloc(0));
      if (!("service" in admitted)) return sendOverSocket(socket, admitted);
      if (!admitted.service.isAsync || admitted.address.sideDoor)
        return sendOverSocket(socket, textReply(501, "Not Implemented: WebSocket is for watching queues."));
      const queues = admitted.service.queues?.();
      if (!queues) return sendOverSocket(socket, textReply(503, "no healthy upstream"));
      queueAccess.upgrade(queueCall(admitted, queues, new AbortController().signal), incoming, socket, head);
    },
  };
}

function whenClosed(response: ServerResponse): AbortSignal {
  const closed = new AbortController();
  response.once("close", () => closed.abort(new Error("the caller has gone")));
  return closed.signal;
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
    () => textReply(408, "Request Timeout", { connection: "close" }),
    () => textReply(408, ""),
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
  return textReply(
    503,
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
  );
}

/** More than the gateway takes is read and dropped. */
async function readWhole(incoming: IncomingMessage): Promise<Uint8Array | "too-large" | "cut-short"> {
  try {
    return (await readBody(incoming, MAX_BODY_BYTES)) ?? "too-large";
  } catch {
    return "cut-short";
  }
}

function flatHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : value]],
    ),
  );
}
