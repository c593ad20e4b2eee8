import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import { startTestServer, type TestServer } from "@/lib/sandbox/oss/testing";
import type { OssClient } from "../types";
import { createBlobChecksum } from "./checksum";
import { createUpload } from "./engine";
import { planUpload } from "./plan";
import { clientAt, transportTo } from "./testing-oss";
import type { UploadEvent, UploadTransport } from "./types";

/** The engine over real signed URLs against an OSS that keeps what it is given. */

const BUCKET = "engine-bucket";
const MIB = 1024 * 1024;
const checksum = createBlobChecksum();
/** Real time, but nobody waits. */
const clock: Clock = { now: () => systemClock.now(), sleep: async () => undefined };
let server: TestServer;
let oss: OssClient;

beforeAll(async () => {
  server = await startTestServer();
  oss = clientAt(server.port);
  await oss.createBucket(BUCKET);
});
afterAll(() => server.remove());

function transport(prefix: string, through = oss, expiresSeconds?: () => number): UploadTransport {
  return transportTo({ oss, bucket: BUCKET, prefix, through, expiresSeconds });
}

function filled(size: number, seed: string): Blob {
  return new Blob([Buffer.alloc(size, `${seed} 0123456789 `)]);
}

const FILES = [
  { path: "model_index.json", file: new Blob(['{"_class_name":"x"}'], { type: "application/json" }) },
  { path: "empty.txt", file: new Blob([]) },
  { path: "vae/模型 (1)+&.bin", file: filled(300_000, "vae") },
  { path: "unet/w.safetensors", file: filled(37 * MIB + 11, "unet") },
];

async function run(through: UploadTransport, sources = FILES) {
  const upload = createUpload(planUpload(sources).plan, { transport: through, checksum, clock });
  const events: UploadEvent[] = [];
  upload.subscribe((event) => events.push(event));
  upload.start();
  const progress = await upload.settled();
  return { progress, events, retries: events.filter(({ type }) => type === "retry").length };
}

async function expectStored(prefix: string, sources = FILES): Promise<void> {
  for (const { path, file } of sources) {
    const crc64 = await checksum(file);
    expect(await oss.headObject(BUCKET, prefix + path), path).toMatchObject({ sizeBytes: file.size, crc64 });
    const stored = await server.store.read(BUCKET, prefix + path);
    expect(Buffer.from(await file.arrayBuffer()).equals(stored), path).toBe(true);
  }
}

describe("the whole way", () => {
  test("every byte arrives, large, small, empty and oddly named", async () => {
    const { progress, retries } = await run(transport("plain/"));
    expect(progress).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    expect(retries).toBe(0);
    await expectStored("plain/");
  });

  test("URLs that expired are signed again", async () => {
    let batches = 0;
    // OSS's clock is ten seconds ahead, so a URL for one second has expired on arrival.
    await server.clock.advance(10_000);
    const { progress, retries } = await run(transport("expired/", oss, () => (batches++ < 2 ? 1 : 600)));
    expect(progress).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    expect(batches).toBeGreaterThan(2);
    expect(retries).toBe(0);
    await expectStored("expired/");
  });

  test("throttling and failures of the moment are waited out", async () => {
    const slow = { status: 503, code: "UploadTrafficRateLimitExceeded", message: "Slow down.", times: 1 };
    server.faults.add({ operation: "UploadPart", ...slow });
    server.faults.add({ operation: "PutObject", ...slow, status: 500, code: "InternalError" });
    const { progress, events } = await run(transport("faults/"));
    expect(progress).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    const reasons = events.flatMap((event) => (event.type === "retry" ? [event.error.vendor?.code] : []));
    expect(reasons.sort()).toEqual(["InternalError", "UploadTrafficRateLimitExceeded"]);
    await expectStored("faults/");
  });

  test("a refused file fails alone", async () => {
    server.faults.add({ operation: "UploadPart", status: 403, code: "AccessDenied", message: "No.", times: 1 });
    const { progress } = await run(transport("refused/"));
    expect(progress).toMatchObject({ doneFiles: FILES.length - 1, failedFiles: 1 });
    await expectStored("refused/", FILES.slice(0, 3));
  });
});

describe("a line that does harm", () => {
  let harm: { damage: number; reset: number };
  let proxy: Server;
  let through: OssClient;

  /** Passes requests on; the next `damage` bodies lose a bit, the next `reset` requests lose their connection. */
  beforeAll(async () => {
    harm = { damage: 0, reset: 0 };
    proxy = createServer((request, response) => {
      if (request.method === "PUT" && harm.reset > 0) {
        harm.reset--;
        request.socket.destroy();
        return;
      }
      const damaged = request.method === "PUT" && harm.damage > 0 && Number(request.headers["content-length"]) > 0;
      if (damaged) harm.damage--;
      const onward = connect(server.port, "127.0.0.1");
      onward.on("error", () => response.destroy());
      const headers = { ...request.headers, connection: "close", host: `localhost:${server.port}` };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      let first = damaged;
      request.on("data", (chunk: Buffer) => {
        if (first) chunk[0] = (chunk[0] ?? 0) ^ 1;
        first = false;
        onward.write(chunk);
      });
      onward.pipe(response.socket ?? request.socket, { end: true });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address();
    through = clientAt(typeof address === "object" && address ? address.port : 0);
  });
  afterAll(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  test("a flipped bit is found by CRC-64 and sent again", async () => {
    harm.damage = 2;
    const { progress, events } = await run(transport("damaged/", through));
    expect(progress).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    const reasons = events.flatMap((event) => (event.type === "retry" ? [event.error.params.reason] : []));
    expect(reasons).toEqual(["corrupted", "corrupted"]);
    await expectStored("damaged/");
  });

  test("a connection that is reset is tried again", async () => {
    harm.reset = 2;
    const { progress, events } = await run(transport("reset/", through));
    expect(progress).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    const codes = events.flatMap((event) => (event.type === "retry" ? [event.error.code] : []));
    expect(codes).toEqual(["network", "network"]);
    await expectStored("reset/");
  });
});
