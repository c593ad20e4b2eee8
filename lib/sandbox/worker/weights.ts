import type { ContainerFiles, FileTree } from "./files";
import { PythonError } from "./python-error";

/** The safetensors library refuses longer headers itself. */
const MAX_HEADER_BYTES = 100_000_000;

/** Number types that the image's safetensors knows, with their size in bits; fp8 came later. */
const DTYPE_BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
};

const GIT_LFS = "version https://git-lfs";

export interface Tensor {
  dtype: string;
  shape: number[];
}

const headerError = (kind: string) =>
  new PythonError("safetensors_rust.SafetensorError", `Error while deserializing header: ${kind}`);

/** Names and shapes of a safetensors file; fails as the library does. Reads the header only. */
export async function readSafetensorsHeader(
  size: number,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<Map<string, Tensor>> {
  return (await readHeader(size, read)).tensors;
}

async function readHeader(size: number, read: (start: number, end: number) => Promise<Uint8Array>) {
  if (size < 8) throw headerError("HeaderTooSmall");
  const lengthBytes = await read(0, 8);
  const length = new DataView(lengthBytes.buffer, lengthBytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) throw headerError("HeaderTooLarge");
  const headerEnd = 8 + Number(length);
  if (headerEnd > size) throw headerError("InvalidHeaderLength");
  const { entries, metadata } = parseHeader(await read(8, headerEnd));
  checkLayout(entries, size - headerEnd);
  const tensors = new Map<string, Tensor>(entries.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
  return { tensors, metadata };
}

interface Entry extends Tensor {
  name: string;
  start: number;
  end: number;
}

function parseHeader(bytes: Uint8Array): { entries: Entry[]; metadata: unknown } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw headerError("InvalidHeader");
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw headerError("InvalidHeaderDeserialization");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw headerError("InvalidHeaderDeserialization");
  }
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => parseEntry(name, value));
  return { entries, metadata: (header as Record<string, unknown>).__metadata__ };
}

/** transformers asks which framework a safetensors file is for before it opens it. */
function checkFormat(metadata: unknown, path: string): void {
  if (metadata === undefined || metadata === null) {
    throw new PythonError("AttributeError", "'NoneType' object has no attribute 'get'");
  }
  if ((metadata as Record<string, unknown>).format === "pt") return;
  throw new PythonError(
    "OSError",
    `The safetensors archive passed at ${path} does not contain the valid metadata. Make sure you save your model with ` +
      "the `save_pretrained` method.",
  );
}

function parseEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const isNumbers = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isSafeInteger);
  if (typeof dtype !== "string" || !(dtype in DTYPE_BITS) || !isNumbers(shape) || !isNumbers(offsets)) {
    throw headerError("InvalidHeaderDeserialization");
  }
  return { name, dtype, shape, start: offsets[0] ?? -1, end: offsets[1] ?? -1 };
}

function checkLayout(entries: Entry[], dataBytes: number): void {
  let at = 0;
  for (const entry of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== at || entry.end < entry.start) throw headerError(`InvalidOffset("${entry.name}")`);
    const bits = entry.shape.reduce((product, side) => product * side, DTYPE_BITS[entry.dtype] ?? 8);
    if ((entry.end - entry.start) * 8 !== bits) throw headerError("TensorInvalidInfo");
    at = entry.end;
  }
  if (at !== dataBytes) throw headerError("MetadataIncompleteBuffer");
}

/** A zip archive ends with a record of its directory, and at most a comment after it. */
const ZIP_TAIL = 22 + 65_535;
const ZIP_END = Buffer.from("PK\x05\x06", "latin1");

/** What `torch.load` says about the first bytes and the last: a zip archive, or the older pickle stream. */
function checkTorchFile(size: number, head: Uint8Array, tail: Uint8Array): void {
  if (size === 0) throw new PythonError("EOFError", "Ran out of input");
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  const isPickle = head[0] === 0x80 && (head[1] ?? 9) <= 5;
  if (isZip && !Buffer.from(tail).includes(ZIP_END)) {
    throw new PythonError(
      "RuntimeError",
      "PytorchStreamReader failed reading zip archive: failed finding central directory",
    );
  }
  if (!isZip && !isPickle) {
    const key = String.fromCharCode(head[0] ?? 0);
    const shown = /[ -~]/.test(key) ? `'${key}'` : `'\\x${(head[0] ?? 0).toString(16).padStart(2, "0")}'`;
    throw new PythonError("_pickle.UnpicklingError", `invalid load key, ${shown}.`);
  }
}

type Loader = "diffusers" | "transformers" | "torch";

/** Opens a weight file the way one of the libraries does; the tensors' names are known for safetensors only. */
export async function openWeights(
  files: ContainerFiles,
  tree: FileTree,
  path: string,
  loader: Loader,
): Promise<Map<string, Tensor> | undefined> {
  tree.requireFile(path);
  const full = `${tree.root}/${path}`;
  const size = tree.size(path);
  const read = (start: number, end: number) => files.read(full, { start, end });
  const head = size > 0 ? await read(0, Math.min(size, 64)) : new Uint8Array();
  try {
    if (path.endsWith(".safetensors")) {
      const { tensors, metadata } = await readHeader(size, read);
      if (loader === "transformers") checkFormat(metadata, full);
      return tensors;
    }
    const tail = size > 0 ? await read(Math.max(0, size - ZIP_TAIL), size) : new Uint8Array();
    checkTorchFile(size, head, tail);
    return undefined;
  } catch (error) {
    if (!(error instanceof PythonError) || loader === "torch") throw error;
    // transformers opens a safetensors file outside of its own error handling.
    if (loader === "transformers" && path.endsWith(".safetensors")) throw error;
    throw wrapped(error, full, head);
  }
}

function wrapped(error: PythonError, path: string, head: Uint8Array): PythonError {
  if (new TextDecoder().decode(head).startsWith(GIT_LFS)) {
    return new PythonError(
      "OSError",
      "You seem to have cloned a repository without having git-lfs installed. Please install git-lfs and run " +
        "`git lfs install` followed by `git lfs pull` in the folder you cloned.",
      error,
    );
  }
  return new PythonError(
    "OSError",
    `Unable to load weights from checkpoint file for '${path}' at '${path}'. ` +
      "If you tried to load a PyTorch model from a TF 2.0 checkpoint, please set from_tf=True.",
    error,
  );
}
