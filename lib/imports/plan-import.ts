import { z } from "zod";
import { AppError } from "@/lib/errors";
import { layoutOf } from "@/lib/models/plan";
import type { ModelFile } from "@/lib/models/types";
import { isCleanPath, parsePrefix } from "@/lib/oss/names";
import type { OssClient } from "@/lib/oss/types";
import { archiveFormat } from "./archive-format";
import { controlnetConfig } from "./controlnet-config";
import { FILES_MAX, type Hub, listHuggingFace, listModelScope, tooMany } from "./hubs";
import type { ImportFolder } from "./kinds";
import { CONTROLNET_WEIGHTS_FILE, controlnetFolder, type PresetId, presetSource } from "./presets";
import { parseAddress, type Remote } from "./remote";
import type { ImportSource } from "./schemas";

/** Where the bytes of one planned file come from. Kept in the store, sealed; a hub's token is no part of it. */
export const FileSourceSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("url"),
    url: z.string(),
    hub: z.enum(["huggingface", "modelscope"]).optional(),
    /** What its bytes must sum to, as far as the hub says. */
    sha256: z.string().optional(),
    gitBlob: z.string().optional(),
  }),
  z.object({ kind: z.literal("object"), bucket: z.string(), key: z.string() }),
  /** A small file of our own. */
  z.object({ kind: z.literal("text"), text: z.string() }),
  /** Unpacked on the way; its entries go below the planned path. */
  z.object({ kind: z.literal("archive"), url: z.string(), format: z.enum(["tar", "zip"]) }),
]);
export type FileSource = z.infer<typeof FileSourceSchema>;

export interface PlannedImportFile {
  /** Below the model root; of an archive the folder, ending in `/` unless it is the root itself. */
  path: string;
  source: FileSource;
  sizeBytes?: number;
}

export type Hubs = Record<"huggingface" | "modelscope", Hub>;

export interface PlanContext {
  remote: Remote;
  oss: OssClient;
  hubs: Hubs;
  signal: AbortSignal;
  /** What the presets stand for. */
  presets?: typeof presetSource;
}

const CHECKPOINT = /\.(safetensors|ckpt)$/i;

/** What has to be brought, file by file: only what the container's loaders would read. */
export async function planImport(
  context: PlanContext,
  source: ImportSource,
  folder: ImportFolder,
): Promise<PlannedImportFile[]> {
  switch (source.kind) {
    case "url":
      return [planUrl(source.url, folder)];
    case "huggingface":
    case "modelscope":
      return planRepository(context, source, folder);
    case "bucket": {
      const prefix = parsePrefix(source.prefix);
      const { objects, truncated } = await context.oss.listAllObjects(source.bucket, prefix, FILES_MAX);
      // Half a model would look like a whole one.
      if (truncated) throw tooMany();
      const files = objects
        .filter(({ key }) => key !== prefix)
        .map(({ key, sizeBytes }) => ({ path: key.slice(prefix.length), sizeBytes, key }));
      const name = prefix.split("/").at(-2) ?? source.bucket;
      return selected(files, { folder, name }, ({ key }) => ({ kind: "object", bucket: source.bucket, key }));
    }
    case "preset":
      return planPreset(context, source.id, folder);
    default:
      return source satisfies never;
  }
}

async function planRepository(
  { remote, hubs, signal }: PlanContext,
  source: { kind: "huggingface" | "modelscope"; id: string; revision: string },
  folder: ImportFolder,
): Promise<PlannedImportFile[]> {
  const list = source.kind === "huggingface" ? listHuggingFace : listModelScope;
  const files = await list(remote, hubs[source.kind], source, signal);
  const name = source.id.split("/").at(-1) ?? source.id;
  return selected(files, { folder, name }, ({ url, sha256, gitBlob }) => ({
    kind: "url",
    url,
    hub: source.kind,
    sha256,
    gitBlob,
  }));
}

async function planPreset(context: PlanContext, id: PresetId, folder: ImportFolder): Promise<PlannedImportFile[]> {
  const source = (context.presets ?? presetSource)(id);
  if (source.kind === "modelscope") return planRepository(context, source, folder);
  if (source.kind === "url") return [planUrl(source.url, folder)];
  const into = controlnetFolder(id, folder);
  return [
    { path: `${into}/${CONTROLNET_WEIGHTS_FILE}`, source: { kind: "url", url: source.url } },
    // The container reads a ControlNet of the start by its configuration, which the document's addresses do not have.
    { path: `${into}/config.json`, source: { kind: "text", text: controlnetConfig(id) } },
  ];
}

function planUrl(address: string, folder: ImportFolder): PlannedImportFile {
  const url = parseAddress(address);
  const format = archiveFormat(url.pathname);
  if (format) return { path: folder === "" ? "" : `${folder}/`, source: { kind: "archive", url: url.href, format } };
  const name = decodeName(url.pathname.split("/").at(-1) ?? "");
  if (!isCleanPath(name) || name.endsWith("/"))
    throw new AppError("invalid_input", { params: { field: "url", rule: "imports.errors.noName" } });
  // A checkpoint lies in base_model/, whatever else the root holds (reference: diffusers-service.md §4.1).
  const into = folder === "" && CHECKPOINT.test(name) ? "base_model" : folder;
  return { path: into === "" ? name : `${into}/${name}`, source: { kind: "url", url: url.href } };
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Place {
  folder: ImportFolder;
  /** What a folder of its own is called where several lie side by side. */
  name: string;
}

/** Add-ons of different models have files of the same names: each gets a folder of its own. */
function ownFolder({ folder, name }: Place): string {
  return folder === "new_controlnet" || folder === "lora" ? `${folder}/${name}` : folder;
}

/** The check's own layout decides what goes where and what stays behind, by names alone. */
function selected<File extends { path: string; sizeBytes: number }>(
  files: readonly File[],
  place: Place,
  toSource: (file: File) => FileSource,
): PlannedImportFile[] {
  // A ControlNet for requests is made of the same files as one for the start.
  const folder = place.folder === "new_controlnet" ? "controlnet" : place.folder;
  const into = ownFolder(place);
  const byPath = new Map(files.map((file) => [folder === "" ? file.path : `${folder}/${file.path}`, file]));
  const named: ModelFile[] = [...byPath].map(([path, { sizeBytes }]) => ({
    path,
    sizeBytes,
    read: () => Promise.resolve(new Uint8Array()),
  }));
  const { plan, candidates } = layoutOf(named);
  if (candidates.length > 0)
    throw new AppError("conflict", {
      params: { what: "source", name: candidates.join(", "), rule: "imports.errors.severalModels" },
    });
  const planned = plan.files.flatMap(({ source, target }) => {
    const file = byPath.get(source.path);
    const path = into !== "" && target.startsWith(`${folder}/`) ? into + target.slice(folder.length) : target;
    return file && !target.endsWith("/") ? [{ path, source: toSource(file), sizeBytes: file.sizeBytes }] : [];
  });
  if (planned.length === 0)
    throw new AppError("not_found", { params: { what: "source", rule: "imports.errors.nothing" } });
  return planned;
}
