import { DTYPE_BYTES } from "./container";
import { isObject, parseJson } from "./content";

/**
 * The safetensors layout: 8 bytes of little-endian header length, a JSON header `{name: {dtype, shape, data_offsets}}`, then
 * the data without gaps. Offsets are relative to the end of the header.
 */
export interface Tensor {
  dtype: string;
  shape: number[];
}

export interface SafetensorsHeader {
  tensors: Map<string, Tensor>;
  metadata?: Record<string, string>;
}

/** The safetensors package refuses longer headers. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Longest header worth reading here: those of Stable Diffusion are 10 to 300 KB. */
export const MAX_HEADER_READ = 1024 * 1024;

export function headerLength(head: Uint8Array): number | undefined {
  if (head.length < 8) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, 8);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  return length >= 2 && length <= MAX_HEADER_BYTES ? length : undefined;
}

export type HeaderProblem =
  | { code: "header_invalid" }
  | { code: "truncated" | "trailing_bytes"; expectedBytes: number }
  | { code: "dtype_unsupported"; dtype: string };

/** `json`: the header's bytes. Every rule here is one that the safetensors package refuses a file for. */
export function parseHeader(
  json: Uint8Array,
  fileSize: number,
): { header?: SafetensorsHeader; problem?: HeaderProblem } {
  const invalid = { problem: { code: "header_invalid" } } as const;
  const parsed = parseJson(json);
  if (!isObject(parsed)) return invalid;
  const header: SafetensorsHeader = { tensors: new Map() };
  const ranges: [number, number][] = [];
  let odd: string | undefined;
  for (const [name, entry] of Object.entries(parsed)) {
    if (!isObject(entry)) return invalid;
    if (name === "__metadata__") {
      header.metadata = Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
      continue;
    }
    const tensor = tensorOf(entry);
    if (!tensor) return invalid;
    const size = DTYPE_BYTES[tensor.dtype];
    if (size === undefined) odd ??= tensor.dtype;
    else if (tensor.end - tensor.start !== size * tensor.shape.reduce((a, b) => a * b, 1)) return invalid;
    ranges.push([tensor.start, tensor.end]);
    header.tensors.set(name, { dtype: tensor.dtype, shape: tensor.shape });
  }
  const end = endOfData(ranges);
  if (end === undefined) return invalid;
  const expectedBytes = 8 + json.length + end;
  if (fileSize < expectedBytes) return { header, problem: { code: "truncated", expectedBytes } };
  if (fileSize > expectedBytes) return { header, problem: { code: "trailing_bytes", expectedBytes } };
  return odd === undefined ? { header } : { header, problem: { code: "dtype_unsupported", dtype: odd } };
}

function tensorOf(entry: Record<string, unknown>): (Tensor & { start: number; end: number }) | undefined {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets)) return undefined;
  const [start, end, ...more] = offsets;
  if (start === undefined || end === undefined || more.length > 0 || end < start) return undefined;
  return { dtype, shape, start, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** `undefined` when tensors overlap or leave gaps. */
function endOfData(ranges: [number, number][]): number | undefined {
  let at = 0;
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (start !== at) return undefined;
    at = end;
  }
  return at;
}

/** Builds a file: the header padded to 8 bytes as the package does, and the data. */
export function writeSafetensors(
  tensors: readonly { name: string; dtype: "F16" | "F32"; shape: readonly number[] }[],
  fill: (byteIndex: number) => number,
): Uint8Array {
  let at = 0;
  const entries: Record<string, unknown> = { __metadata__: { format: "pt" } };
  for (const { name, dtype, shape } of tensors) {
    const length = (DTYPE_BYTES[dtype] ?? 0) * shape.reduce((a, b) => a * b, 1);
    entries[name] = { dtype, shape, data_offsets: [at, at + length] };
    at += length;
  }
  let json = JSON.stringify(entries);
  json += " ".repeat((8 - (json.length % 8)) % 8);
  const bytes = new Uint8Array(8 + json.length + at);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(new TextEncoder().encode(json), 8);
  for (let index = 0; index < at; index++) bytes[8 + json.length + index] = fill(index);
  return bytes;
}
