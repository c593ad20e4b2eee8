/** OSS: an object key has 1 to 1023 bytes of UTF-8 (oss-rest.md). */
export const MAX_KEY_BYTES = 1023;

/**
 * Control characters, halves of surrogate pairs (not UTF-8), and the backslash, which OSS refuses at the start and Windows
 * reads as a separator.
 */
const FORBIDDEN = /[\p{Cc}\p{Cs}\\]/u;
const encoder = new TextEncoder();

/**
 * The path as it may stand in an object key: NFC, without `.` and empty segments; `undefined` when it cannot be made safe.
 * `room` is what the key may still take after the model root's own prefix.
 */
export function cleanPath(path: string, room = MAX_KEY_BYTES): string | undefined {
  if (FORBIDDEN.test(path)) return undefined;
  const isFolder = path.endsWith("/");
  const segments = path
    .normalize("NFC")
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".");
  if (segments.length === 0 || segments.includes("..")) return undefined;
  const cleaned = segments.join("/") + (isFolder ? "/" : "");
  // No character takes more than three bytes of UTF-8: most paths need no counting.
  return cleaned.length * 3 <= room || encoder.encode(cleaned).length <= room ? cleaned : undefined;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `lower case without separators`: how a wrongly written folder name is recognised. */
export function looseName(name: string): string {
  return name.toLowerCase().replace(/[-_ .]/g, "");
}
