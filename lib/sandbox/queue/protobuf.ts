import type { QueueItem } from "./item";

/*
 * The three messages of the queue service in protobuf's wire format (reference: eas-gateway-and-queue.md §6.7). Clients only
 * ever read them, so there is no decoder. Fields that have their default are left out, as proto3 does.
 *
 *   DataFrameProto      1 index uint64 · 2 tags map<string,string> · 3 data bytes · 4 message string
 *   DataFrameListProto  1 index repeated DataFrameProto
 *   AttributesProto     1 attributes map<string,string>
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function tag(field: number, wireType: number): Buffer {
  return varint(BigInt((field << 3) | wireType));
}

function delimited(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([tag(field, LENGTH_DELIMITED), varint(BigInt(bytes.length)), bytes]);
}

function text(field: number, value: string): Buffer[] {
  return value === "" ? [] : [delimited(field, Buffer.from(value))];
}

function map(field: number, entries: Readonly<Record<string, string>>): Buffer[] {
  return Object.entries(entries).map(([key, value]) =>
    delimited(field, Buffer.concat([...text(1, key), ...text(2, value)])),
  );
}

export type Frame = Pick<QueueItem, "index" | "tags" | "data">;

export function encodeFrame({ index, tags, data }: Frame): Buffer {
  return Buffer.concat([
    ...(index === 0n ? [] : [tag(1, VARINT), varint(index)]),
    ...map(2, tags),
    ...(data.length === 0 ? [] : [delimited(3, data)]),
  ]);
}

export function encodeFrameList(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map((frame) => delimited(1, encodeFrame(frame))));
}

export function encodeAttributes(attributes: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(map(1, attributes));
}

/** One frame of the stream over plain HTTP: its length in four bytes, big-endian, then the message. */
export function lengthPrefixed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(message.length);
  return Buffer.concat([head, message]);
}
