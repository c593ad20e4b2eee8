import { ossError } from "./errors";

export interface ByteRange {
  start: number;
  /** Exclusive. */
  end: number;
}

/**
 * The one range of a Range header. What the vendor calls invalid (malformed, several, or reaching beyond the end on
 * either side) gives undefined, which means the whole object, unless the standard behaviour was asked for: then it is cut
 * at the end, or 416 (reference: oss-rest.md §9; help.aliyun.com "scope download").
 */
export function parseRange(header: string | undefined, size: number, standard: boolean): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") return suffix(Number(last), size, standard);
  const start = Number(first);
  const end = last === "" ? size : Number(last) + 1;
  if (start >= end && last !== "") return undefined;
  if (start >= size) return standard ? unsatisfiable(size) : undefined;
  if (end > size) return standard ? { start, end: size } : undefined;
  return { start, end };
}

function suffix(length: number, size: number, standard: boolean): ByteRange | undefined {
  if (length === 0 || size === 0) return standard ? unsatisfiable(size) : undefined;
  return { start: Math.max(0, size - length), end: size };
}

function unsatisfiable(size: number): never {
  throw ossError("InvalidRange", { details: { ActualObjectSize: size } });
}
