import { type PickleReading, readPickle } from "./pickle";
import { isCall, isGlobal, isReference, type PickleValue } from "./pickle-values";
import type { Tensor } from "./safetensors";

/** Tensors and storages of what `torch.save` wrote, from its pickle alone. */
export interface TorchContent {
  tensors: Map<string, Tensor>;
  /** Key of each storage and the bytes that it must have. */
  storages: Map<string, number>;
  globals: string[];
  /** What was saved is a dict, and there is nothing in it. */
  isEmptyDict?: boolean;
}

/** Storage class → number type in safetensors' words, and bytes. */
const STORAGES: Readonly<Record<string, readonly [string, number]>> = {
  DoubleStorage: ["F64", 8],
  FloatStorage: ["F32", 4],
  HalfStorage: ["F16", 2],
  BFloat16Storage: ["BF16", 2],
  LongStorage: ["I64", 8],
  IntStorage: ["I32", 4],
  ShortStorage: ["I16", 2],
  CharStorage: ["I8", 1],
  ByteStorage: ["U8", 1],
  BoolStorage: ["BOOL", 1],
};

/** State dicts lie in others: `state_dict`, `params_ema`, `ip_adapter`. */
const MAX_DEPTH = 4;
const MAX_TENSORS = 50_000;

interface Storage {
  dtype: string;
  key: string;
  bytes: number | undefined;
}

/** `('storage', torch.HalfStorage, '0', 'cpu', 1024)`, in older files with one more at the end. */
function storageOf(value: PickleValue | undefined): Storage | undefined {
  if (!isReference(value) || !Array.isArray(value.id)) return undefined;
  const [tag, type, key, , count] = value.id;
  if (tag !== "storage" || !isGlobal(type) || (typeof key !== "string" && typeof key !== "number")) return undefined;
  const [dtype, size] = STORAGES[type.name] ?? ["unknown", undefined];
  const bytes = size !== undefined && typeof count === "number" ? count * size : undefined;
  return { dtype, key: String(key), bytes };
}

const isSizes = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === "number");

/** `_rebuild_tensor_v2(storage, offset, size, stride, …)`, alone or inside `_rebuild_parameter(…)`. */
function tensorOf(value: PickleValue): { tensor: Tensor; storage: Storage } | undefined {
  if (!isCall(value) || !Array.isArray(value.args)) return undefined;
  const [first, , size] = value.args;
  const storage = storageOf(first);
  if (storage) return { tensor: { dtype: storage.dtype, shape: isSizes(size) ? [...size] : [] }, storage };
  return first !== undefined && isGlobal(value.of) && /_rebuild_parameter/.test(value.of.name)
    ? tensorOf(first)
    : undefined;
}

/** What the pickle is about, as tensors. Names of dicts in dicts are joined by dots; `state_dict` itself is left out. */
export function torchContent(reading: PickleReading): TorchContent {
  const content: TorchContent = { tensors: new Map(), storages: new Map(), globals: reading.globals };
  const seen = new Set<PickleValue>();
  walk(reading.root, "", 0);
  const isWhole = !reading.cut && reading.badAt === undefined;
  if (isWhole && reading.root instanceof Map && reading.root.size === 0) content.isEmptyDict = true;
  return content;

  function walk(value: PickleValue, prefix: string, depth: number): void {
    if (!(value instanceof Map) || depth > MAX_DEPTH || seen.has(value)) return;
    seen.add(value);
    for (const [key, item] of value) {
      if (content.tensors.size >= MAX_TENSORS) return;
      const name = `${prefix}${typeof key === "string" || typeof key === "number" ? key : "?"}`;
      const found = tensorOf(item);
      if (found) {
        content.tensors.set(name, found.tensor);
        if (found.storage.bytes !== undefined) content.storages.set(found.storage.key, found.storage.bytes);
      } else {
        walk(item, /^(state_dict|module|model)$/.test(name) && depth === 0 ? "" : `${name}.`, depth + 1);
      }
    }
  }
}

/** The file begins with torch's older format: a pickled magic number. */
const MAGIC = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

export function isLegacyTorch(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => head[index] === byte);
}

export interface LegacyReading extends TorchContent {
  /** Length of the file by what it says; unknown when the pickles do not end within what was read. */
  expectedBytes?: number;
  cut: boolean;
  badAt?: number;
  /** Nothing that torch writes follows the magic number. */
  onlyMagic?: boolean;
}

/** Magic number, version, machine, the object, the keys of its storages; then each storage with its count before it. */
export function readLegacyTorch(bytes: Uint8Array): LegacyReading {
  let at = MAGIC.length;
  let object: PickleReading | undefined;
  let keys: PickleReading | undefined;
  const globals = new Set<string>();
  for (const part of ["version", "machine", "object", "keys"] as const) {
    const reading = readPickle(bytes, at);
    for (const global of reading.globals) globals.add(global);
    if (part === "object") object = reading;
    if (part === "keys") keys = reading;
    at = reading.end;
    if (reading.cut || reading.badAt !== undefined) {
      const content = object ? torchContent(object) : { tensors: new Map(), storages: new Map() };
      const { cut, badAt } = reading;
      const bad = badAt === undefined ? {} : { badAt, onlyMagic: part === "version" };
      return { ...content, globals: [...globals], cut, ...bad };
    }
  }
  const content = { ...torchContent(object ?? readPickle(bytes)), globals: [...globals] };
  const named = Array.isArray(keys?.root) ? keys.root.map(String) : [];
  const sizes = named.map((key) => content.storages.get(key));
  const known = sizes.filter((size) => size !== undefined);
  if (known.length < sizes.length) return { ...content, cut: false };
  return { ...content, cut: false, expectedBytes: at + known.reduce((total, size) => total + 8 + size, 0) };
}
