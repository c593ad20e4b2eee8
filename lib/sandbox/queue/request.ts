import { parseGoDuration } from "./duration";
import { QueueRefusal } from "./item";
import type { Selection } from "./selection";

/*
 * What a request asks of a queue (reference: eas-gateway-and-queue.md §6): method and reserved names, which begin and end
 * with `_`, decide the operation; every other pair is a tag.
 */

export type Tags = Record<string, string>;

export type QueueOperation =
  | { name: "put"; tags: Tags; priority: number | undefined }
  | { name: "end"; force: boolean }
  | { name: "get"; selection: Selection; timeoutMs: number; raw: boolean; autoDelete: boolean }
  | { name: "attributes" }
  | { name: "search"; index: bigint }
  | { name: "count"; priority: number | undefined }
  | {
      name: "watch";
      /** Undefined: from what is newest. */
      from: bigint | undefined;
      window: number;
      indexOnly: boolean;
      autoCommit: boolean;
      tags: Tags;
    }
  | { name: "delete"; indexes: bigint[] }
  | { name: "truncate"; index: bigint }
  | { name: "commit"; indexes: bigint[] }
  | { name: "negative"; indexes: bigint[] };

interface QueueRoute {
  method: string;
  /** The name that, when true, asks for this operation; the row without comes last. */
  flag?: string;
  operation: QueueOperation["name"];
  /** Reserved names that it understands beside the flag. */
  reads: readonly string[];
}

/** The first row whose method and flag fit. */
export const QUEUE_ROUTES: readonly QueueRoute[] = [
  { method: "POST", flag: "_eos_", operation: "end", reads: ["_force_"] },
  { method: "POST", operation: "put", reads: ["_priority_"] },
  { method: "GET", flag: "_attrs_", operation: "attributes", reads: [] },
  { method: "GET", flag: "_search_", operation: "search", reads: ["_index_"] },
  { method: "GET", flag: "_count_", operation: "count", reads: ["_priority_"] },
  {
    method: "GET",
    flag: "_watch_",
    operation: "watch",
    reads: ["_index_", "_window_", "_index_only_", "_auto_commit_"],
  },
  { method: "GET", operation: "get", reads: ["_index_", "_length_", "_timeout_", "_raw_", "_auto_delete_"] },
  { method: "DELETE", flag: "_trunc_", operation: "truncate", reads: ["_index_"] },
  { method: "DELETE", operation: "delete", reads: ["_indexes_"] },
  { method: "PUT", flag: "_negative_", operation: "negative", reads: ["_indexes_"] },
  { method: "PUT", operation: "commit", reads: ["_indexes_"] },
];

const DEFAULT_TIMEOUT_MS = 5000;
const MAX_UINT64 = (1n << 64n) - 1n;

/** Throws QueueRefusal when it cannot be understood. */
export function parseQueueRequest(method: string, query: URLSearchParams): QueueOperation {
  const rows = QUEUE_ROUTES.filter((route) => route.method === method);
  if (rows.length === 0) throw new QueueRefusal(405, `method ${method} is not allowed`);
  const route = rows.find(({ flag }) => flag === undefined || flagAt(query, flag, false));
  if (!route) throw new QueueRefusal(400, "the request asks for nothing that this queue does");
  const known = new Set([...route.reads, ...rows.flatMap(({ flag }) => flag ?? [])]);
  for (const name of query.keys())
    if (name.startsWith("_") && !known.has(name))
      throw new QueueRefusal(400, `tag key "${name}" contains prefix _ which is reserved`);
  return read(route.operation, query);
}

