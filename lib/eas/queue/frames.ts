import { AppError } from "@/lib/errors";
import type { QueueItem } from "./types";

/*
 * How items travel (reference: eas-gateway-and-queue.md §6.2, §6.7): a JSON list whose indexes are bare 64-bit numbers, or
 * protobuf's wire format, of which a watcher needs one message:
 *
 *   DataFrameProto  1 index uint64 · 2 tags map<string,string> · 3 data bytes · 4 message string
 */

interface JsonFrame {
  index?: unknown;
  tags?: unknown;
  data?: unknown;
}

/** `JSON.parse` would round an index, so the digits are quoted first. Inside a string the quotes would be escaped. */
export function parseFrameList(text: string): QueueItem[] {
  const quoted = text.replace(/(?<!\\)("index"\s*:\s*)(\d+)/g, '$1"$2"');
  let list: unknown;
  try {
    list = JSON.parse(quoted);
  } catch (cause) {
    throw unreadable(cause);
  }
  if (!Array.isArray(list)) throw unreadable();
  return list.map((frame: JsonFrame | null) => {
    const { index, tags, data } = frame ?? {};
    if (typeof index !== "string" || !/^\d+$/.test(index)) throw unreadable();
    return {
      index,
      tags: toTags(tags),
      data: typeof data === "string" ? Buffer.from(data, "base64") : new Uint8Array(),
    };
  });
}

function toTags(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, tag]) => [key, String(tag)]));
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

interface Field {
  number: number;
  varint: bigint;
  bytes: Uint8Array;
}

export function decodeFrame(message: Uint8Array): QueueItem {
  let index = 0n;
  let data: Uint8Array = new Uint8Array();
  const tags: Record<string, string> = {};
  for (const field of fieldsOf(message)) {
    if (field.number === 1) index = field.varint;
    else if (field.number === 3) data = field.bytes;
    else if (field.number === 2) {
      const [key, value] = entryOf(field.bytes);
      tags[key] = value;
    }
  }
  return { index: index.toString(), tags, data };
}

function entryOf(bytes: Uint8Array): [key: string, value: string] {
  const entry = ["", ""] as [string, string];
  for (const { number, bytes: text } of fieldsOf(bytes)) {
    if (number === 1 || number === 2) entry[number - 1] = Buffer.from(text).toString("utf8");
  }
  return entry;
}

/** Unknown fields are handed out too; their reader skips them. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) throw unreadable();
    at += length;
    return message.subarray(at - length, at);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw unreadable();
  };
  while (at < message.length) {
    const tag = Number(varint());
    const field: Field = { number: tag >>> 3, varint: 0n, bytes: new Uint8Array() };
    const wireType = tag & 7;
    if (wireType === VARINT) field.varint = varint();
    else if (wireType === LENGTH_DELIMITED) field.bytes = take(Number(varint()));
    else if (wireType === FIXED64) field.bytes = take(8);
    else if (wireType === FIXED32) field.bytes = take(4);
    else throw unreadable();
    yield field;
  }
}

function unreadable(cause?: unknown): AppError {
  return new AppError("upstream", { retryable: true, cause, params: { reason: "queue_answer" } });
}
