/**
 * Texts that tools leave in picture files: PNG's `tEXt`, `zTXt` and `iTXt` chunks, and the EXIF user comment of JPEG and WebP.
 * Files come from anywhere: every length is checked against what is there, what is inflated is bounded, and nothing is
 * decoded but text.
 */

/** Pictures larger than this are not looked into. */
export const PICTURE_BYTES_MAX = 64 * 1024 * 1024;
const TEXT_BYTES_MAX = 1024 * 1024;
const CHUNKS_MAX = 10_000;
const TEXTS_MAX = 50;

/** By their names; the comment of an EXIF block is called `parameters`, which is what tools write there. */
export async function readPictureTexts(bytes: Uint8Array): Promise<Map<string, string>> {
  if (bytes.length > PICTURE_BYTES_MAX) return new Map();
  if (startsWith(bytes, 0, PNG_SIGNATURE)) return readPng(bytes);
  const exif = startsWith(bytes, 0, [0xff, 0xd8]) ? exifOfJpeg(bytes) : exifOfWebp(bytes);
  const comment = exif && userComment(exif);
  return comment ? new Map([["parameters", comment]]) : new Map();
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function startsWith(bytes: Uint8Array, at: number, expected: readonly number[]): boolean {
  return expected.every((byte, index) => bytes[at + index] === byte);
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const latin1 = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function readPng(bytes: Uint8Array): Promise<Map<string, string>> {
  const view = viewOf(bytes);
  const texts = new Map<string, string>();
  let at = PNG_SIGNATURE.length;
  for (let chunk = 0; chunk < CHUNKS_MAX && at + 12 <= bytes.length; chunk++) {
    const length = view.getUint32(at);
    const type = latin1(bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length || type === "IEND" || texts.size >= TEXTS_MAX) break;
    const text = length <= TEXT_BYTES_MAX ? await textOf(type, bytes.subarray(at + 8, end)) : undefined;
    if (text && !texts.has(text.name)) texts.set(text.name, text.value);
    at = end + 4;
  }
  return texts;
}

async function textOf(type: string, data: Uint8Array): Promise<{ name: string; value: string } | undefined> {
  if (type !== "tEXt" && type !== "zTXt" && type !== "iTXt") return undefined;
  const nameEnd = data.indexOf(0);
  if (nameEnd < 1 || nameEnd > 79) return undefined;
  const name = latin1(data.subarray(0, nameEnd));
  if (type === "tEXt") return { name, value: latin1(data.subarray(nameEnd + 1)) };
  if (type === "zTXt") {
    const value = await inflate(data.subarray(nameEnd + 2));
    return value && { name, value: latin1(value) };
  }
  const isCompressed = data[nameEnd + 1] === 1;
  const languageEnd = data.indexOf(0, nameEnd + 3);
  const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return undefined;
  const rest = data.subarray(translatedEnd + 1);
  const value = isCompressed ? await inflate(rest) : rest;
  return value && { name, value: utf8(value) };
}

/** Undefined for what is no zlib stream or would become too large. */
async function inflate(data: Uint8Array): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const stream = new Blob([new Uint8Array(data)]).stream().pipeThrough(new DecompressionStream("deflate"));
    const reader = stream.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > TEXT_BYTES_MAX) {
        await reader.cancel();
        return undefined;
      }
      parts.push(next.value);
    }
  } catch {
    return undefined;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const EXIF_HEADER = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** The TIFF block of the first APP1 segment that has one. */
function exifOfJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const view = viewOf(bytes);
  let at = 2;
  for (let segment = 0; segment < CHUNKS_MAX && at + 4 <= bytes.length && bytes[at] === 0xff; segment++) {
    const marker = bytes[at + 1] ?? 0;
    // The pixels begin: no settings after them.
    if (marker === 0xda || marker === 0xd9) return undefined;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) return undefined;
    if (marker === 0xe1 && startsWith(bytes, at + 4, EXIF_HEADER)) return bytes.subarray(at + 10, end);
    at = end;
  }
  return undefined;
}

function exifOfWebp(bytes: Uint8Array): Uint8Array | undefined {
  if (latin1(bytes.subarray(0, 4)) !== "RIFF" || latin1(bytes.subarray(8, 12)) !== "WEBP") return undefined;
  const view = viewOf(bytes);
  let at = 12;
  for (let chunk = 0; chunk < CHUNKS_MAX && at + 8 <= bytes.length; chunk++) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length;
    if (end > bytes.length) return undefined;
    if (latin1(bytes.subarray(at, at + 4)) === "EXIF") {
      const data = bytes.subarray(at + 8, end);
      return startsWith(data, 0, EXIF_HEADER) ? data.subarray(6) : data;
    }
    at = end + (length % 2);
  }
  return undefined;
}

const EXIF_IFD = 0x8769;
const USER_COMMENT = 0x9286;
const ENTRIES_MAX = 500;

/** Two directories deep, where cameras and tools put it. */
function userComment(tiff: Uint8Array): string | undefined {
  if (tiff.length < 8) return undefined;
  const view = viewOf(tiff);
  const little = tiff[0] === 0x49;
  if (view.getUint16(2, little) !== 42) return undefined;
  const first = entryOf(view, view.getUint32(4, little), EXIF_IFD, little);
  if (first === undefined) return undefined;
  const entry = entryOf(view, view.getUint32(first + 8, little), USER_COMMENT, little);
  if (entry === undefined) return undefined;
  const length = view.getUint32(entry + 4, little);
  const at = view.getUint32(entry + 8, little);
  if (length < 9 || length > TEXT_BYTES_MAX || at + length > tiff.length) return undefined;
  const code = latin1(tiff.subarray(at, at + 7));
  const data = tiff.subarray(at + 8, at + length);
  if (code !== "UNICODE") return utf8(data).replace(/\0+$/, "");
  // By the standard in the file's own order of bytes; most tools write the larger half first all the same.
  return new TextDecoder(looksBig(data) ? "utf-16be" : "utf-16le").decode(data).replace(/\0+$/, "");
}

/** Where one entry of a directory begins. */
function entryOf(view: DataView, directory: number, tag: number, little: boolean): number | undefined {
  if (directory + 2 > view.byteLength) return undefined;
  const count = Math.min(ENTRIES_MAX, view.getUint16(directory, little));
  for (let index = 0; index < count; index++) {
    const at = directory + 2 + index * 12;
    if (at + 12 > view.byteLength) return undefined;
    if (view.getUint16(at, little) === tag) return at;
  }
  return undefined;
}

/** Settings have numbers and line ends, whose larger half is zero: it stands where most of the zeros are. */
function looksBig(data: Uint8Array): boolean {
  let first = 0;
  let second = 0;
  for (let at = 0; at + 1 < data.length; at += 2) {
    if (data[at] === 0) first++;
    if (data[at + 1] === 0) second++;
  }
  return first >= second;
}
