import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { callService, type GatewayAnswer } from "@/lib/eas/gateway";
import { AppError } from "@/lib/errors";
import { toQueueError } from "./errors";
import { parseFrameList } from "./frames";
import type { GetOptions, Queue, QueueAttributes, QueuePlace } from "./types";
import { watchQueue } from "./watch";

/**
 * A queue of an asynchronous service (reference: eas-gateway-and-queue.md §4–7). The input queue is the service's own
 * address, the output queue `<address>/sink`.
 */

export interface QueueAddress {
  /** Of the queue itself. */
  endpoint: string;
  token: string;
  /** The consumer group: who shares items with whom. Sees what the service works on when it is the service's name. */
  group?: string;
  signal?: AbortSignal;
  clock?: Clock;
}

const TIMEOUT_MS = 20_000;
const DEFAULT_GROUP = "eas";
const REQUEST_ID = "x-eas-queueservice-request-id";

/** Where answers come out, below the address where requests go in. */
export function sinkOf(endpoint: string): string {
  return `${endpoint.replace(/\/$/, "")}/sink`;
}

/** The headers by which a consumer says who it is. */
function identity(user: string, group: string): Record<string, string> {
  return { "x-eas-queueservice-redis-uid": user, "x-eas-queueservice-redis-gid": group };
}

export function createQueue(connection: Connection, address: QueueAddress): Queue {
  const { endpoint, token, group = DEFAULT_GROUP, clock = systemClock } = address;
  const headers = identity(randomUUID(), group);

  async function call(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    query: Record<string, string>,
    more: { body?: string; contentType?: string; waitMs?: number; signal?: AbortSignal } = {},
  ): Promise<GatewayAnswer> {
    const { waitMs = 0, signal = address.signal, ...rest } = more;
    const answer = await callService(connection, {
      endpoint,
      token,
      method,
      path: `${path}?${new URLSearchParams(query)}`,
      headers,
      // The queue itself waits so long before it says that there is nothing.
      timeoutMs: TIMEOUT_MS + waitMs,
      signal,
      ...rest,
    });
    if (answer.status < 200 || answer.status > 299) throw toQueueError(answer);
    return answer;
  }

  const change = async (
    method: "PUT" | "DELETE",
    indexes: readonly string[],
    query: Record<string, string> = {},
    form?: Record<string, string>,
  ) => {
    if (indexes.length === 0) return;
    const body = form && new URLSearchParams(form).toString();
    const more = body === undefined ? {} : { body, contentType: "application/x-www-form-urlencoded" };
    await call(method, "", { ...query, _indexes_: indexes.join(",") }, more);
  };

  return {
    async put(body, { tags = {}, path = "" } = {}) {
      const answer = await call("POST", path, checkTags(tags), { body, contentType: "application/json" });
      const index = answer.bodyText.trim();
      const requestId = answer.headers[REQUEST_ID] ?? "";
      // Something else than a queue answers at this address.
      if (!/^\d+$/.test(index)) throw new AppError("upstream", { params: { reason: "queue_answer" } });
      return { index, requestId };
    },
    async get({ index = "0", tags = {}, length = 1, waitMs = 0, autoDelete = false, signal }: GetOptions = {}) {
      const answer = await call(
        "GET",
        "",
        {
          _index_: index,
          _length_: String(length),
          _timeout_: `${waitMs}ms`,
          _raw_: "false",
          _auto_delete_: String(autoDelete),
          ...checkTags(tags),
        },
        { waitMs, signal },
      );
      return answer.bodyText.trim() === "" ? [] : parseFrameList(answer.bodyText);
    },
    delete: (indexes) => change("DELETE", indexes),
    commit: (indexes) => change("PUT", indexes),
    reject: (indexes, code, reason = "") =>
      change("PUT", indexes, { _negative_: "true" }, { _code_: code, _reason_: reason }),
    async truncate(index) {
      await call("DELETE", "", { _index_: index, _trunc_: "true" });
    },
    async attributes() {
      return toAttributes((await call("GET", "", { _attrs_: "true" })).bodyText);
    },
    async place(index) {
      try {
        return toPlace((await call("GET", "", { _search_: "true", _index_: index })).bodyText);
      } catch (error) {
        // Whether an index that never was is a 404 is unconfirmed; the words are not (§6.5).
        if (error instanceof AppError && isUnknown(error.vendor?.message ?? "")) return { state: "gone" };
        throw error;
      }
    },
    watch: (options) => watchQueue(connection, { endpoint, token, headers, clock }, options),
  };
}

/** Names that begin with `_` are the queue's own (§6). */
function checkTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const reserved = Object.keys(tags).find((key) => key === "" || key.startsWith("_"));
  if (reserved !== undefined) throw new AppError("invalid_input", { params: { field: "tags" } });
  return tags;
}

const AttributesSchema = z.record(z.string(), z.coerce.string());
const isUnknown = (text: string) => /no data in stream/i.test(text);

function toAttributes(text: string): QueueAttributes {
  // An empty or unreadable body stands for a queue that has nothing to say of itself (§6.4).
  const all = AttributesSchema.catch({}).parse(parse(text));
  const whole = (key: string) => (/^\d{1,15}$/.test(all[key] ?? "") ? Number(all[key]) : undefined);
  const index = (key: string) => (/^[1-9]\d*$/.test(all[key] ?? "") ? all[key] : undefined);
  return {
    length: whole("stream.length") ?? 0,
    capacity: whole("stream.approxMaxLength"),
    maxPayloadBytes: whole("meta.maxPayloadBytes"),
    firstIndex: index("stream.firstEntry"),
    lastIndex: index("stream.lastEntry"),
    consumers: whole("consumers.status.total") ?? whole("consumers.stats.total"),
  };
}

const PlaceSchema = z.object({ IsPending: z.boolean().optional(), WaitCount: z.coerce.number().int().optional() });

function toPlace(text: string): QueuePlace {
  if (isUnknown(text)) return { state: "gone" };
  const { IsPending: isPending, WaitCount: ahead } = PlaceSchema.catch({}).parse(parse(text));
  if (isPending) return { state: "working" };
  return ahead === undefined ? { state: "gone" } : { state: "waiting", ahead };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
