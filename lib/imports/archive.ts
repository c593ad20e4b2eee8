import { PassThrough, Readable } from "node:stream";
import { crc32, createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import yauzl from "yauzl";
import { AppError } from "@/lib/errors";
import { isCleanPath } from "@/lib/oss/names";
import type { Remote } from "./remote";
import { probe, type RemoteSource, readRange } from "./remote-file";

/*
 * Archives, unpacked on the way: nothing of them is kept on this machine. Hostile ones are refused: paths that lead out,
 * links, devices, more entries or bytes than a model can have.
 */

export interface ArchiveEntry {
  /** As the archive names it, cleaned of a leading `./`. */
  path: string;
  sizeBytes: number;
  /** Must be read to its end, or the next entry never comes. */
  body: AsyncIterable<Uint8Array>;
}

const ENTRIES_MAX = 20_000;
const TOTAL_BYTES_MAX = 500 * 1024 ** 3;
/** Model weights hardly compress; a hundredfold growth is a bomb. */
const RATIO_MAX = 100;
/** Below this, growth harms nobody. */
const RATIO_FROM_BYTES = 64 * 1024 * 1024;

const hostile = (path: string) =>
  new AppError("invalid_input", { params: { field: "url", path, rule: "imports.errors.hostileArchive" } });

const damaged = (path: string) =>
  new AppError("invalid_input", { params: { field: "url", path, rule: "imports.errors.badArchive" } });

/** Counts what an archive names, folders included, and refuses what no model has. */
class Meter {
  #entries = 0;
  bytes = 0;

  countFolder(name: string): void {
    this.#entries += 1;
    if (this.#entries > ENTRIES_MAX) throw hostile(name);
  }

  /** The path, cleaned. */
  admit(name: string, sizeBytes: number): string {
    const path = name.replace(/^(\.\/)+/, "");
    this.countFolder(name);
    this.bytes += sizeBytes;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || this.bytes > TOTAL_BYTES_MAX) throw hostile(name);
    if (!isCleanPath(path) || path.endsWith("/")) throw hostile(name);
    return path;
  }
}

/** Entries of a `.tar`, `.tar.gz` or `.tgz`, in their order. `onRead` hears of the compressed bytes. */
export async function* tarEntries(
  remote: Remote,
  source: RemoteSource,
  signal: AbortSignal,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<ArchiveEntry> {
  const { body } = await remote.get(source.url, { headers: source.headers, signal });
  const meter = new Meter();
  const grown = { read: 0, unpacked: 0 };
  const fed = new Fed();
  async function* counted() {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      grown.read += chunk.length;
      onRead(grown.read);
      yield chunk;
    }
  }
  const unpacked = extract();
  const plain = await maybeGunzip(Readable.from(counted(), { objectMode: false }));
  const feed = Readable.from(fed.watch(plain), { objectMode: false });
  for (const stream of [plain, feed]) stream.once("error", (error) => unpacked.destroy(error));
  // An entry that is read after the end of all would only say that it is closed.
  let broken: unknown;
  unpacked.once("error", (error) => {
    broken = error;
  });
  feed.pipe(unpacked);
  try {
    for await (const entry of unpacked) {
      const { header } = entry;
      fed.account(header);
      if (header.type === "directory") {
        meter.countFolder(header.name);
        entry.resume();
        continue;
      }
      if (header.type !== "file" && header.type !== "contiguous-file") throw hostile(header.name);
      const path = meter.admit(header.name, header.size ?? 0);
      yield {
        path,
        sizeBytes: header.size ?? 0,
        body: notABomb(
          withArchiveErrors(entry as AsyncIterable<Buffer>, () => broken),
          path,
          grown,
        ),
      };
      entry.resume();
    }
    if (!fed.hasEnd()) throw cutOff();
  } catch (error) {
    throw toArchiveError(broken ?? error);
  } finally {
    body.destroy();
    feed.destroy();
    plain.destroy();
    unpacked.destroy();
  }
}

const BLOCK_BYTES = 512;
/** Long names and padding between entries; more of that is an archive that never comes to its point. */
const UNEXPLAINED_MAX = 16 * 1024 * 1024;

/** What went into the unpacking, against what came out of it. */
class Fed {
  #bytes = 0;
  #explained = 0;
  /** Where the last entry ends. */
  #end = 0;
  #tail: Buffer = Buffer.alloc(0);

  /** `byteOffset` is missing in the typings. */
  account({ size, type, byteOffset }: Header & { byteOffset?: number }): void {
    const bytes = type === "directory" ? 0 : Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    this.#explained += BLOCK_BYTES + bytes;
    this.#end = (byteOffset ?? 0) + bytes;
  }

  /** Passes the tar on for as long as entries come out of it. */
  async *watch(plain: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of plain) {
      this.#bytes += chunk.length;
      if (this.#bytes - this.#explained > UNEXPLAINED_MAX) throw hostile("…");
      this.#tail = chunk.length >= BLOCK_BYTES ? chunk : Buffer.concat([this.#tail, chunk]);
      this.#tail = Buffer.from(this.#tail.subarray(-BLOCK_BYTES));
      yield chunk;
    }
  }

  /** Behind the last entry a tar has blocks of zeros; one that was cut off between two entries has none. */
  hasEnd(): boolean {
    return this.#bytes - this.#end >= BLOCK_BYTES && this.#tail.every((byte) => byte === 0);
  }
}

const cutOff = (cause?: unknown) =>
  new AppError("network", { params: { field: "url", rule: "imports.errors.truncated" }, retryable: true, cause });

const GZIP_MARK_BYTES = 2;

/** By the first two bytes, not by the name: some servers unpack on their own. */
async function maybeGunzip(stream: Readable): Promise<Readable> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= GZIP_MARK_BYTES) break;
  }
  async function* all() {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  const whole = Readable.from(all(), { objectMode: false });
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole;
  const gunzip = createGunzip();
  whole.once("error", (error) => gunzip.destroy(error));
  return whole.pipe(gunzip);
}

