/** Files → requests. Pure: sizes and limits only. */
import { isCleanPath } from "../names";
import type { ServerPart, UploadItem, UploadPlan, UploadSource } from "./types";

const MIB = 1024 * 1024;

/** Up to here one request is cheaper than initiate, part and complete, and repeating it costs little. */
export const WHOLE_PUT_MAX_BYTES = 8 * MIB;

/**
 * Up to here a file is read into memory once, for sum and request, and posted as a form, which needs neither a preflight nor
 * a signature of its own. Larger ones show how far they are, and stream from disk.
 */
export const FORM_MAX_BYTES = 256 * 1024;

/** Measured best with six connections; smaller parts cost preflights, larger ones memory and repeats (design: budgets). */
const PART_BYTES = 16 * MIB;

/** OSS's limits (reference: oss-rest.md §14). */
const PARTS_MAX = 10_000;
const PART_BYTES_MAX = 5 * 1024 * MIB;

/** Keeps the number of parts, and so of signatures and preflights, in the hundreds for usual models. */
const PARTS_WANTED = 2_000;

/** Doubles from 16 MiB until the file has at most 2,000 parts, which is far from OSS's 10,000. Undefined when too large. */
export function partSizeFor(sizeBytes: number): number | undefined {
  let part = PART_BYTES;
  while (Math.ceil(sizeBytes / part) > PARTS_WANTED && part * 2 <= PART_BYTES_MAX) part *= 2;
  return Math.ceil(sizeBytes / part) <= PARTS_MAX ? part : undefined;
}

/** On a slow line so long at most, as far as the number of parts allows it: what a break in the line can cost. */
const PART_SECONDS = 20;
const PART_BYTES_MIN = MIB;

/** Smaller bodies tell more about round trips than about the line. */
export const TELLING_BYTES = MIB;

/** The planned size of a part, or a smaller one where one connection moves little. */
export function partSizeOnLine({ partSizeBytes, sizeBytes }: UploadItem, bytesPerSecond: number): number {
  const wanted = bytesPerSecond * PART_SECONDS;
  let part = partSizeBytes;
  while (part > wanted && part / 2 >= PART_BYTES_MIN && Math.ceil((sizeBytes * 2) / part) <= PARTS_WANTED) part /= 2;
  return part;
}

/** Cuts the same file in other parts. */
export function inPartsOf(item: UploadItem, partSizeBytes: number): UploadItem {
  return { ...item, partSizeBytes, partCount: Math.ceil(item.sizeBytes / partSizeBytes) };
}

/** The size of part by which somebody began to send this file, from what has arrived. Undefined when it was another file. */
export function partSizeBehind(parts: readonly ServerPart[], item: UploadItem): number | undefined {
  const sizes = [item.partSizeBytes, Math.max(0, ...parts.map(({ sizeBytes }) => sizeBytes))];
  return sizes.find((partSizeBytes) => {
    if (!isPartSize(partSizeBytes, item.sizeBytes)) return false;
    const cut = inPartsOf(item, partSizeBytes);
    return parts.every(({ number, sizeBytes }) => {
      const { start, end } = partRange(cut, number - 1);
      return sizeBytes === end - start;
    });
  });
}

/** Whether OSS would take a file in parts of this size. */
export function isPartSize(partSizeBytes: number, sizeBytes: number): boolean {
  const isWithin = partSizeBytes >= 100 * 1024 && partSizeBytes <= PART_BYTES_MAX;
  return isWithin && Math.ceil(sizeBytes / partSizeBytes) <= PARTS_MAX;
}

export type PlanProblem = { path: string; reason: "bad_path" | "duplicate" | "too_large" };

/** Plans every file that can be uploaded and names the ones that cannot. Keeps the order given. */
export function planUpload(sources: readonly UploadSource[]): { plan: UploadPlan; problems: PlanProblem[] } {
  const items: UploadItem[] = [];
  const problems: PlanProblem[] = [];
  const seen = new Set<string>();
  for (const source of sources) {
    const { path, file } = source;
    const partSizeBytes = partSizeFor(file.size);
    if (!isCleanPath(path)) problems.push({ path, reason: "bad_path" });
    else if (seen.has(path)) problems.push({ path, reason: "duplicate" });
    else if (partSizeBytes === undefined) problems.push({ path, reason: "too_large" });
    else {
      seen.add(path);
      items.push(toItem(source, partSizeBytes));
    }
  }
  return { plan: { items, totalBytes: items.reduce((sum, item) => sum + item.sizeBytes, 0) }, problems };
}

function toItem({ path, file, lastModified = 0 }: UploadSource, partSizeBytes: number): UploadItem {
  const whole = file.size <= WHOLE_PUT_MAX_BYTES;
  return {
    path,
    file,
    sizeBytes: file.size,
    lastModified,
    mode: whole ? "put" : "multipart",
    partSizeBytes: whole ? file.size : partSizeBytes,
    partCount: whole ? 1 : Math.ceil(file.size / partSizeBytes),
  };
}

/** Where part `index` (from 0) begins and ends. */
export function partRange(item: UploadItem, index: number): { start: number; end: number } {
  const start = index * item.partSizeBytes;
  return { start, end: Math.min(start + item.partSizeBytes, item.sizeBytes) };
}
