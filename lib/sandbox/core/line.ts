import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../../clock";
import type { FaultParameters } from "./fault-kinds";
import type { FaultOccasion, Faults } from "./faults";
import type { HttpHandler, UpgradeHandler } from "./listen";
import { type Shape, shapeInput, shapeOutput } from "./shape";

/*
 * Faults of the line between client and server: it is slow to answer, narrow, breaks, or brings other bytes than were sent.
 * One wrapper for every port; while no fault is set a request passes it with one comparison.
 */

export interface Line {
  http(handler: HttpHandler): HttpHandler;
  upgrade(handler: UpgradeHandler): UpgradeHandler;
}

/** What a request is about, as the server behind the line understands it. */
export type Describe = (incoming: IncomingMessage) => FaultOccasion;

/** Bytes that are wrong after a flip. */
const FLIPPED_BYTES = 16;
const LARGEST_PIECE_BYTES = 64 * 1024;

export function createLine(faults: Faults, clock: Clock, describe: Describe): Line {
  const pace = createPace(clock);

  const delayMs = (occasion: FaultOccasion) =>
    faults
      .takeAll("latency", occasion)
      .reduce((sum, { parameters, random }) => sum + parameters.delayMs + random() * parameters.jitterMs, 0);

  /** What narrows this direction. */
  function narrow(occasion: FaultOccasion, direction: "request" | "answer"): Shape | undefined {
    const found = faults.takeAll(
      "bandwidth",
      occasion,
      (parameters) => parameters.direction === "both" || parameters.direction === direction,
    );
    if (found.length === 0) return undefined;
    const slowest = Math.min(...found.map(({ parameters }) => parameters.bytesPerSecond));
    return {
      // A tenth of a second at a time looks like a slow line rather than like a stuttering one.
      pieceBytes: Math.max(1, Math.min(LARGEST_PIECE_BYTES, Math.floor(slowest / 10))),
      async admit(size) {
        for (const { id, parameters } of found) await pace(`${id} ${direction}`, size, parameters.bytesPerSecond);
      },
    };
  }

  function shapeRequest(incoming: IncomingMessage, occasion: FaultOccasion): void {
    const length = bodyLength(incoming);
    if (length === 0) return;
    const reset = faults.takeIf(
      "reset",
      occasion,
      ({ direction, afterBytes }) => direction === "request" && afterBytes < length,
    );
    const shape = narrow(occasion, "request") ?? (reset && { pieceBytes: LARGEST_PIECE_BYTES });
    if (!shape) return;
    if (reset) shape.left = { bytes: reset.afterBytes };
    const isWaiting = shapeInput(
      incoming,
      () => shape,
      () => resetConnection(incoming.socket),
    );
    // Whole when it was handed on, not when it has arrived here.
    let hasArrived = incoming.complete;
    Object.defineProperty(incoming, "complete", {
      get: () => hasArrived && !isWaiting(),
      set: (value: boolean) => {
        hasArrived = value;
      },
    });
  }

  /** Decided when the status and the length are known. */
  function shapeAnswer(incoming: IncomingMessage, response: ServerResponse, occasion: FaultOccasion): void {
    let shape: Shape | undefined;
    let close = () => resetConnection(incoming.socket);
    onHead(response, (status, head) => {
      const length = head.length ?? Number.POSITIVE_INFINITY;
      const hasBody = incoming.method !== "HEAD" && status !== 204 && status !== 304 && length > 0;
      const reset = faults.takeIf(
        "reset",
        occasion,
        ({ direction, afterBytes }) => direction === "answer" && (afterBytes === 0 || (hasBody && afterBytes < length)),
      );
      // The work was done and nobody learns of it.
      if (reset?.afterBytes === 0) return resetConnection(incoming.socket);
      if (!hasBody) return;
      shape = narrow(occasion, "answer");
      if (reset) shape = { pieceBytes: LARGEST_PIECE_BYTES, ...shape, left: { bytes: reset.afterBytes } };
      const isGood = status >= 200 && status < 300 && !reset;
      const corrupt = isGood ? faults.takeIf("corrupted-answer", occasion, ({ at }) => at < length) : undefined;
      if (!corrupt) return;
      shape = { pieceBytes: LARGEST_PIECE_BYTES, ...shape, ...corruption(corrupt) };
      if (corrupt.how === "truncate") head.setLength(corrupt.at);
      close = () => {
        response.flushHeaders();
        incoming.socket.destroySoon();
      };
    });
    shapeOutput(
      response,
      () => shape,
      () => close(),
    );
  }

  /** Also for a connection that was open before the fault came. */
  function shapeSocket(socket: Duplex, occasion: FaultOccasion): void {
    const passed = { request: 0, answer: 0 };
    const choose = (direction: "request" | "answer") => (chunk: Buffer) => {
      const before = passed[direction];
      passed[direction] += chunk.length;
      if (!faults.any) return undefined;
      const reset = faults.takeIf(
        "reset",
        occasion,
        (parameters) => parameters.direction === direction && parameters.afterBytes < passed[direction],
      );
      const ms = direction === "answer" ? delayMs(occasion) : 0;
      const narrowed = narrow(occasion, direction);
      if (!reset && ms === 0) return narrowed;
      const shape: Shape = { pieceBytes: narrowed?.pieceBytes ?? LARGEST_PIECE_BYTES };
      let isFirst = true;
      shape.admit = async (size) => {
        if (isFirst && ms > 0) await clock.sleep(ms);
        isFirst = false;
        await narrowed?.admit?.(size);
      };
      if (reset) shape.left = { bytes: Math.max(0, reset.afterBytes - before) };
      return shape;
    };
    shapeInput(socket, choose("request"), () => resetConnection(socket));
    shapeOutput(socket, choose("answer"), () => resetConnection(socket));
  }

  return {
    http: (handler) => (incoming, response) => {
      if (!faults.any) return handler(incoming, response);
      const occasion = describe(incoming);
      const run = () => {
        if (incoming.socket.destroyed) return;
        const page = faults.take("gateway-page", occasion);
        if (page) return sendPage(incoming, response, page);
        shapeRequest(incoming, occasion);
        shapeAnswer(incoming, response, occasion);
        return handler(incoming, response);
      };
      const ms = delayMs(occasion);
      return ms > 0 ? clock.sleep(ms).then(run) : run();
    },
    upgrade: (handler) => (incoming, socket, head) => {
      const occasion = describe(incoming);
      const run = () => {
        if (socket.destroyed) return;
        shapeSocket(socket, occasion);
        return handler(incoming, socket, head);
      };
      const ms = faults.any ? delayMs(occasion) : 0;
      return ms > 0 ? clock.sleep(ms).then(run) : run();
    },
  };
}

