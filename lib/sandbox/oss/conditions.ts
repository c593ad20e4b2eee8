import { OssError, ossError } from "./errors";
import type { ObjectRecord } from "./store/records";

/** Conditional requests (reference: oss-rest.md §9), with one-second resolution. */

/** Thrown for a 304: no body, no error element, but what a cache needs to go on. */
export class NotModified extends OssError {
  constructor(readonly object: Pick<ObjectRecord, "etag" | "lastModified">) {
    super("NotModified", { status: 304 });
  }
}

export interface ConditionNames {
  match: string;
  noneMatch: string;
  modifiedSince: string;
  unmodifiedSince: string;
}

export const PLAIN_CONDITIONS: ConditionNames = {
  match: "If-Match",
  noneMatch: "If-None-Match",
  modifiedSince: "If-Modified-Since",
  unmodifiedSince: "If-Unmodified-Since",
};

export const COPY_CONDITIONS: ConditionNames = {
  match: "x-oss-copy-source-if-match",
  noneMatch: "x-oss-copy-source-if-none-match",
  modifiedSince: "x-oss-copy-source-if-modified-since",
  unmodifiedSince: "x-oss-copy-source-if-unmodified-since",
};

/** An error calls a condition by its plain name, on copies too (ali-oss's suite). */
export function checkConditions(
  object: Pick<ObjectRecord, "etag" | "lastModified">,
  headers: ReadonlyMap<string, string>,
  names: ConditionNames,
): void {
  const value = (name: string) => headers.get(name.toLowerCase());
  const match = value(names.match);
  if (match !== undefined && !matchesEtag(match, object.etag)) throw failed(PLAIN_CONDITIONS.match);
  const seconds = Math.floor(object.lastModified / 1000);
  const unmodifiedSince = toSeconds(value(names.unmodifiedSince));
  if (unmodifiedSince !== undefined && seconds > unmodifiedSince) throw failed(PLAIN_CONDITIONS.unmodifiedSince);
  const noneMatch = value(names.noneMatch);
  if (noneMatch !== undefined && matchesEtag(noneMatch, object.etag)) throw new NotModified(object);
  const modifiedSince = toSeconds(value(names.modifiedSince));
  if (modifiedSince !== undefined && seconds <= modifiedSince) throw new NotModified(object);
}

function failed(condition: string): OssError {
  return ossError("PreconditionFailed", { details: { Condition: condition } });
}

/** With or without quotes. */
function matchesEtag(list: string, etag: string): boolean {
  return list.split(",").some((item) => {
    const value = item.trim().replace(/^"(.*)"$/, "$1");
    return value === "*" || value.toUpperCase() === etag.toUpperCase();
  });
}

/** A date that cannot be read is no condition. */
function toSeconds(date: string | undefined): number | undefined {
  if (date === undefined) return undefined;
  const milliseconds = Date.parse(date);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}
