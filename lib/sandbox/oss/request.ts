import type { IncomingMessage } from "node:http";
import { type PlusSign, parseAddress } from "./address";
import { decodePercent } from "./percent";

export interface OssRequest {
  method: string;
  /** As sent, port included; names the host in error answers. */
  host: string;
  /** Undefined for requests to the service itself. */
  bucket?: string;
  /** Undefined for requests to a bucket or the service. */
  key?: string;
  /** Decoded names and values, in order of arrival. */
  query: QueryParameter[];
  parameter(name: string): string | undefined;
  /** Lower-case names; values trimmed, repeated ones joined by a comma, bytes kept as latin1. */
  headers: ReadonlyMap<string, string>;
  incoming: IncomingMessage;
}

export type QueryParameter = readonly [name: string, value: string];

export function parseRequest(incoming: IncomingMessage, region: string, plus: PlusSign = "itself"): OssRequest {
  const target = incoming.url ?? "/";
  const [rawPath, rawQuery] = splitTarget(target);
  const headers = parseHeaders(incoming.rawHeaders);
  const host = headers.get("host") ?? "";
  const query = parseQuery(rawQuery);
  const { bucket, key } = parseAddress(host, rawPath, region, plus);
  return {
    method: incoming.method ?? "GET",
    host,
    bucket,
    key,
    query,
    parameter: (name) => query.find(([candidate]) => candidate === name)?.[1],
    headers,
    incoming,
  };
}

function splitTarget(target: string): [path: string, query: string] {
  // Proxies may send the absolute form.
  const origin = /^https?:\/\/[^/?]*/i.exec(target);
  const rest = origin ? target.slice(origin[0].length) : target;
  const mark = rest.indexOf("?");
  const path = mark < 0 ? rest : rest.slice(0, mark);
  return [path || "/", mark < 0 ? "" : rest.slice(mark + 1)];
}

export function parseQuery(rawQuery: string): QueryParameter[] {
  if (rawQuery === "") return [];
  return rawQuery
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return [decodeComponent(pair), ""] as const;
      return [decodeComponent(pair.slice(0, equals)), decodeComponent(pair.slice(equals + 1))] as const;
    });
}

/** Form decoding: in a query, unlike in a path, a plus sign is a space. */
function decodeComponent(text: string): string {
  return decodePercent(text.replaceAll("+", " ")).toString("utf8");
}

export function parseHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    // Only what HTTP calls white space: 0xA0 may be the last byte of a letter, of `à` for one.
    const value = (rawHeaders[index + 1] ?? "").replace(/^[ \t]+|[ \t]+$/g, "");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