/** Passes bytes on for as long as there are not absurdly more of them than came in. */
async function* notABomb(body: AsyncIterable<Buffer>, path: string, grown: { read: number; unpacked: number }) {
  for await (const chunk of body) {
    grown.unpacked += chunk.length;
    if (grown.unpacked > RATIO_FROM_BYTES && grown.unpacked > RATIO_MAX * grown.read) throw hostile(path);
    yield chunk;
  }
}

/** Entries of a zip, read by ranges: its directory lies at its end. */
export async function* zipEntries(
  remote: Remote,
  source: RemoteSource,
  signal: AbortSignal,
): AsyncGenerator<ArchiveEntry> {
  const facts = await probe(remote, source, signal);
  if (!facts.ranged || facts.sizeBytes === undefined)
    throw new AppError("upstream", { params: { rule: "imports.errors.zipNeedsRanges" } });
  const read = (start: number, end: number) => readRange(remote, source, facts, { start, end }, signal);
  const zip = await openZip(new RangeReader(facts.sizeBytes, read), facts.sizeBytes);
  try {
    // The whole directory first: of an archive that is refused nothing is stored.
    const admitted = await admitZip(zip, facts.sizeBytes);
    await refuseUncounted(zip, (start) => read(start, start + 4));
    for (const [path, entry] of admitted) {
      const stream = await openEntry(zip, entry, path);
      yield { path, sizeBytes: entry.uncompressedSize, body: undamaged(stream, path, entry.crc32) };
    }
  } catch (error) {
    throw toArchiveError(error);
  } finally {
    zip.close();
  }
}

async function admitZip(zip: yauzl.ZipFile, sizeBytes: number): Promise<[path: string, yauzl.Entry][]> {
  const meter = new Meter();
  // Of all together: entries may lie over one another in the file.
  const limitBytes = Math.max(RATIO_FROM_BYTES, RATIO_MAX * sizeBytes);
  const admitted: [string, yauzl.Entry][] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith("/")) {
      meter.countFolder(entry.fileName);
      continue;
    }
    // The upper half of the attributes is a Unix mode when a Unix made the archive; 0o12 marks a link.
    if ((entry.externalFileAttributes >>> 16) >> 12 === 0o12) throw hostile(entry.fileName);
    const path = meter.admit(entry.fileName, entry.uncompressedSize);
    if (meter.bytes > limitBytes) throw hostile(path);
    admitted.push([path, entry]);
  }
  return admitted;
}

