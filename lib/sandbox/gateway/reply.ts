import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string | Uint8Array;
}

export function textReply(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "text/plain", ...headers }, body };
}

export function unauthorized(): Reply {
  return {
    status: 401,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: "Unauthorized", message: "Invalid token" }),
  };
}

/** Headers that belong to one connection, not to the answer. */
const CONNECTION_HEADERS = new Set(["connection", "transfer-encoding", "content-length", "keep-alive"]);

export function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (response.destroyed) return;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const kept = Object.entries(headers).filter(
    ([name, value]) => !CONNECTION_HEADERS.has(name.toLowerCase()) || value === "close",
  );
  // Nothing says how long an empty 204 is.
  const length = status === 204 ? {} : { "content-length": bytes.byteLength };
  response.writeHead(status, { ...Object.fromEntries(kept), ...length });
  response.end(bytes);
}

/** Answers a request for an upgrade that is not granted, and ends the connection. */
export function sendOverSocket(socket: Duplex, { status, headers = {}, body }: Reply): void {
  const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(body);
  const lines = Object.entries({ ...headers, "content-length": String(bytes.length), connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(
    Buffer.concat([
      Buffer.from([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", ""].join("\r\n")),
      bytes,
    ]),
  );
}
