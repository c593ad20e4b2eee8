import {
  type ContentKind,
  contentKind,
  isAnswerInText,
  isErrorAnswer,
  isObject,
  type JsonObject,
  lfsSize,
  parseJson,
  shownJson,
} from "./content";
import type { FindingList } from "./findings";
import { type Identity, identifyTensors, type TensorMap } from "./identify";
import { probeTorch } from "./probe-torch";
import { type Reader, UnreadableError } from "./reader";
import { headerLength, MAX_HEADER_READ, parseHeader, type SafetensorsHeader } from "./safetensors";
import type { FileFact, ModelFile, Repair } from "./types";

/** First read of a weights file: the whole header of most, one more read for a UNet. */
const FIRST_READ = 64 * 1024;
const MAX_JSON_READ = 256 * 1024;

export interface Probe {
  reader: Reader;
  findings: FindingList;
  /** What was seen in each file, by its path below the model root. */
  facts: Map<string, FileFact>;
}

/** What is in a weights file, as far as its header tells. */
export interface Weights {
  identity: Identity;
  format: "safetensors" | "torch";
  /** Names and shapes; none when a pickle is built in an unusual way. */
  tensors: TensorMap;
  /** It was read to its end and holds no tensor at all. */
  isEmpty?: boolean;
  /** Only of a safetensors file. */
  header?: SafetensorsHeader;
}

export async function guarded<T>(probe: Probe, path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const cause = error.cause instanceof Error ? error.cause.message : undefined;
    probe.findings.add("unreadable", path, {}, cause ? { proof: cause } : {});
    return undefined;
  }
}