/** A line is shared: each piece waits for those before it, of whatever connection. */
function createPace(clock: Clock) {
  const freeAt = new Map<string, number>();
  return async (line: string, size: number, bytesPerSecond: number): Promise<void> => {
    const now = clock.now();
    const due = Math.max(now, freeAt.get(line) ?? 0) + (size / bytesPerSecond) * 1000;
    freeAt.set(line, due);
    await clock.sleep(due - now);
  };
}

function bodyLength(incoming: IncomingMessage): number {
  if (incoming.headers["transfer-encoding"] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(incoming.headers["content-length"] ?? 0);
}

function resetConnection(socket: Duplex): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
  else socket.destroy();
}

interface Head {
  /** Undefined when the answer goes out in chunks. */
  length: number | undefined;
  setLength(bytes: number): void;
}

type HeaderValue = number | string | string[];

/** Calls back right before the head of the answer is written. */
function onHead(response: ServerResponse, decide: (status: number, head: Head) => void): void {
  const writeHead = response.writeHead.bind(response);
  const own = (status: number, ...rest: unknown[]): ServerResponse => {
    const given: Record<string, HeaderValue> = {};
    for (const one of rest) if (typeof one === "object") Object.assign(given, one);
    for (const [name, value] of Object.entries(response.getHeaders())) if (value !== undefined) given[name] ??= value;
    const name = Object.keys(given).find((key) => key.toLowerCase() === "content-length");
    decide(status, {
      length: name === undefined ? undefined : Number(given[name]),
      setLength: (bytes) => {
        if (name !== undefined) given[name] = String(bytes);
      },
    });
    return response.destroyed ? response : writeHead(status, given);
  };
  Object.assign(response, { writeHead: own });
}

function corruption({ how, at }: FaultParameters<"corrupted-answer">): Partial<Shape> {
  if (how === "cut") return { left: { bytes: at } };
  let passed = 0;
  const change = (chunk: Buffer) => {
    const from = Math.max(0, at - passed);
    const to = Math.max(0, at + FLIPPED_BYTES - passed);
    passed += chunk.length;
    return how === "truncate" ? chunk.subarray(0, from) : flip(chunk, from, to);
  };
  return { change };
}

function flip(chunk: Buffer, from: number, to: number): Buffer {
  return Buffer.from(chunk.map((byte, index) => (index >= from && index < to ? byte ^ 0xff : byte)));
}

const PAGE_TITLES = { 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out" } as const;

/** What a balancer in front answers in its own form, which no client of the API can read. */
function sendPage(incoming: IncomingMessage, response: ServerResponse, page: FaultParameters<"gateway-page">): void {
  const title = `${page.status} ${PAGE_TITLES[page.status]}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>tengine</center>\r\n</body>\r\n</html>\r\n`;
  incoming.resume();
  response.writeHead(page.status, { "content-type": "text/html", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
