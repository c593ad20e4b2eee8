/**
 * The outline of a zip archive from its end: the end record, its 64-bit form, the central directory. What torch writes has
 * no comment and stored entries only; anything else is read as far as needed to say what is wrong with it.
 */
export interface ZipEntry {
  name: string;
  method: number;
  packedBytes: number;
  sizeBytes: number;
  /** Of the entry's own header. */
  offset: number;
}

/** Methods that torch can read. */
export const STORED = 0;
export const DEFLATED = 8;

/** The end record is at most its own 22 bytes and a comment of 65,535 before the end; its 64-bit form lies before it. */
export const ZIP_TAIL = 56 + 20 + 22 + 65_535;
/** Central directory worth reading: a checkpoint of 3,000 tensors has about 250 KB. */
export const MAX_DIRECTORY_BYTES = 768 * 1024;

export interface ZipEnd {
  entries: number;
  directoryOffset: number;
  directoryBytes: number;
  /** Where the end record begins. */
  at: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function uint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/**
 * `tail`: the last bytes of the file, which begin at `tailOffset`. `undefined` = no end record in them, or one that readers
 * understand differently: the archive is cut off.
 */
export function findZipEnd(tail: Uint8Array, tailOffset: number): ZipEnd | undefined {
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    // The comment is cut off. Looking further for another record would be reading what torch, which takes the last, does not.
    if (at + 22 + view.getUint16(at + 20, true) > tail.length) return undefined;
    const small = {
      entries: view.getUint16(at + 10, true),
      directoryBytes: view.getUint32(at + 12, true),
      directoryOffset: view.getUint32(at + 16, true),
      at: tailOffset + at,
    };
    const big = bigEnd(view, at, tailOffset);
    return big === "elsewhere" ? undefined : (big ?? small);
  }
  return undefined;
}

/** The 64-bit record, when there is one; it lies right before its locator, and is not followed to another place. */
function bigEnd(view: DataView, endAt: number, tailOffset: number): ZipEnd | "elsewhere" | undefined {
  const locator = endAt - 20;
  if (locator < 0) return tailOffset > 0 ? "elsewhere" : undefined;
  if (view.getUint32(locator, true) !== LOCATOR_64) return undefined;
  const at = uint64(view, locator + 8) - tailOffset;
  if (at < 0 || at + 56 > view.byteLength) return "elsewhere";
  if (view.getUint32(at, true) !== END_64) return undefined;
  return {
    entries: uint64(view, at + 32),
    directoryBytes: uint64(view, at + 40),
    directoryOffset: uint64(view, at + 48),
    at: tailOffset + at,
  };
}

/** `undefined` when the directory is damaged or does not hold what the end record says. */
export function readDirectory(bytes: Uint8Array, end: ZipEnd): ZipEntry[] | undefined {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + 46 <= bytes.length && view.getUint32(at, true) === CENTRAL) {
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const next = at + 46 + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (next > bytes.length) return undefined;
    const entry: ZipEntry = {
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      sizeBytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    widen(entry, view, at + 46 + nameBytes, extraBytes);
    entries.push(entry);
    at = next;
  }
  return entries.length === end.entries && at === end.directoryBytes ? entries : undefined;
}

/** Fills in the 64-bit values of an entry whose 32-bit fields are all ones. */
function widen(entry: ZipEntry, view: DataView, start: number, length: number): void {
  for (let at = start; at + 4 <= start + length; ) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 0x0001) {
      let field = at + 4;
      const end = Math.min(at + 4 + size, start + length);
      for (const key of ["sizeBytes", "packedBytes", "offset"] as const) {
        if (entry[key] !== 0xffffffff || field + 8 > end) continue;
        entry[key] = uint64(view, field);
        field += 8;
      }
      return;
    }
    at += 4 + size;
  }
}

/** Length of an entry's own header; `undefined` when there is none at this place. `bytes`: at least 30 from its offset on. */
export function localHeaderBytes(bytes: Uint8Array): number | undefined {
  if (bytes.length < 30) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== LOCAL) return undefined;
  return 30 + view.getUint16(26, true) + view.getUint16(28, true);
}
