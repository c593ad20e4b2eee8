import { randomUUID } from "node:crypto";
import type { Clock } from "@/lib/clock";
import { attributesOf, HEADERS } from "./attributes";
import { type QueueItem, QueueRefusal } from "./item";
import { encodeAttributes, encodeFrameList } from "./protobuf";
import type { QueueName, ServiceQueues } from "./queues";
import { parseNegative, priorityAt, type QueueOperation, withoutReserved } from "./request";
import type { QueueStream } from "./stream";

/* The operations of a queue that are answered once (reference: eas-gateway-and-queue.md §6). */

export interface QueueCall {
  queues: ServiceQueues;
  queue: QueueName;
  /** The run of the queue sub-service that answers. */
  process: string;
  method: string;
  /** Below the queue's address, `/` for the bare one. */
  path: string;
  /** Without the question mark. */
  rawQuery: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  clock: Clock;
  /** Ends when the caller has gone. */
  signal: AbortSignal;
}

export interface QueueReply {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export const PROTOBUF = "application/vnd.google.protobuf";
const JSON_TYPE = "application/json";
const REQUEST_ID_HEADER = "X-Eas-Queueservice-Request-Id";
const DEFAULT_GROUP = "eas";

type Once = Exclude<QueueOperation, { name: "watch" }>;

export function streamOf({ queues, queue }: Pick<QueueCall, "queues" | "queue">): QueueStream {
  return queues[queue];
}

/** Throws QueueRefusal. */
export async function answerOnce(operation: Once, call: QueueCall): Promise<QueueReply> {
  const stream = streamOf(call);
  const { gid, uid } = identityOf(call.headers);
  switch (operation.name) {
    case "put":
      return put(operation, call);
    case "get":
      return get(operation, call);
    case "end":
      stream.end(call.process, operation.force);
      return ok();
    case "delete":
      stream.delete(operation.indexes);
      return ok();
    case "truncate":
      stream.truncate(operation.index);
      return ok();
    case "commit":
      stream.commit(gid, operation.indexes);
      return ok();
    case "negative": {
      const { code } = parseNegative(call.body);
      // A consumer that is leaving gives back what it has not begun.
      stream.negative(gid, operation.indexes, { failed: code !== "Shutdown" });
      return ok();
    }
    case "attributes": {
      const name = call.queue === "sink" ? `${call.queues.service}/sink` : call.queues.service;
      const attributes = attributesOf(name, stream, call.clock.now());
      return wantsProtobuf(call) ? bytes(PROTOBUF, encodeAttributes(attributes)) : json(attributes);
    }
    case "count":
      return text(String(stream.count(operation.priority)));
    case "search":
      return search(stream, operation.index, { gid, uid });
    default:
      return operation satisfies never;
  }
}

export function identityOf(headers: QueueCall["headers"]): { uid: string; gid: string } {
  return {
    uid: headers[HEADERS.user.toLowerCase()] || randomUUID(),
    gid: headers[HEADERS.group.toLowerCase()] || DEFAULT_GROUP,
  };
}

function put({ tags, priority }: Extract<Once, { name: "put" }>, call: QueueCall): QueueReply {
  const requestId = tags.requestId || randomUUID();
  const item = streamOf(call).put({
    data: call.body,
    tags: { ...tags, requestId },
    priority: priority ?? priorityAt(call.headers[HEADERS.priority.toLowerCase()]) ?? 0,
    call: {
      method: call.method,
      url: `${call.path}${withoutReserved(call.rawQuery)}`,
      headers: containerHeaders(call.headers),
    },
  });
  return { ...text(String(item.index)), headers: { "content-type": "text/plain", [REQUEST_ID_HEADER]: requestId } };
}

/** The token is the gateway's matter, who asks is the queue's, and a body that is stored has a length of its own. */
const NOT_FOR_CONTAINER = new Set([
  "authorization",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "transfer-encoding",
  "upgrade",
  "x-eas-queueservice-access-rear",
  ...Object.values(HEADERS).map((name) => name.toLowerCase()),
]);

function containerHeaders(headers: QueueCall["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_FOR_CONTAINER.has(name)));
}

async function get(operation: Extract<Once, { name: "get" }>, call: QueueCall): Promise<QueueReply> {
  const { raw, timeoutMs, autoDelete } = operation;
  // Bare data is one item's.
  const selection = raw ? { ...operation.selection, length: 1 } : operation.selection;
  const items = await streamOf(call).get(selection, { timeoutMs, autoDelete, signal: call.signal });
  const [first] = items;
  if (!first) return { status: 204, headers: {}, body: "" };
  if (raw) {
    const reply = bytes("application/octet-stream", first.data);
    return { ...reply, headers: { ...reply.headers, [REQUEST_ID_HEADER]: first.tags.requestId ?? "" } };
  }
  if (wantsProtobuf(call)) return bytes(PROTOBUF, encodeFrameList(items));
  return { status: 200, headers: { "content-type": JSON_TYPE }, body: `[${items.map(frameJson).join(",")}]` };
}

/** By hand: the index is a bare number that JavaScript cannot hold. */
function frameJson({ index, tags, data }: QueueItem): string {
  const rest = JSON.stringify({ tags, data: Buffer.from(data).toString("base64"), message: "" });
  return `{"index":${index},${rest.slice(1)}`;
}

function search(stream: QueueStream, index: bigint, who: { uid: string; gid: string }): QueueReply {
  const found = stream.search(who.gid, index);
  if (!found) {
    if (index === 0n || index > stream.last) throw new QueueRefusal(404, "no data in stream");
    return json({});
  }
  return json({
    ConsumerId: `${who.gid}.${found.consumer?.uid ?? who.uid}`,
    IsPending: found.consumer !== undefined,
    WaitCount: found.ahead,
  });
}

export function wantsProtobuf({ headers }: Pick<QueueCall, "headers">): boolean {
  return (headers.accept ?? "").split(",").some((type) => type.split(";")[0]?.trim().toLowerCase() === PROTOBUF);
}

function ok(): QueueReply {
  return text("OK");
}

function text(body: string): QueueReply {
  return { status: 200, headers: { "content-type": "text/plain" }, body };
}

function json(value: object): QueueReply {
  return { status: 200, headers: { "content-type": JSON_TYPE }, body: JSON.stringify(value) };
}

function bytes(type: string, body: Uint8Array): QueueReply {
  return { status: 200, headers: { "content-type": type }, body };
}
