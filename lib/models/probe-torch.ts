import { identifyTensors } from "./identify";
import { inflate } from "./inflate";
import { readPickle } from "./pickle";
import { judgeGlobals } from "./pickle-danger";
import type { Probe, Weights } from "./probe";
import { isLegacyTorch, readLegacyTorch, type TorchContent, torchContent } from "./torch-file";
import type { ModelFile } from "./types";
import {
  DEFLATED,
  findZipEnd,
  localHeaderBytes,
  MAX_DIRECTORY_BYTES,
  readDirectory,
  STORED,
  ZIP_TAIL,
  type ZipEntry,
} from "./zip";

/** The pickle with names and shapes, packed or not; a checkpoint of 3,000 tensors has about 400 KB. */
export const MAX_PICKLE = 2 * 1024 * 1024;
/** Enough for the end record and, of most files, the whole central directory. */
const FIRST_TAIL = 32 * 1024;
const NAMED = 8;
/** Weights are never this small. */
const MAX_PLACEHOLDER = 1024;

/** What `torch.load` would find, never loaded: the archive's outline, the pickle's imports, names and shapes. */
export async function probeTorch(
  probe: Probe,
  path: string,
  file: ModelFile,
  head: Uint8Array,
): Promise<Weights | undefined> {
  const content =
    head[0] === 0x50 ? await probeZip(probe, path, file, head) : await probeLegacy(probe, path, file, head);
  if (!content) return undefined;
  reportGlobals(probe, path, content.globals);
  const { tensors } = content;
  return { format: "torch", tensors, identity: identifyTensors(tensors), isEmpty: content.isEmptyDict };
}

/** How torch of late 2023 rebuilds number types that the image's does not have, and those types themselves. */
const LATER_TORCH = /^torch(\._utils _rebuild_tensor_v3| float8_\w+| uint(16|32|64)| \w*Float8\w*Storage)$/;

function reportGlobals({ findings }: Probe, path: string, globals: readonly string[]): void {
  const later = globals.find((global) => LATER_TORCH.test(global))?.replace(" ", ".");
  if (later) findings.add("dtype_unsupported", path, { dtype: later }, { proof: later });
  const { dangerous, unknown } = judgeGlobals(globals);
  const list = (names: string[]) => names.slice(0, NAMED).join(", ") + (names.length > NAMED ? ", …" : "");
  if (dangerous.length > 0) {
    findings.add("pickle_dangerous", path, { names: list(dangerous) }, { proof: dangerous.join("\n") });
  } else if (unknown.length > 0) {
    findings.add("pickle_unknown", path, { names: list(unknown) }, { proof: unknown.join("\n") });
  }
}

/** torch names the folder inside the archive after the file; what follows is fixed, but for its letters' case. */
const PICKLE = /^[^/]*\/data\.pkl$/i;

/** torch reads the pickle in the folder of the archive's first entry, and names up to a zero byte. */
function isTheOneLoaded({ name }: ZipEntry, entries: readonly ZipEntry[]): boolean {
  const folder = entries[0]?.name.split("/", 1)[0] ?? "";
  return name.toLowerCase() === `${folder}/data.pkl`.toLowerCase() && !entries.some((entry) => /\0/.test(entry.name));
}

/** Which pickle is loaded hangs on the reader, so that what any of them would run counts. */
async function reportRivals(
  probe: Probe,
  path: string,
  file: ModelFile,
  head: Uint8Array,
  pickles: readonly ZipEntry[],
): Promise<void> {
  const names = pickles.slice(0, NAMED).map(({ name }) => name);
  probe.findings.add("zip_damaged", path, {}, { proof: `data.pkl: ${JSON.stringify(names)}` });
  const contents = await Promise.all(pickles.map((pickle) => entryBytes(probe, file, head, pickle)));
  const globals = contents.flatMap((bytes) => (bytes instanceof Uint8Array ? readPickle(bytes).globals : []));
  reportGlobals(probe, path, [...new Set(globals)]);
}

async function probeZip(
  probe: Probe,
  path: string,
  file: ModelFile,
  head: Uint8Array,
): Promise<TorchContent | undefined> {
  const { findings } = probe;
  const entries = await readEntries(probe, path, file);
  if (!entries) return undefined;
  const [pickle, ...rivals] = entries.filter(({ name }) => PICKLE.test(name));
  if (!pickle) {
    const isScript = entries.some(({ name }) => /^[^/]+\/(constants\.pkl|code\/)/.test(name));
    const names = entries.slice(0, NAMED).map(({ name }) => name);
    const params = { found: isScript ? "TorchScript" : "zip" };
    findings.add("not_torch", path, params, { proof: names.join("\n") || "0 entries" });
    return undefined;
  }
  if (rivals.length > 0 || !isTheOneLoaded(pickle, entries)) {
    await reportRivals(probe, path, file, head, [pickle, ...rivals]);
    return undefined;
  }
  const bytes = await entryBytes(probe, file, head, pickle);
  if (!bytes || bytes === "damaged") {
    if (bytes) findings.add("zip_damaged", path, {}, { proof: `${pickle.name}: deflate` });
    else findings.add("not_checked", path);
    return undefined;
  }
  const reading = readPickle(bytes);
  const content = torchContent(reading);
  if (reading.cut || reading.badAt !== undefined) {
    findings.add("pickle_damaged", path, {}, { proof: `data.pkl: ${reading.badAt ?? reading.end}` });
  } else {
    reportStorages(probe, path, pickle.name.slice(0, -"data.pkl".length), entries, content);
  }
  return content;
}

