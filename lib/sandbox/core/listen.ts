import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Listening {
  port: number;
  /** Stops accepting, drops what is open, and resolves once the port is free. */
  close(): Promise<void>;
}

/** IPv6 is absent on this machine: not a failure, IPv4 alone is served. */
const NO_IPV6 = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/** An IPv4 port that the system chose may be taken on IPv6; then another is tried. */
const ATTEMPTS = 20;

/**
 * Serves on loopback only, IPv4 and IPv6 on one port: `localhost` resolves to either of them, and a client must never
 * reach a stranger's server on the other. Port 0 takes any free one.
 */
export async function listen(handler: HttpHandler, port: number): Promise<Listening> {
  const listener = guard(handler);
  for (let attempt = 1; ; attempt++) {
    const v4 = createLoopbackServer(listener);
    await bind(v4, "127.0.0.1", port);
    const bound = (v4.address() as AddressInfo).port;
    const v6 = createLoopbackServer(listener);
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

function createLoopbackServer(listener: RequestListener): Server {
  return createServer(
    {
      // ali-oss's putStream sends both Content-Length and chunked, which the strict parser refuses (oss-rest.md §0.10).
      insecureHTTPParser: true,
      keepAliveTimeout: 60_000,
      // Slow uploads of many GiB are legitimate.
      requestTimeout: 0,
      maxHeaderSize: 64 * 1024,
      noDelay: true,
    },
    listener,
  );
}

/** A handler that fails must not leave its client waiting. */
function guard(handler: HttpHandler): RequestListener {
  return (request, response) => {
    const fail = (error: unknown) => {
      if (!response.headersSent && !response.destroyed) {
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

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, ipv6Only: host === "::1" }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function closeAll(servers: Server[]): Promise<void> {
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
