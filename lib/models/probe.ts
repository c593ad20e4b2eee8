import { contentKind, isErrorAnswer, isObject, type JsonObject, lfsSize, parseJson } from "./content";
import type { FindingList } from "./findings";
import { type Identity, identifyTensors, namesInPickle } from "./identify";
import { type Reader, UnreadableError } from "./reader";
import { headerLength, MAX_HEADER_READ, parseHeader, type SafetensorsHeader } from "./safetensors";
import type { ModelFile } from "./types";

/** First read of a weights file: the whole header of most, one more read for a UNet. */
const FIRST_READ = 64 * 1024;
const MAX_JSON_READ = 256 * 1024;
/** torch writes the end record of its zip last, without a comment. */
const ZIP_TAIL = 4096;
/** The pickle with the tensor names is the first entry of a checkpoint's zip, and stored, not packed. */
const PICKLE_READ = 1024 * 1024;

export interface Probe {
  reader: Reader;
  findings: FindingList;
}

async function guarded<T>(probe: Probe, path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    probe.findings.add("unreadable", path);
    return undefined;
  }
}

/** True when the first bytes already say that this is not the file it claims to be. */
function isStandIn({ findings }: Probe, path: string, head: Uint8Array): boolean {
  const kind = contentKind(head);
  if (kind === "lfs_pointer") findings.add("lfs_pointer", path, { realBytes: lfsSize(head) ?? 0 });
  else if (kind === "page") findings.add("error_page", path);
  else return false;
  return true;
}

/** For files whose content matters to the loaders but not to this check: present, not empty, not a stand-in. */
export async function probePresence(probe: Probe, path: string, file: ModelFile): Promise<void> {
  if (file.sizeBytes === 0) return probe.findings.add("empty_file", path);
  await guarded(probe, path, async () => {
    const head = await probe.reader.read(file, 0, 512);
    if (head) isStandIn(probe, path, head);
  });
}

/** The file as a JSON object; anything else becomes a finding and `undefined`. */
export async function probeJson(probe: Probe, path: string, file: ModelFile): Promise<JsonObject | undefined> {
  const { findings, reader } = probe;
  if (file.sizeBytes === 0) {
    findings.add("empty_file", path);
    return undefined;
  }
  return guarded(probe, path, async () => {
    const bytes = file.sizeBytes <= MAX_JSON_READ ? await reader.read(file, 0, file.sizeBytes) : undefined;
    if (!bytes) {
      findings.add("not_checked", path);
      return undefined;
    }
    if (isStandIn(probe, path, bytes)) return undefined;
    const value = parseJson(bytes);
    if (!isObject(value)) {
      findings.add("json_invalid", path);
      return undefined;
    }
    if (isErrorAnswer(value)) {
      findings.add("error_page", path);
      return undefined;
    }
    return value;
  });
}

export interface Weights {
  identity: Identity;
  /** Only of a safetensors file. */
  header?: SafetensorsHeader;
}

/** Reads the header of a weights file and says what is in it; problems become findings. */
export async function probeWeights(probe: Probe, path: string, file: ModelFile): Promise<Weights | undefined> {
  const { findings, reader } = probe;
  if (file.sizeBytes === 0) {
    findings.add("empty_file", path);
    return undefined;
  }
  return guarded(probe, path, async () => {
    const head = await reader.read(file, 0, FIRST_READ);
    if (!head) {
      findings.add("not_checked", path);
      return undefined;
    }
    if (isStandIn(probe, path, head)) return undefined;
    const kind = contentKind(head);
    const isPickle = kind === "zip" || kind === "pickle";
    if (path.endsWith(".safetensors")) {
      if (!isPickle) return probeSafetensors(probe, path, file, head);
      findings.add("pickle_as_safetensors", path);
      return undefined;
    }
    if (isPickle) return probePickle(probe, path, file, kind === "zip");
    // Eight bytes of length and then the brace: safetensors under another name.
    findings.add(headerLength(head) !== undefined && head[8] === 0x7b ? "safetensors_as_pickle" : "not_weights", path);
    return undefined;
  });
}

async function probeSafetensors(
  { findings, reader }: Probe,
  path: string,
  file: ModelFile,
  head: Uint8Array,
): Promise<Weights | undefined> {
  const length = headerLength(head);
  if (length === undefined || (head[8] !== undefined && head[8] !== 0x7b)) {
    // `{"error": …}` saved as weights has a brace where the length should be.
    findings.add(contentKind(head) === "json" ? "error_page" : "header_invalid", path);
    return undefined;
  }
  const end = 8 + length;
  if (end > file.sizeBytes) {
    findings.add("truncated", path, { expectedBytes: end, actualBytes: file.sizeBytes });
    return undefined;
  }
  let json = head.subarray(8, end);
  if (end > head.length) {
    const rest = length <= MAX_HEADER_READ ? await reader.read(file, head.length, end) : undefined;
    if (!rest) {
      findings.add("not_checked", path);
      return undefined;
    }
    json = new Uint8Array(length);
    json.set(head.subarray(8));
    json.set(rest.subarray(0, length - (head.length - 8)), head.length - 8);
  }
  const { header, problem } = parseHeader(json, file.sizeBytes);
  if (problem) {
    const { code, ...params } = problem;
    findings.add(code, path, "expectedBytes" in problem ? { ...params, actualBytes: file.sizeBytes } : params);
  }
  return header && { header, identity: identifyTensors(header.tensors) };
}

async function probePickle(
  { findings, reader }: Probe,
  path: string,
  file: ModelFile,
  isZip: boolean,
): Promise<Weights | undefined> {
  if (isZip) {
    const tail = await reader.read(file, Math.max(0, file.sizeBytes - ZIP_TAIL), file.sizeBytes);
    if (tail && !hasZipEnd(tail)) {
      findings.add("truncated", path, { expectedBytes: 0, actualBytes: file.sizeBytes });
      return undefined;
    }
  }
  const isCheckpoint = path.endsWith(".ckpt") || /^(lora|lora_model)\//.test(path);
  const bytes = isCheckpoint ? await reader.read(file, 0, PICKLE_READ) : undefined;
  return { identity: bytes ? identifyTensors(namesInPickle(bytes)) : { kind: "unknown", missingParts: [] } };
}

function hasZipEnd(tail: Uint8Array): boolean {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail[at] === 0x50 && tail[at + 1] === 0x4b && tail[at + 2] === 0x05 && tail[at + 3] === 0x06) return true;
  }
  return false;
}
