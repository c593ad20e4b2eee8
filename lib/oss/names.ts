/** What OSS allows as names, and how a path that somebody typed or dropped becomes a key (reference: oss-rest.md §1). */
import { AppError } from "@/lib/errors";

export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name);
}

const KEY_BYTES_MAX = 1023;

/**
 * True for a `/`-separated relative path without empty, `.` or `..` steps, backslashes or control characters. One slash at
 * the end marks an empty folder.
 */
export function isCleanPath(path: string): boolean {
  if (path === "" || new TextEncoder().encode(path).length > KEY_BYTES_MAX) return false;
  if (/[\\\p{Cc}\p{Cs}]/u.test(path)) return false;
  return path
    .replace(/\/$/, "")
    .split("/")
    .every((step) => step !== "" && step !== "." && step !== "..");
}

/** The one form of a prefix: empty, or steps that each end in `/`. Rejects what cannot be one. */
export function parsePrefix(text: string): string {
  const path = text.replace(/^\/+|\/+$/g, "");
  if (path === "") return "";
  if (!isCleanPath(path)) throw new AppError("invalid_input", { params: { field: "prefix" } });
  return `${path}/`;
}

/** The key of a relative path below a prefix of `parsePrefix`. */
export function keyBelow(prefix: string, path: string): string {
  const key = prefix + path;
  if (!isCleanPath(path) || !isCleanPath(key)) throw new AppError("invalid_input", { params: { field: "path", path } });
  return key;
}

/**
 * Below a model root, what the console itself keeps there: the container's loaders look into folders by their names, and
 * into none that begins with a dot.
 */
export const NOTES_FOLDER = ".easel/";

/** Whether a path below a model root is the console's own, and so no part of the model. */
export function isNote(path: string): boolean {
  return path.startsWith(NOTES_FOLDER);
}
