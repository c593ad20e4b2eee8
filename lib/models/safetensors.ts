import { DTYPE_BYTES } from "./container";
import { isObject, parseJson, shownJson } from "./content";

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

/** `proof`: the tensor and numbers that were read. */
export type HeaderProblem =
  | { code: "header_invalid"; proof: string }
  | { code: "truncated" | "trailing_bytes"; expectedBytes: number; proof?: string }
  | { code: "dtype_unsupported"; dtype: string; proof: string };

interface Entry extends Tensor {
  name: string;
  start: number;
  end: number;
}

/** `json`: the header's bytes. Every rule here is one that the safetensors package refuses a file for. */
export function parseHeader(
  json: Uint8Array,
  fileSize: number,
): { header?: SafetensorsHeader; problem?: HeaderProblem } {
  const invalid = (proof: string) => ({ problem: { code: "header_invalid", proof } }) as const;
  const parsed = parseJson(json);
  if ("problem" in parsed) {
    const { reason, line, column } = parsed.problem;
    return invalid(`header[8…${8 + json.length}]: JSON ${reason}${line === undefined ? "" : ` ${line}:${column}`}`);
  }
  if (!isObject(parsed.value)) return invalid(`header[8…${8 + json.length}]: not {…}`);
  const odd = oddNumber(json);
  if (odd !== undefined) return invalid(`header[8…${8 + json.length}]: ${odd}`);
  const header: SafetensorsHeader = { tensors: new Map() };
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(parsed.value)) {
    if (name === "__metadata__") {
      header.metadata = metadataOf(value);
      if (!header.metadata) return invalid('"__metadata__": not {string: string}');
      continue;
    }
    const entry = isObject(value) ? entryOf(name, value) : undefined;
    if (!entry) return invalid(`"${name}": ${shownJson(value)}`);
    entries.push(entry);
    header.tensors.set(name, { dtype: entry.dtype, shape: entry.shape });
  }
  const wrong = misplaced(entries);
  if (wrong !== undefined) return invalid(wrong);
  const unknown = entries.find(({ dtype }) => DTYPE_BYTES[dtype] === undefined);
  const last = entries.at(-1);
  const expectedBytes = 8 + json.length + (last?.end ?? 0);
  if (fileSize < expectedBytes) {
    const cut = entries.find(({ end }) => 8 + json.length + end > fileSize);
    const proof = cut && `"${cut.name}" data_offsets [${cut.start}, ${cut.end}]`;
    return { header, problem: { code: "truncated", expectedBytes, ...(proof ? { proof } : {}) } };
  }
  if (unknown) return { header, problem: { code: "dtype_unsupported", dtype: unknown.dtype, proof: shown(unknown) } };
  if (fileSize > expectedBytes) return { header, problem: { code: "trailing_bytes", expectedBytes } };
  return { header };
}

const decoder = new TextDecoder();

/** The package takes whole numbers as digits only; JavaScript reads `2.0`, `2e0` and `-0` as such too. */
function oddNumber(json: Uint8Array): string | undefined {
  const outside = decoder.decode(json).replace(/"(?:[^"\\]|\\.)*"/g, "");
  const at = outside.search(/[-.]|\d[eE]/);
  return at < 0 ? undefined : outside.slice(Math.max(0, at - 8), at + 8);
}

const shown = ({ name, dtype, shape, start, end }: Entry) =>
  `"${name}" ${dtype} [${shape.join(", ")}] data_offsets [${start}, ${end}]`;

function metadataOf(value: unknown): Record<string, string> | undefined {
  if (!isObject(value) || Object.values(value).some((item) => typeof item !== "string")) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}

function entryOf(name: string, value: Record<string, unknown>): Entry | undefined {
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets)) return undefined;
  const [start, end, ...more] = offsets;
  if (start === undefined || end === undefined || more.length > 0 || end < start) return undefined;
  return { name, dtype, shape, start, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** The first tensor that overlaps, leaves a gap or is not as long as its shape says. Sorts `entries` by place. */
function misplaced(entries: Entry[]): string | undefined {
  let at = 0;
  for (const entry of entries.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const size = DTYPE_BYTES[entry.dtype];
    const isRightSize = size === undefined || entry.end - entry.start === entry.shape.reduce((a, b) => a * b, size);
    if (entry.start !== at || !isRightSize) return shown(entry);
    at = entry.end;
  }
  return undefined;
}

/**
 * Names, shapes and metadata in the beginning of a header that was not read to its end: enough to tell what kind of add-on a
 * file is. Says nothing about damage.
 */
export function glanceAtHeader(head: Uint8Array): SafetensorsHeader {
  const text = new TextDecoder().decode(head.subarray(8));
  const tensors = new Map<string, Tensor>();
  const pattern = /"((?:[^"\\]|\\.){1,300})":\{"dtype":"(\w{1,12})","shape":\[([\d,]{0,80})\]/g;
  for (const [, name = "", dtype = "", shape = ""] of text.replace(/\s+/g, "").matchAll(pattern)) {
    tensors.set(name, { dtype, shape: shape === "" ? [] : shape.split(",").map(Number) });
  }
  return { tensors };
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
