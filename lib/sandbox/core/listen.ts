import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Line } from "./line";

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** The socket is its own from then on; `head` are bytes that came with the request. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void | Promise<void>;

/** What keeps a request from reaching its handler as a whole. */
export type BrokenRequest = "malformed" | "headers-too-large" | "timeout" | "cut-short";

/** How a protocol answers one. */
export interface Refusal {
  status: number;
  contentType: string;
  headers?: Readonly<Record<string, string>>;
  body: string;
}

export interface ListenOptions {
  /** Without one an upgrade is ignored, and the request answered like any other; so is one to HTTP/2 in any case. */
  upgrade?: UpgradeHandler;
  /** Faults on demand between client and server. */
  line?: Line;
  /** Plain text by default. */
  refuse?(problem: BrokenRequest): Refusal;
  /** A head that is not complete by then is given up. */
  headersTimeoutMs?: number;
}

export interface Listening {
  port: number;
  /** Stops accepting, drops what is open, and resolves once the port is free. */
  close(): Promise<void>;
}

/** IPv6 is absent on this machine: not a failure, IPv4 alone is served. */
const NO_IPV6 = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/** An IPv4 port that the system chose may be taken on IPv6; then another is tried. */
const ATTEMPTS = 20;

const HEADERS_TIMEOUT_MS = 20_000;

/**
 * Serves on loopback only, IPv4 and IPv6 on one port: `localhost` resolves to either of them, and a client must never
 * reach a stranger's server on the other. Port 0 takes any free one.
 */
export async function listen(handler: HttpHandler, port: number, options: ListenOptions = {}): Promise<Listening> {
  const sockets = new Set<Duplex>();
  const create = () => createLoopbackServer(handler, options, sockets);
  const closeAll = (servers: Server[]) => closeServers(servers, sockets);
  for (let attempt = 1; ; attempt++) {
    const v4 = create();
    await bind(v4, "127.0.0.1", port);
    const bound = (v4.address() as AddressInfo).port;
    const v6 = create();
    try {
      await bind(v6, "::1", bound);
      return { port: bound, close: () => closeAll([v4, v6]) };
    } catch (error) {
      const code = errorCode(error);
      if (NO_IPV6.has(code)) return { port: bound, close: () => closeAll([v4]) };
      await closeAll([v4]);
      if (port !== 0 || code !== "EADDRINUSE" || attempt === ATTEMPTS) throw error;
    }
  }
}

function createLoopbackServer(handler: HttpHandler, options: ListenOptions, sockets: Set<Duplex>): Server {
  const { line, upgrade, refuse = plainRefusal, headersTimeoutMs = HEADERS_TIMEOUT_MS } = options;
  const server = createServer(
    {
      // ali-oss's putStream sends both Content-Length and chunked, which the strict parser refuses (oss-rest.md §0.10).
      insecureHTTPParser: true,
      keepAliveTimeout: 60_000,
      // Slow uploads of many GiB are legitimate; a head that trickles is not.
      requestTimeout: 0,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: headersTimeoutMs / 4,
      maxHeaderSize: 64 * 1024,
      noDelay: true,
    },
    guard(line ? line.http(handler) : handler),
  );
  answerBrokenRequests(server, refuse);
  if (upgrade) {
    const run = guardUpgrade(line ? line.upgrade(upgrade) : upgrade);
    server.on("upgrade", (request, socket, head) => {
      if (request.headers.upgrade?.toLowerCase() === "h2c") return takeBack(server, request, socket, head);
      // The HTTP server forgets a socket that was upgraded.
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
      run(request, socket, head);
    });
  }
  return server;
}

/** Belong to an upgrade and go with it. */
const OF_UPGRADES = new Set(["connection", "upgrade", "http2-settings"]);

/**
 * Java's client asks for HTTP/2 with the first request of a connection (`Upgrade: h2c`), which a server may ignore (RFC 9110
 * §7.8). Node gives the socket away before anybody can say so: the request is read again without its wish.
 */
function takeBack(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { rawHeaders, method, url, httpVersion } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (!OF_UPGRADES.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

/** A handler that fails must not leave its client waiting. */
function guard(handler: HttpHandler): RequestListener {
  return (request, response) => {
    const fail = (error: unknown) => {
      // The client went away in the middle of its body, which is its right.
      const isCutShort = request.destroyed && !request.complete;
      if (!response.headersSent && !response.destroyed && !isCutShort) {
        console.error("sandbox: unhandled failure", error);
        response.writeHead(500, { "content-type": "text/plain", connection: "close" }).end("Internal Server Error");
      } else {
        response.destroy();
      }
    };
    try {
      void Promise.resolve(handler(request, response)).catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

function guardUpgrade(handler: UpgradeHandler): (...args: Parameters<UpgradeHandler>) => void {
  return (request, socket, head) => {
    const fail = (error: unknown) => {
      console.error("sandbox: unhandled failure", error);
      socket.destroy();
    };
    try {
      void Promise.resolve(handler(request, socket, head)).catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

const PROBLEMS: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: "headers-too-large",
  ERR_HTTP_REQUEST_TIMEOUT: "timeout",
  // The client closed its side before the length it had announced.
  HPE_INVALID_EOF_STATE: "cut-short",
};

/** What never becomes a request, or stops being one, is answered if it can be, and its connection closed. */
function answerBrokenRequests(server: Server, refuse: (problem: BrokenRequest) => Refusal): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (request, response) => answers.set(request.socket, response));
  server.on("clientError", (error, socket) => {
    const isAnswered = answers.get(socket)?.headersSent && !answers.get(socket)?.writableFinished;
    if (!socket.writable || isAnswered) return void socket.destroy();
    const { status, contentType, headers = {}, body } = refuse(PROBLEMS[errorCode(error)] ?? "malformed");
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
      `Content-Type: ${contentType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
  });
}

const PLAIN_STATUS = { malformed: 400, "cut-short": 400, "headers-too-large": 431, timeout: 408 } as const;

function plainRefusal(problem: BrokenRequest): Refusal {
  const status = PLAIN_STATUS[problem];
  return { status, contentType: "text/plain", body: STATUS_CODES[status] ?? "" };
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host === "::1" }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function closeServers(servers: Server[], sockets: Iterable<Duplex>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