/** An entry is named in the directory and again before its bytes: where the two differ, one of them is not true. */
async function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, path: string): Promise<Readable> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  const isAsListed = local.fileName.equals(entry.fileNameRaw) && local.compressionMethod === entry.compressionMethod;
  if (!isAsListed) throw damaged(path);
  return zip.openReadStreamPromise(entry);
}

const DIRECTORY_ENTRY = Buffer.from("PK\x01\x02");

/** A directory that goes on after as many entries as the archive counts: half of it would be taken for all. */
async function refuseUncounted({ readEntryCursor }: yauzl.ZipFile, read: (start: number) => Promise<Buffer>) {
  // A number, whatever the typings say: where the directory was read to. Its own end follows at least.
  const next = await read(Number(readEntryCursor));
  if (next.equals(DIRECTORY_ENTRY)) throw damaged("…");
}

/** The sum that the archive names for an entry; nobody else compares it. */
async function* undamaged(stream: AsyncIterable<Buffer>, path: string, expected: number) {
  let sum = 0;
  for await (const chunk of withArchiveErrors(stream)) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw damaged(path);
}

/** Whoever reads an entry meets what went wrong with the archive as a whole. */
async function* withArchiveErrors(body: AsyncIterable<Buffer>, brokenBy: () => unknown = () => undefined) {
  try {
    yield* body;
  } catch (error) {
    throw toArchiveError(brokenBy() ?? error);
  }
}

function toArchiveError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (/^unexpected end/i.test(error.message)) return cutOff(error);
  if (/^(Premature|socket|aborted)/i.test(error.message) || ("errno" in error && !isFromZlib(error)))
    return new AppError("network", { retryable: true, cause: error });
  return new AppError("invalid_input", {
    params: { field: "url", rule: "imports.errors.badArchive" },
    cause: error,
  });
}

/** Its errors have numbers too, but are about the bytes and not about the way. */
const isFromZlib = (error: Error) => "code" in error && /^Z_/.test(String(error.code));

const READ_BYTES = 4 * 1024 * 1024;
/** Headers and names are read one by one, and lie close together: of a server, they are asked for at once. */
const AHEAD_BYTES = 64 * 1024;

class RangeReader extends yauzl.RandomAccessReader {
  #ahead: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };

  constructor(
    private readonly sizeBytes: number,
    private readonly ask: (start: number, end: number) => Promise<Buffer>,
  ) {
    super();
  }

  async #bytes(start: number, end: number): Promise<Buffer> {
    if (end - start > AHEAD_BYTES) return this.ask(start, end);
    const isThere = start >= this.#ahead.start && end <= this.#ahead.start + this.#ahead.bytes.length;
    if (!isThere) this.#ahead = { start, bytes: await this.ask(start, Math.min(this.sizeBytes, start + AHEAD_BYTES)) };
    return this.#ahead.bytes.subarray(start - this.#ahead.start, end - this.#ahead.start);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const out = new PassThrough();
    const pump = async () => {
      for (let at = start; at < end; at += READ_BYTES) {
        const bytes = await this.#bytes(at, Math.min(end, at + READ_BYTES));
        if (!out.write(bytes)) await drained(out);
        if (out.destroyed) return;
      }
      out.end();
    };
    pump().catch((error: Error) => out.destroy(error));
    return out;
  }
}

/** Somebody who stops reading must not be waited for. */
function drained(out: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    out.once("drain", resolve);
    out.once("close", resolve);
  });
}

async function openZip(reader: yauzl.RandomAccessReader, sizeBytes: number): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.fromRandomAccessReaderPromise(reader, sizeBytes, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw toArchiveError(error);
  }
}
