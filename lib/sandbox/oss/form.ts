import type { Readable } from "node:stream";
import { ossError } from "./errors";

/** multipart/form-data as PostObject takes it: fields first, the file last, what follows it is ignored. */

const MAX_FIELD_BYTES = 8 * 1024 * 1024;
const MAX_FIELDS = 200;

export interface Form {
  /** Lower-case names. */
  fields: Map<string, string>;
  fileName: string;
  fileType?: string;
  /** To be read to its end. */
  file: AsyncGenerator<Buffer>;
}

export async function readForm(source: Readable, contentType: string): Promise<Form> {
  const [, quotedBoundary, bareBoundary] =
    /^multipart\/form-data;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quotedBoundary ?? bareBoundary;
  if (boundary === undefined) throw ossError("MalformedPOSTRequest");
  const reader = new Reader(source);
  // The first delimiter may lack the line break that stands before all others.
  reader.unread(Buffer.from("\r\n"));
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  await reader.until(delimiter, MAX_FIELD_BYTES);
  const fields = new Map<string, string>();
  for (let count = 0; count < MAX_FIELDS; count++) {
    const rest = (await reader.until(Buffer.from("\r\n"), 1024)).toString("latin1");
    if (rest.startsWith("--")) break;
    const head = parseHead(await readHead(reader));
    if (head.name === "file") {
      return { fields, fileName: head.fileName ?? "", fileType: head.type, file: reader.streamUntil(delimiter) };
    }
    fields.set(head.name, (await reader.until(delimiter, MAX_FIELD_BYTES)).toString("utf8"));
  }
  throw ossError("InvalidArgument", { message: "POST requires exactly one file upload per request." });
}

async function readHead(reader: Reader): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = (await reader.until(Buffer.from("\r\n"), 16 * 1024)).toString("utf8");
    if (line === "") return lines;
    lines.push(line);
    if (lines.length > 32) throw ossError("MalformedPOSTRequest");
  }
}

function parseHead(lines: readonly string[]): { name: string; fileName?: string; type?: string } {
  const value = (header: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${header}:`))
      ?.slice(header.length + 1)
      .trim();
  const disposition = value("content-disposition") ?? "";
  const parameter = (name: string) => new RegExp(`[;\\s]${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(disposition)?.[1];
  const name = parameter("name");
  if (name === undefined) throw ossError("MalformedPOSTRequest");
  return { name: name.toLowerCase(), fileName: parameter("filename"), type: value("content-type") };
}

class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.#chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  unread(bytes: Buffer): void {
    this.#buffer = Buffer.concat([bytes, this.#buffer]);
  }

  /** The bytes before `marker`, which is consumed. */
  async until(marker: Buffer, maxBytes: number): Promise<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(marker);
      if (at >= 0) {
        const bytes = this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + marker.length);
        return bytes;
      }
      if (this.#buffer.length > maxBytes) throw ossError("MalformedPOSTRequest");
      await this.#more();
    }
  }

  async *streamUntil(marker: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(marker);
      if (at >= 0) {
        if (at > 0) yield this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + marker.length);
        for (;;) if ((await this.#chunks.next()).done) return;
      }
      // The end may hold the beginning of the marker.
      const safe = this.#buffer.length - marker.length + 1;
      if (safe > 0) {
        yield this.#buffer.subarray(0, safe);
        this.#buffer = this.#buffer.subarray(safe);
      }
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) throw ossError("MalformedPOSTRequest");
    this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value]);
  }
}
