import { BASE_FOLDERS, ROOT_FOLDERS } from "./container";
import { type Folder, folderOf, subfolder } from "./folder";
import { looseName } from "./paths";
import type { Repair } from "./types";

const ROOT_NAMES = new Set(ROOT_FOLDERS.map(looseName));
const COMPONENT_NAMES = new Set(BASE_FOLDERS.map(looseName));

export interface LayoutSuggestion {
  /** What brings the files below one model root, in order; empty when they lie right already. */
  steps: Repair[];
  /** Folders that each could be the model: the person has to choose. */
  candidates: string[];
}

type Names = Folder<unknown>;

function looksLikeDiffusers(folder: Names): boolean {
  if (folder.files.has("model_index.json")) return true;
  return [...folder.folders.keys()].filter((name) => COMPONENT_NAMES.has(looseName(name))).length >= 3;
}

export function isCheckpoint(name: string): boolean {
  return name.endsWith(".ckpt") || name.endsWith(".safetensors");
}

const hasCheckpoint = (folder: Names) => [...folder.files.keys()].some(isCheckpoint);
const hasBaseModel = (folder: Names) => [...folder.folders.keys()].some((name) => looseName(name) === "basemodel");
const join = (parent: string, name: string) => (parent ? `${parent}/${name}` : name);

/** Folders below `path` that hold a model, nearest level only. */
function nearestModels(root: Names, path: string): string[] {
  let level: [string, Names][] = [[path, subfolder(root, path) ?? root]];
  while (level.length > 0) {
    const hits = level.filter(([, folder]) => hasBaseModel(folder) || looksLikeDiffusers(folder));
    if (hits.length > 0) return hits.map(([at]) => at);
    level = level.flatMap(([at, folder]) =>
      [...folder.folders].map(([name, child]): [string, Names] => [join(at, name), child]),
    );
  }
  return [];
}

/** `base_model/some-name/model_index.json`: one folder too many inside base_model. */
function insideBaseModel(root: Names): LayoutSuggestion {
  const base = root.folders.get("base_model");
  const done = { steps: [], candidates: [] };
  if (!base || looksLikeDiffusers(base) || hasCheckpoint(base)) return done;
  if ([...base.folders.keys()].some((name) => COMPONENT_NAMES.has(looseName(name)))) return done;
  const inner = nearestModels(root, "base_model");
  if (inner.length > 1) return { steps: [], candidates: inner };
  const only = inner[0] ?? onlyCheckpointFolder(base, "base_model");
  return only ? { steps: [{ kind: "unwrap", folder: only, into: "base_model" }], candidates: [] } : done;
}

function onlyCheckpointFolder(folder: Names, path: string): string | undefined {
  const [only, ...others] = [...folder.folders];
  if (!only || others.length > 0) return undefined;
  const inner = join(path, only[0]);
  return hasCheckpoint(only[1]) ? inner : onlyCheckpointFolder(only[1], inner);
}

/** Where the model lies in what was given: a model root, a diffusers folder, a checkpoint, any of them wrapped. */
export function suggestLayout(paths: Iterable<string>): LayoutSuggestion {
  return suggestFor(folderOf([...paths].map((path) => [path, true] as const)));
}

function suggestFor(root: Names): LayoutSuggestion {
  const none: LayoutSuggestion = { steps: [], candidates: [] };
  if (hasBaseModel(root)) return insideBaseModel(root);
  if (looksLikeDiffusers(root)) return { steps: [{ kind: "move_into_base_model", from: "" }], candidates: [] };

  const known = [...root.folders.keys()].filter((name) => ROOT_NAMES.has(looseName(name)));
  const others = [...root.folders].filter(([name]) => !known.includes(name));
  const models = others.flatMap(([name]) => nearestModels(root, name)).sort((a, b) => depth(a) - depth(b));
  const nearest = models.filter((path) => depth(path) === depth(models[0] ?? ""));
  if (nearest.length > 1) return { steps: [], candidates: nearest };
  const model = nearest[0];
  if (model) {
    const folder = subfolder(root, model);
    if (folder && hasBaseModel(folder)) return unwrapped(root, model);
    // Beside folders of a model root the diffusers folder becomes base_model; alone it is taken out of its wrapper first,
    // so that a controlnet/ or translate/ inside it stays beside it.
    if (known.length > 0) return { steps: [{ kind: "move_into_base_model", from: model }], candidates: [] };
    return unwrapped(root, model);
  }
  if (hasCheckpoint(root)) return { steps: [{ kind: "move_into_base_model", from: "" }], candidates: [] };
  const [only, ...more] = others;
  if (known.length === 0 && only && more.length === 0) return unwrapped(root, only[0]);
  const holders = others.filter(([, folder]) => hasCheckpoint(folder)).map(([name]) => name);
  if (holders.length > 1) return { steps: [], candidates: holders };
  if (holders[0]) return { steps: [{ kind: "move_into_base_model", from: holders[0] }], candidates: [] };
  return none;
}

const depth = (path: string) => path.split("/").length;

/** The suggestion for the content of `folder`, with the unwrapping of `folder` before it. */
function unwrapped(root: Names, folder: string): LayoutSuggestion {
  const inner = subfolder(root, folder);
  if (!inner) return { steps: [], candidates: [] };
  const next = suggestFor(inner);
  // A wrapper around nothing that looks like a model is left alone: there is nothing to gain.
  if (next.steps.length === 0 && next.candidates.length === 0 && !hasBaseModel(inner) && !hasRootFolder(inner))
    return next;
  return {
    steps: [{ kind: "unwrap", folder, into: "" }, ...next.steps],
    candidates: next.candidates.map((path) => join(folder, path)),
  };
}

const hasRootFolder = (folder: Names) => [...folder.folders.keys()].some((name) => ROOT_NAMES.has(looseName(name)));
