import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { crc32, deflateRawSync } from "node:zlib";
import { pack } from "tar-stream";

/** Somebody else's server, as badly behaved as the test wants. */
export interface FileServer {
  host: string;
  url(path: string): string;
  files: Map<string, Buffer>;
  /** Answers of its own making, by path without the query. */
  handlers: Map<string, http.RequestListener>;
  /** Answers other than files, by path and query. */
  pages: Map<string, { status?: number; headers?: Record<string, string>; body?: string }>;
  options: { ranges: boolean; breakAfterBytes?: number; breaks: number };
  /** What was asked for, in order. */
  requests: { path: string; range?: string; authorization?: string }[];
  close(): Promise<void>;
}

export async function startFileServer(port = 0): Promise<FileServer> {
  const files = new Map<string, Buffer>();
  const handlers: FileServer["handlers"] = new Map();
  const pages: FileServer["pages"] = new Map();
  const options: FileServer["options"] = { ranges: true, breaks: 0 };
  const requests: FileServer["requests"] = [];
  const server = http.createServer((request, response) => {
    const path = request.url ?? "/";
    const { range, authorization } = request.headers;
    requests.push({ path, range, authorization });
    const handler = handlers.get(path.split("?")[0] ?? "");
    if (handler) {
      handler(request, response);
      return;
    }
    const page = pages.get(path);
    if (page) {
      response.writeHead(page.status ?? 200, page.headers).end(page.body);
      return;
    }
    const file = files.get(decodeURIComponent(path));
    if (file) answerFile(file, options, request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (path) => `http://${host}${path}`,
    files,
    handlers,
    pages,
    options,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerFile(
  file: Buffer,
  options: FileServer["options"],
  { headers }: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const { range = "", "if-range": ifRange } = headers;
  if (file.length === 0 && range !== "") {
    response.writeHead(416, { "content-range": "bytes */0" }).end();
    return;
  }
  const etag = `"${createHash("md5").update(file).digest("hex")}"`;
  const match = options.ranges ? /^bytes=(\d+)-(\d*)$/.exec(range) : null;
  const partial = match && (ifRange === undefined || ifRange === etag);
  const start = partial ? Number(match[1]) : 0;
  const end = partial ? Math.min(match[2] ? Number(match[2]) + 1 : file.length, file.length) : file.length;
  const body = file.subarray(start, end);
  response.writeHead(partial ? 206 : 200, {
    etag,
    "content-length": body.length,
    ...(partial ? { "content-range": `bytes ${start}-${end - 1}/${file.length}` } : {}),
  });
  if (options.breaks > 0 && options.breakAfterBytes !== undefined && body.length > options.breakAfterBytes) {
    options.breaks -= 1;
    response.write(body.subarray(0, options.breakAfterBytes), () => response.destroy());
    return;
  }
  response.end(body);
}

/** The same bytes every time, and hardly any two alike. */
export function someBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, Math.min(at, Math.max(0, length - 4)));
  }
  return bytes;
}

/** What an entry is when it is no file. */
type Special = { type: "symlink" | "link" | "block-device" | "fifo" | "directory"; linkname?: string };

export async function makeTar(entries: Record<string, Buffer | Special>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(entries)) {
    if (Buffer.isBuffer(content)) archive.entry({ name }, content);
    else archive.entry({ name, ...content });
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface ZipChange {
  /** Of the upper half of the attributes: what a Unix says a file is. */
  mode?: number;
  /** Instead of the true one. */
  crc?: number;
  /** Packed, as most tools do. */
  deflated?: boolean;
  /** What the directory calls each entry, where that is not what stands before its bytes. */
  rename?: (name: string) => string;
  /** How often the directory names each entry under another name, all of them the same bytes of the file. */
  repeats?: number;
}

/** Stored, not deflated, unless told: what a zip of weights looks like. */
export function makeZip(
  entries: Record<string, Buffer>,
  { mode = 0, crc, deflated = false, rename = (name) => name, repeats = 1 }: ZipChange = {},
): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const nameBytes = Buffer.from(name);
    const packed = deflated ? deflateRawSync(content) : content;
    const method = deflated ? 8 : 0;
    const facts = Buffer.alloc(16);
    facts.writeUInt32LE(0, 0);
    facts.writeUInt32LE(crc ?? crc32(content), 4);
    facts.writeUInt32LE(packed.length, 8);
    facts.writeUInt32LE(content.length, 12);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(0x800, 6);
    local.writeUInt16LE(method, 8);
    facts.copy(local, 10);
    local.writeUInt16LE(nameBytes.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(0x800, 8);
    central.writeUInt16LE(method, 10);
    facts.copy(central, 12);
    central.writeUInt16LE(Buffer.from(rename(name)).length, 28);
    central.writeUInt16LE(mode, 40);
    central.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, packed);
    for (let copy = 0; copy < repeats; copy++) {
      const other = Buffer.from(name.slice(0, name.length - 4) + String(copy).padStart(4, "0"));
      directory.push(central, repeats === 1 ? Buffer.from(rename(name)) : other);
    }
    offset += local.length + nameBytes.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length * repeats, 8);
  end.writeUInt16LE(Object.keys(entries).length * repeats, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}