/** The first bytes as a person may recognise them. */
export function showBytes(head: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(head.subarray(0, 60));
  if (/^[\t\n\r\x20-\x7e]*$/.test(text)) return `0…${text.length}: ${JSON.stringify(text)}`;
  return `0…8: ${[...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
}

/** True when the first bytes already say that this is not the file it claims to be. */
function isStandIn({ findings }: Probe, path: string, head: Uint8Array): boolean {
  const kind = contentKind(head);
  const proof = showBytes(head);
  if (kind === "lfs_pointer") findings.add("lfs_pointer", path, { realBytes: lfsSize(head) ?? 0 }, { proof });
  else if (kind === "page" || isAnswerInText(head)) findings.add("error_page", path, {}, { proof });
  else if (kind === "zeros") findings.add("only_zeros", path, {}, { proof });
  else return false;
  return true;
}

/** For files whose content matters to the loaders but not to this check: present, not empty, not a stand-in. */
export async function probePresence(probe: Probe, path: string, file: ModelFile): Promise<boolean> {
  if (file.sizeBytes === 0) {
    probe.findings.add("empty_file", path);
    return false;
  }
  const isStandingIn = await guarded(probe, path, async () => {
    const head = await probe.reader.read(file, 0, 512);
    return head !== undefined && isStandIn(probe, path, head);
  });
  return isStandingIn === false;
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
    const parsed = parseJson(bytes);
    if ("problem" in parsed) {
      reportJson(probe, path, parsed.problem);
      return undefined;
    }
    if (!isObject(parsed.value)) {
      findings.add("json_invalid", path, {}, { proof: showBytes(bytes) });
      return undefined;
    }
    if (isErrorAnswer(parsed.value)) {
      findings.add("error_page", path, {}, { proof: shownJson(parsed.value) });
      return undefined;
    }
    return parsed.value;
  });
}

/** A JSON file too long to be read whole: it begins and ends as an object, so that it was not cut short on its way. */
export async function probeJsonEnds(probe: Probe, path: string, file: ModelFile): Promise<void> {
  if (file.sizeBytes <= MAX_JSON_READ) {
    await probeJson(probe, path, file);
    return;
  }
  await guarded(probe, path, async () => {
    const [head, tail] = await Promise.all([
      probe.reader.read(file, 0, 512),
      probe.reader.read(file, file.sizeBytes - 64, file.sizeBytes),
    ]);
    if (!head || !tail) return probe.findings.add("not_checked", path);
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const isObjectText =
      decoder.decode(head).trimStart().startsWith("{") && decoder.decode(tail).trimEnd().endsWith("}");
    if (!isObjectText) probe.findings.add("json_invalid", path, {}, { proof: showBytes(tail.subarray(-32)) });
  });
}

function reportJson({ findings }: Probe, path: string, problem: { reason: string; line?: number; column?: number }) {
  if (problem.reason === "bom") {
    const repair: Repair = { kind: "strip_bom", paths: [path] };
    findings.add("json_bom", path, {}, { proof: "0…3: ef bb bf", ...findings.offer(repair) });
    return;
  }
  const place = problem.line === undefined ? "" : ` ${problem.line}:${problem.column ?? 1}`;
  findings.add("json_invalid", path, {}, { proof: problem.reason === "encoding" ? "UTF-8" : `JSON${place}` });
}

/** Reads the header of a weights file and says what is in it; problems become findings. */
export async function probeWeights(
  probe: Probe,
  path: string,
  file: ModelFile,
  firstRead = FIRST_READ,
): Promise<Weights | undefined> {
  const { findings, reader } = probe;
  if (file.sizeBytes === 0) {
    findings.add("empty_file", path);
    return undefined;
  }
  const weights = await guarded(probe, path, async () => {
    const head = await reader.read(file, 0, firstRead);
    if (!head) {
      findings.add("not_checked", path);
      return undefined;
    }
    return probeContent(probe, path, file, head);
  });
  if (weights) {
    const { kind, base, precision, variant } = weights.identity;
    probe.facts.set(path, {
      kind,
      format: weights.format,
      ...(base ? { base } : {}),
      ...(precision ? { precision } : {}),
      ...(variant ? { variant } : {}),
    });
  }
  return weights;
}

/** Where a file with the right content but the wrong ending has to go. */
const TRUE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)diffusion_pytorch_model\.safetensors$/, "diffusion_pytorch_model.bin"],
  [/(^|\/)diffusion_pytorch_model\.bin$/, "diffusion_pytorch_model.safetensors"],
  [/(^|\/)model\.safetensors$/, "pytorch_model.bin"],
  [/(^|\/)pytorch_model\.bin$/, "model.safetensors"],
];

function trueName(path: string): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const known = path.split("/").length === 2 && path.startsWith("base_model/");
  const fixed = known ? undefined : TRUE_NAMES.find(([pattern]) => pattern.test(path))?.[1];
  if (fixed !== undefined) return folder + fixed;
  if (!path.endsWith(".safetensors")) return path.replace(/\.\w+$/, ".safetensors");
  return path.replace(/\.safetensors$/, path.startsWith("base_model/") ? ".ckpt" : ".bin");
}

async function probeContent(
  probe: Probe,
  path: string,
  file: ModelFile,
  head: Uint8Array,
): Promise<Weights | undefined> {
  const { findings } = probe;
  if (isStandIn(probe, path, head)) return undefined;
  const kind = contentKind(head);
  const isPickle = kind === "zip" || kind === "pickle";
  const proof = showBytes(head);
  if (path.endsWith(".safetensors")) {
    if (!isPickle) return probeSafetensors(probe, path, file, head, kind);
    const repair: Repair = { kind: "move", moves: [{ from: path, to: trueName(path) }] };
    findings.add("pickle_as_safetensors", path, {}, { proof, ...findings.offer(repair) });
    // What would run when it is loaded counts whatever the file is called.
    return probeTorch(probe, path, file, head);
  }
  if (isPickle) return probeTorch(probe, path, file, head);
  if (kind === "safetensors") {
    const repair: Repair = { kind: "move", moves: [{ from: path, to: trueName(path) }] };
    findings.add("safetensors_as_pickle", path, {}, { proof, ...findings.offer(repair) });
    return probeSafetensors(probe, path, file, head, kind);
  }
  if (kind === "json" && isJsonAnswer(head)) findings.add("error_page", path, {}, { proof });
  else findings.add("not_weights", path, {}, { proof });
  return undefined;
}

/** `{"error": …}` saved as weights. */
function isJsonAnswer(head: Uint8Array): boolean {
  const parsed = parseJson(head);
  return "value" in parsed && isObject(parsed.value) && isErrorAnswer(parsed.value);
}

async function probeSafetensors(
  { findings, reader }: Probe,
  path: string,
  file: ModelFile,
  head: Uint8Array,
  kind: ContentKind,
): Promise<Weights | undefined> {
  const length = headerLength(head);
  if (length === undefined || (head[8] !== undefined && head[8] !== 0x7b)) {
    const code =
      kind === "json" ? "error_page" : kind === "other" || kind === "text" ? "header_invalid" : "not_weights";
    findings.add(code, path, {}, { proof: showBytes(head) });
    return undefined;
  }
  const end = 8 + length;
  if (end > file.sizeBytes) {
    const proof = `0…8: ${length} > ${file.sizeBytes}`;
    findings.add("truncated", path, { expectedBytes: end, actualBytes: file.sizeBytes }, { proof });
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
    const { code, proof, ...params } = problem;
    const named = "expectedBytes" in problem ? { ...params, actualBytes: file.sizeBytes } : params;
    findings.add(code, path, named, proof === undefined ? {} : { proof });
  }
  if (!header) return undefined;
  const { tensors } = header;
  const isEmpty = tensors.size === 0 && !problem;
  return { header, tensors, format: "safetensors", identity: identifyTensors(tensors), isEmpty };
}
