/** What a file really holds, judged by its first bytes. */
export type ContentKind = "lfs_pointer" | "page" | "zip" | "pickle" | "json" | "other";

const LFS = "version https://git-lfs.github.com/spec/";
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function contentKind(head: Uint8Array): ContentKind {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04) return "zip";
  // Pickle protocol 2 and later: PROTO opcode and its version.
  if (head[0] === 0x80 && head[1] !== undefined && head[1] >= 2 && head[1] <= 5) return "pickle";
  const text = decoder.decode(head.subarray(0, 256)).trimStart();
  if (text.startsWith(LFS)) return "lfs_pointer";
  if (/^<(!doctype|html|\?xml|!--|error|head|body)/i.test(text)) return "page";
  if (text.startsWith("{")) return "json";
  return "other";
}

/** Size of the real file that a Git LFS pointer stands for. */
export function lfsSize(head: Uint8Array): number | undefined {
  const size = /\nsize (\d{1,15})/.exec(decoder.decode(head))?.[1];
  return size === undefined ? undefined : Number(size);
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses as Python's `json` does: a byte order mark is an error, NaN and Infinity are not. `undefined` = not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(text.replace(/([:[,]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, "$1null"));
    } catch {
      return undefined;
    }
  }
}

/** What hubs and gateways answer instead of the file, saved under its name. */
export function isErrorAnswer(value: JsonObject): boolean {
  const keys = Object.keys(value);
  return (
    keys.length <= 6 &&
    typeof value._class_name !== "string" &&
    keys.some((key) => /^(error|detail|message|errors)$/i.test(key))
  );
}
