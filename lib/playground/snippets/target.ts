import type { SnippetFunction } from "./parameters";

export interface SnippetTarget {
  /** The service's address, internet or VPC; of an asynchronous one the input queue. */
  url: string;
  /** The output queue of an asynchronous service. */
  sink?: string;
  /** The token, or what stands in its place while it is hidden. */
  token: string;
  func: SnippetFunction;
  /** Whether the service was started with `--use_translate`. */
  translate: boolean;
}

/** How a result is asked for and waited for: one item, by the id of its request, left in place until it is safe. */
export const SINK_QUERY = {
  _index_: "0",
  _length_: "1",
  _timeout_: "30s",
  _raw_: "false",
  _auto_delete_: "false",
} as const;

export const REQUEST_ID_HEADER = "X-Eas-Queueservice-Request-Id";

/** The call's own limit is the service's keepalive; a client that gives up sooner loses the picture. */
export const TIMEOUT_SECONDS = 600;
export const SINK_TIMEOUT_SECONDS = 60;

/** `{ asked: … }` as a query string without the request id. */
export function sinkQuery(): string {
  return new URLSearchParams(SINK_QUERY).toString();
}
