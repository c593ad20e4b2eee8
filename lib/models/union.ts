/** What a model root will be once more files were brought to it: those that lie there and those that come, seen as one. */
import { type CheckOptions, checkModel, type ModelReport } from "./check";
import type { ModelFile, PlannedFile } from "./types";

/** Nothing is moved: what lies there stays, what comes has its place. */
export function checkTogether(
  existing: readonly ModelFile[],
  incoming: readonly PlannedFile[],
  options: CheckOptions,
  signal?: AbortSignal,
): Promise<ModelReport> {
  const targets = new Set(incoming.map(({ target }) => target));
  const files = [
    ...existing.filter(({ path }) => !targets.has(path)),
    ...incoming.map(({ source, target }) => ({
      path: target,
      sizeBytes: source.sizeBytes,
      read: source.read.bind(source),
    })),
  ];
  return checkModel(files, { ...options, inPlace: true }, signal);
}
