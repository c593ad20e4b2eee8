import { z } from "zod";
import { AppError } from "@/lib/errors";
import { layoutOf } from "@/lib/models/plan";
import type { ModelFile } from "@/lib/models/types";
import { isCleanPath, parsePrefix } from "@/lib/oss/names";
import type { OssClient } from "@/lib/oss/types";
import { archiveFormat } from "./archive-format";
import { type Hub, listHuggingFace, listModelScope } from "./hubs";
import type { ImportFolder } from "./kinds";
import { parseAddress, type Remote } from "./remote";
import type { ImportSource } from "./schemas";

/** Where the bytes of one planned file come from. Kept in the store: holds no secret. */
export const FileSourceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("url"), url: z.string(), hub: z.enum(["huggingface", "modelscope"]).optional() }),
  z.object({ kind: z.literal("object"), bucket: z.string(), key: z.string() }),
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
}

/** As many as a model root can sensibly have. */
const FILES_MAX = 20_000;
const CHECKPOINT = /\.(safetensors|ckpt)$/i;

/** What has to be brought, file by file: only what the container's loaders would read. */
export async function planImport(
  { remote, oss, hubs, signal }: PlanContext,
  source: ImportSource,
  folder: ImportFolder,
): Promise<PlannedImportFile[]> {
  switch (source.kind) {
    case "url":
      return [planUrl(source.url, folder)];
    case "huggingface":
    case "modelscope": {
      const list = source.kind === "huggingface" ? listHuggingFace : listModelScope;
      const files = await list(remote, hubs[source.kind], source, signal);
      return selected(files, folder, (file) => ({ kind: "url", url: file.url, hub: source.kind }));
    }
    case "bucket": {
      const prefix = parsePrefix(source.prefix);
      const { objects } = await oss.listAllObjects(source.bucket, prefix, FILES_MAX);
      const files = objects
        .filter(({ key }) => key !== prefix)
        .map(({ key, sizeBytes }) => ({ path: key.slice(prefix.length), sizeBytes, key }));
      return selected(files, folder, ({ key }) => ({ kind: "object", bucket: source.bucket, key }));
    }
    default:
      return source satisfies never;
  }
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

/** The check's own layout decides what goes where and what stays behind, by names alone. */
function selected<File extends { path: string; sizeBytes: number }>(
  files: readonly File[],
  folder: ImportFolder,
  toSource: (file: File) => FileSource,
): PlannedImportFile[] {
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
    return file ? [{ path: target, source: toSource(file), sizeBytes: file.sizeBytes }] : [];
  });
  if (planned.length === 0)
    throw new AppError("not_found", { params: { what: "source", rule: "imports.errors.nothing" } });
  return planned;
}
