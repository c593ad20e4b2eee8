/**
 * A part for a model root that is there already: what was given, told by content, and where the container looks for it. One
 * place may suit a part at the start, another per request; which one is meant is the person's to say.
 */
import { BASE_MEMBERS, ROOT_FOLDERS } from "./container";
import { FindingList } from "./findings";
import { kindOfWidth } from "./identify";
import { junkReason } from "./junk";
import type { ModelKind } from "./kinds";
import { baseName, cleanPath } from "./paths";
import { probeJson, probeWeights } from "./probe";
import { createReader } from "./reader";
import type { ModelFile, PlannedFile } from "./types";

/** Texts: `models.part.place.<place>`. */
export const PART_PLACES = [
  "controlnet_extra",
  "controlnet",
  "lora",
  "lora_start",
  "translate",
  "base",
  "as_is",
] as const;
export type PartPlace = (typeof PART_PLACES)[number];

export interface Part {
  /** Not junk, with paths from the part's own folder on. */
  files: readonly { path: string; source: ModelFile }[];
  /** What it is; `unknown` where the content does not tell. */
  kind: ModelKind | "translate" | "several";
  /** For which base model. */
  base?: ModelKind;
  /** Where it could go, the likeliest first. All of them when the content does not tell. */
  places: readonly PartPlace[];
  /** As a folder may be called. */
  name: string;
  proof?: string;
}

const isWeights = (path: string) => /\.(safetensors|bin|pt|pth|ckpt)$/.test(path);
/** More are of the same kind in every folder seen so far. */
const LOOKS = 12;

const PLACES: Readonly<Record<string, readonly PartPlace[]>> = {
  controlnet: ["controlnet_extra", "controlnet"],
  lora: ["lora", "lora_start"],
  lycoris: ["lora"],
  translate: ["translate"],
};
const BASE_KINDS: ReadonlySet<string> = new Set(["sd15", "sd2", "sdxl", "sd3", "flux", "pixart", "kandinsky", "other"]);
const ANY: readonly PartPlace[] = ["lora", "controlnet_extra", "controlnet", "lora_start", "translate", "base"];

export async function recognisePart(given: readonly ModelFile[], signal?: AbortSignal): Promise<Part> {
  const kept = given.flatMap((source) => {
    const path = cleanPath(source.path);
    return path === undefined || path.endsWith("/") || junkReason(path) ? [] : [{ path, source }];
  });
  const { files, wrapper } = withoutWrapper(kept);
  const first = files[0];
  const name = nameFrom(wrapper ?? first?.path ?? "");
  const has = (path: string) => files.some((file) => file.path === path);
  const below = (folder: string) => files.some(({ path }) => path.startsWith(`${folder}/`));
  const part = (kind: Part["kind"], places: readonly PartPlace[], more: Partial<Part> = {}): Part => ({
    files,
    kind,
    places,
    name,
    ...more,
  });
  if (ROOT_FOLDERS.some((folder) => below(folder))) return part("several", ["as_is"]);
  if (has("configuration.json") && below("tf_ckpts")) return part("translate", ["translate"]);
  if (has("model_index.json") || BASE_MEMBERS.filter((member) => below(member)).length >= 3) {
    return part("unknown", ["base"]);
  }
  const probe = {
    reader: createReader(signal),
    findings: new FindingList({ customImage: false, inPlace: false }),
    facts: new Map(),
  };
  const config = files.find(({ path }) => path === "config.json");
  const json = config && (await probeJson(probe, config.path, config.source));
  if (json?._class_name === "ControlNetModel") {
    const base = kindOfWidth(json.cross_attention_dim);
    const proof = `cross_attention_dim: ${json.cross_attention_dim}`;
    return part("controlnet", PLACES.controlnet ?? [], base === "unknown" ? {} : { base, proof });
  }
  for (const { path, source } of files.filter((file) => isWeights(file.path)).slice(0, LOOKS)) {
    const { kind, base, proof } = (await probeWeights(probe, path, source))?.identity ?? { kind: "unknown" as const };
    const places = PLACES[kind] ?? (BASE_KINDS.has(kind) ? (["base"] as const) : undefined);
    if (places) return part(kind, places, { ...(base ? { base } : {}), ...(proof ? { proof } : {}) });
  }
  return part("unknown", ANY);
}

/** The folder around everything, taken off; its name says what the part is called. */
function withoutWrapper(kept: readonly { path: string; source: ModelFile }[]) {
  let files = kept;
  let wrapper: string | undefined;
  for (;;) {
    const folder = files[0]?.path.split("/")[0];
    const isWrapped = files.length > 0 && files.every(({ path }) => path.startsWith(`${folder}/`));
    if (folder === undefined || !isWrapped || ROOT_FOLDERS.some((name) => name === folder)) return { files, wrapper };
    wrapper = folder;
    files = files.map(({ path, source }) => ({ path: path.slice(folder.length + 1), source }));
  }
}

/** A folder or file name as it may stand in a command line and in a request. */
function nameFrom(text: string): string {
  const plain = baseName(text)
    .replace(/\.(safetensors|bin|pt|pth|ckpt)$/, "")
    .normalize("NFKC")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return plain || "part";
}

/** Where each file will lie below the model root. */
export function placePart({ files }: Pick<Part, "files">, place: PartPlace, name: string): PlannedFile[] {
  return files.map(({ path, source }) => ({ source, target: targetOf(path, place, name) }));
}

function targetOf(path: string, place: PartPlace, name: string): string {
  switch (place) {
    case "controlnet":
      return `controlnet/${path}`;
    case "controlnet_extra":
      return `new_controlnet/${name}/${path}`;
    case "lora":
      return `lora/${path}`;
    case "lora_start":
      // The container lists this folder and no folder in it.
      return `lora_model/${baseName(path)}`;
    case "translate":
      return `translate/${path}`;
    case "base":
      return `base_model/${path}`;
    case "as_is":
      return path;
    default:
      return place satisfies never;
  }
}