async function readEntries(
  { findings, reader }: Probe,
  path: string,
  file: ModelFile,
): Promise<ZipEntry[] | undefined> {
  const size = file.sizeBytes;
  let tailOffset = Math.max(0, size - FIRST_TAIL);
  let tail = await reader.read(file, tailOffset, size);
  let end = tail && findZipEnd(tail, tailOffset);
  if (tail && !end && tailOffset > 0) {
    // A comment, or bytes after the archive: the record may lie further from the end.
    tailOffset = Math.max(0, size - ZIP_TAIL);
    tail = await reader.read(file, tailOffset, size);
    end = tail && findZipEnd(tail, tailOffset);
  }
  if (!tail) {
    findings.add("not_checked", path);
    return undefined;
  }
  if (!end) {
    findings.add(
      "truncated",
      path,
      { expectedBytes: 0, actualBytes: size },
      { proof: `${tailOffset}…${size}: PK\\5\\6 –` },
    );
    return undefined;
  }
  const { directoryOffset: offset, directoryBytes } = end;
  if (offset + directoryBytes > end.at) {
    const proof = `central directory ${offset}…${offset + directoryBytes} > ${end.at}`;
    findings.add("zip_damaged", path, {}, { proof });
    return undefined;
  }
  const isInTail = offset >= tailOffset;
  const directory = isInTail
    ? tail.subarray(offset - tailOffset, offset - tailOffset + directoryBytes)
    : directoryBytes <= MAX_DIRECTORY_BYTES
      ? await reader.read(file, offset, offset + directoryBytes)
      : undefined;
  if (!directory) {
    findings.add("not_checked", path);
    return undefined;
  }
  const entries = readDirectory(directory, end);
  if (!entries)
    findings.add("zip_damaged", path, {}, { proof: `central directory ${offset}…${offset + directoryBytes}` });
  return entries;
}

/** The content of an entry, from the bytes at hand where they reach; `undefined` when it is more than is read here. */
async function entryBytes(
  { reader }: Probe,
  file: ModelFile,
  head: Uint8Array,
  { offset, method, packedBytes, sizeBytes }: ZipEntry,
): Promise<Uint8Array | "damaged" | undefined> {
  const isStored = method === STORED;
  if (!(isStored || method === DEFLATED) || sizeBytes > MAX_PICKLE || packedBytes > MAX_PICKLE) return undefined;
  const length = isStored ? sizeBytes : packedBytes;
  const local =
    offset + 30 <= head.length ? head.subarray(offset, offset + 30) : await reader.read(file, offset, offset + 30);
  const header = local && localHeaderBytes(local);
  if (header === undefined) return undefined;
  const start = offset + header;
  const isAtHand = start + length <= head.length;
  const bytes = isAtHand ? head.subarray(start, start + length) : await reader.read(file, start, start + length);
  return bytes && !isStored ? ((await inflate(bytes, sizeBytes)) ?? "damaged") : bytes;
}

/** Each storage that the pickle names has a record of its own, as long as its numbers are. */
function reportStorages(
  { findings }: Probe,
  path: string,
  folder: string,
  entries: readonly ZipEntry[],
  { storages }: TorchContent,
): void {
  const sizes = new Map(entries.map(({ name, sizeBytes }) => [name, sizeBytes]));
  for (const [key, bytes] of storages) {
    const name = `${folder}data/${key}`;
    const actual = sizes.get(name);
    if (actual === bytes) continue;
    findings.add("zip_damaged", path, {}, { proof: `${name}: ${actual ?? "–"} ≠ ${bytes}` });
    return;
  }
}

async function probeLegacy(
  { findings, reader }: Probe,
  path: string,
  file: ModelFile,
  head: Uint8Array,
): Promise<TorchContent | undefined> {
  const isLegacy = isLegacyTorch(head);
  const isCut = (bytes: Uint8Array) => (isLegacy ? readLegacyTorch(bytes) : readPickle(bytes)).cut;
  const more =
    file.sizeBytes > head.length && isCut(head)
      ? await reader.read(file, 0, Math.min(file.sizeBytes, MAX_PICKLE))
      : undefined;
  const bytes = more ?? head;
  if (!isLegacy) {
    // A pickle of something else: its imports count all the same.
    findings.add("not_torch", path, { found: "pickle" }, { proof: "0…15: 0x1950a86a20f9469cfc6c –" });
    const { globals } = readPickle(bytes);
    return { tensors: new Map(), storages: new Map(), globals };
  }
  const reading = readLegacyTorch(bytes);
  const { cut, badAt, expectedBytes, onlyMagic } = reading;
  const actualBytes = file.sizeBytes;
  if (cut && bytes.length < actualBytes) {
    findings.add("not_checked", path);
  } else if (cut) {
    findings.add("truncated", path, { expectedBytes: 0, actualBytes }, { proof: `pickle … ${actualBytes}` });
  } else if (badAt !== undefined) {
    // A few bytes with the mark of torch and words after it are somebody's placeholder; all else is damage.
    const code = onlyMagic && actualBytes <= MAX_PLACEHOLDER ? "pickle_odd" : "pickle_damaged";
    findings.add(code, path, {}, { proof: `pickle ${badAt}` });
  } else if (expectedBytes !== undefined && actualBytes < expectedBytes) {
    findings.add("truncated", path, { expectedBytes, actualBytes }, { proof: `storages … ${expectedBytes}` });
  }
  return reading;
}