function read(operation: QueueOperation["name"], query: URLSearchParams): QueueOperation {
  switch (operation) {
    case "put":
      return { name: "put", tags: tagsOf(query), priority: priorityAt(query.get("_priority_")) };
    case "end":
      return { name: "end", force: flagAt(query, "_force_", false) };
    case "attributes":
      return { name: "attributes" };
    case "count":
      return { name: "count", priority: priorityAt(query.get("_priority_")) };
    case "search":
      return { name: "search", index: indexAt(query, "_index_") };
    case "truncate":
      return { name: "truncate", index: indexAt(query, "_index_") };
    case "watch": {
      const start = startAt(query);
      return {
        name: "watch",
        from: start === "newest" ? undefined : start === "head" ? 0n : start,
        window: wholeAt(query, "_window_", 1, 0),
        indexOnly: flagAt(query, "_index_only_", false),
        autoCommit: flagAt(query, "_auto_commit_", false),
        tags: tagsOf(query),
      };
    }
    case "get":
      return {
        name: "get",
        selection: { start: startAt(query), length: wholeAt(query, "_length_", 1, 1), tags: tagsOf(query) },
        timeoutMs: durationAt(query, "_timeout_", DEFAULT_TIMEOUT_MS),
        raw: flagAt(query, "_raw_", true),
        autoDelete: flagAt(query, "_auto_delete_", true),
      };
    case "delete":
    case "commit":
    case "negative":
      return { name: operation, indexes: indexesAt(query) };
    default:
      return operation satisfies never;
  }
}

/** As Go reads them. */
const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

function flagAt(query: URLSearchParams, name: string, fallback: boolean): boolean {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw invalid(name, text);
}

function startAt(query: URLSearchParams): Selection["start"] {
  const text = query.get("_index_") ?? "0";
  if (text === "-1") return "newest";
  const index = parseIndex(text);
  if (index === undefined) throw invalid("_index_", text);
  return index === 0n ? "head" : index;
}

function indexAt(query: URLSearchParams, name: string): bigint {
  const text = query.get(name) ?? "";
  const index = parseIndex(text);
  if (index === undefined) throw invalid(name, text);
  return index;
}

function indexesAt(query: URLSearchParams): bigint[] {
  const text = query.get("_indexes_") ?? "";
  return text.split(",").map((one) => {
    const index = parseIndex(one.trim());
    if (index === undefined) throw invalid("_indexes_", text);
    return index;
  });
}

function parseIndex(text: string): bigint | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const index = BigInt(text);
  return index > MAX_UINT64 ? undefined : index;
}

function wholeAt(query: URLSearchParams, name: string, fallback: number, least: number): number {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value < least) throw invalid(name, text);
  return value;
}

function durationAt(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const ms = parseGoDuration(text);
  if (ms === undefined) throw invalid(name, text);
  return ms;
}

/** From the query or from the header that the attributes name. */
export function priorityAt(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid("priority", text);
  return Number(text);
}

function tagsOf(query: URLSearchParams): Tags {
  const tags: Tags = {};
  for (const [key, value] of query) if (!key.startsWith("_") && !Object.hasOwn(tags, key)) tags[key] = value;
  return tags;
}

function invalid(name: string, text: string): QueueRefusal {
  return new QueueRefusal(400, `invalid ${name}: ${JSON.stringify(text)}`);
}

/** Words in capitals, or digits (reference: eas-gateway-and-queue.md §6.3). */
const CODE_PATTERN = /^([A-Z][a-z]*)+(.[A-Z][a-z]*)?$|^[0-9]+$/;
const MAX_CODE_LENGTH = 20;

/** The form of a negative commit; throws QueueRefusal. */
export function parseNegative(body: Uint8Array): { code: string; reason: string } {
  const form = new URLSearchParams(Buffer.from(body).toString());
  const code = form.get("_code_") ?? "";
  // Checked first: the pattern alone takes long over a long text.
  if (code.length > MAX_CODE_LENGTH) throw new QueueRefusal(400, "code can not have more than 20 characters");
  if (!CODE_PATTERN.test(code))
    throw new QueueRefusal(400, `code must match regular expression: ${CODE_PATTERN.source}`);
  return { code, reason: form.get("_reason_") ?? "" };
}

/** The query without what is meant for the queue, as it stands in the address: what the container gets. */
export function withoutReserved(rawQuery: string): string {
  const kept = rawQuery.split("&").filter((pair) => pair !== "" && !pair.startsWith("_"));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}
