/** What a file really holds, judged by its first bytes. */
export type ContentKind =
  | "lfs_pointer"
  | "page"
  | "zip"
  | "pickle"
  | "json"
  | "safetensors"
  | "zeros"
  | "gzip"
  | "tar"
  | "archive"
  | "gguf"
  | "hdf5"
  | "image"
  | "text"
  | "other";

const LFS = "version https://git-lfs.github.com/spec/";
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const SIGNATURES: readonly (readonly [string, ContentKind])[] = [
  ["PK\x03\x04", "zip"],
  ["PK\x05\x06", "zip"],
  ["\x1f\x8b", "gzip"],
  ["7z\xbc\xaf\x27\x1c", "archive"],
  ["Rar!\x1a\x07", "archive"],
  ["\xfd7zXZ\x00", "archive"],
  ["BZh", "archive"],
  ["GGUF", "gguf"],
  ["\x89HDF\r\n\x1a\n", "hdf5"],
  ["\x89PNG\r\n\x1a\n", "image"],
  ["\xff\xd8\xff", "image"],
  ["GIF8", "image"],
];

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

export function contentKind(head: Uint8Array): ContentKind {
  // Eight bytes of length, of which the upper four are zero in every real file, and then the brace. Before all else: a length
  // of 640 begins like a pickle, but no pickle goes on with zeros.
  if (head[8] === 0x7b && head.subarray(4, 8).every((byte) => byte === 0)) return "safetensors";
  const start = latin1(head.subarray(0, 16));
  const signature = SIGNATURES.find(([magic]) => start.startsWith(magic));
  if (signature) return signature[1];
  // Pickle protocol 2 and later: PROTO opcode and its version.
  if (head[0] === 0x80 && head[1] !== undefined && head[1] >= 2 && head[1] <= 5) return "pickle";
  if (latin1(head.subarray(257, 262)) === "ustar") return "tar";
  if (head.length >= 64 && head.subarray(0, 4096).every((byte) => byte === 0)) return "zeros";
  const text = decoder
    .decode(head.subarray(0, 256))
    .replace(/^\ufeff/, "")
    .trimStart();
  if (text.startsWith(LFS)) return "lfs_pointer";
  if (/^<(!doctype|html|\?xml|!--|error|head|body)/i.test(text)) return "page";
  if (text.startsWith("{")) return "json";
  return text.length > 0 && /^[\t\n\r\x20-\x7e]*$/.test(text) ? "text" : "other";
}

/** Size of the real file that a Git LFS pointer stands for. */
export function lfsSize(head: Uint8Array): number | undefined {
  const size = /\nsize (\d{1,15})/.exec(decoder.decode(head.subarray(0, 512)))?.[1];
  return size === undefined ? undefined : Number(size);
}

/** What hubs answer in plain text: `Entry not found`, `Access to model … is restricted`, `Invalid username or password.` */
export function isAnswerInText(head: Uint8Array): boolean {
  const text = decoder.decode(head.subarray(0, 400));
  return (
    head.length < 2000 &&
    /^(\d{3}[: ]|entry not found|not found|access (to|denied)|invalid (username|credential)|unauthorized|forbidden|internal|bad gateway|repository not found|rate limit|too many requests|error)/i.test(
      text.trimStart(),
    )
  );
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const MAX_SHOWN = 200;

/** A value as a person may recognise it. What was written to be too deep to be told is not told. */
export function shownJson(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? "–").slice(0, MAX_SHOWN);
  } catch {
    return "…";
  }
}

export type JsonProblem = { reason: "bom" | "encoding" | "syntax"; line?: number; column?: number };

const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Parses as Python's `json` does: a byte order mark and wrong UTF-8 are errors, NaN and Infinity are not. */
export function parseJson(bytes: Uint8Array): { value: unknown } | { problem: JsonProblem } {
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return { problem: { reason: "encoding" } };
  }
  if (text.startsWith("\ufeff")) return { problem: { reason: "bom" } };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    try {
      return { value: JSON.parse(text.replace(/([:[,]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, "$1null")) };
    } catch {
      return { problem: { reason: "syntax", ...placeOf(error, text) } };
    }
  }
}

/** Where the engine says that it stopped; engines word it differently, and some say nothing. */
function placeOf(error: unknown, text: string): { line?: number; column?: number } {
  const message = error instanceof Error ? error.message : "";
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named) return { line: Number(named[1]), column: Number(named[2]) };
  const position = /position (\d+)/.exec(message)?.[1];
  const at =
    position === undefined ? (/end of|unterminated/i.test(message) ? text.length : undefined) : Number(position);
  if (at === undefined) return {};
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
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
