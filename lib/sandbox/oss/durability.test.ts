import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Client, createClient, startTestServer, type TestServer } from "./testing";

const BUCKET = "durable";
let server: TestServer;
let client: Client;

async function restart(): Promise<void> {
  server = await server.restart();
  client = createClient(server, { bucket: BUCKET });
}

const blobFolder = () => join(server.dataDir, "oss", "blobs");
async function countBlobs(): Promise<number> {
  const folders = await readdir(blobFolder());
  const files = await Promise.all(folders.map((folder) => readdir(join(blobFolder(), folder))));
  return files.flat().length;
}

describe("in this process", () => {
  beforeEach(async () => {
    server = await startTestServer();
    client = createClient(server, { bucket: BUCKET });
    await client.putBucket(BUCKET);
  });
  afterEach(() => server.remove());

  test("a restart keeps objects, configuration and uploads in progress", async () => {
    await client.put("dir/分片", Buffer.from("content"), { meta: { a: 1 } as never });
    await client.put("gone", Buffer.from("x"));
    await client.delete("gone");
    await client.putBucketACL(BUCKET, "public-read");
    await client.putBucketCORS(BUCKET, [{ allowedOrigin: "*", allowedMethod: "GET" }] as never);
    const { uploadId } = await client.initMultipartUpload("big");
    const part = await client.uploadPart("big", uploadId, 1, Buffer.from("part") as never, 0, 4);
    await restart();
    expect((await client.get("dir/分片")).content.toString()).toBe("content");
    expect((await client.head("dir/分片")).meta).toEqual({ a: "1" });
    expect((await client.getBucketACL(BUCKET)).acl).toBe("public-read");
    expect((await client.getBucketCORS(BUCKET)).rules).toHaveLength(1);
    await client.completeMultipartUpload("big", uploadId, [{ number: 1, etag: part.etag }]);
    await restart();
    expect((await client.get("big")).content.toString()).toBe("part");
    expect((await client.listV2({}, {})).objects.map(({ name }: { name: string }) => name)).toEqual([
      "big",
      "dir/分片",
    ]);
  });

  test("folders are made when something comes to lie in them: a start costs none", async () => {
    expect(await readdir(blobFolder())).toEqual([]);
    await client.put("k", Buffer.from("x"));
    expect(await readdir(blobFolder())).toHaveLength(1);
    await restart();
    await client.put("l", Buffer.from("y"));
    expect((await client.get("k")).content.toString() + (await client.get("l")).content.toString()).toBe("xy");
  });

  test("a body that breaks off leaves nothing, neither object nor file", async () => {
    await client.put("k", Buffer.from("old"));
    const url = new URL(await client.signatureUrlV4("PUT", 60, {}, "k"));
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n`);
    socket.write(Buffer.alloc(3_000_000));
    await vi.waitFor(async () => expect(await countBlobs()).toBe(2));
    socket.destroy();
    await vi.waitFor(async () => expect(await countBlobs()).toBe(1));
    expect((await client.get("k")).content.toString()).toBe("old");
  });

  test("a file goes when the last object that shares it goes", async () => {
    await client.put("a", Buffer.from("shared"));
    await client.copy("b", "a");
    await client.copy("b", "b", { meta: { x: 1 } as never });
    await client.delete("a");
    expect((await client.get("b")).content.toString()).toBe("shared");
    expect(await countBlobs()).toBe(1);
    await restart();
    await client.put("b", Buffer.from("other"));
    await vi.waitFor(async () => expect(await countBlobs()).toBe(1));
    const { uploadId } = await client.initMultipartUpload("u");
    await client.uploadPart("u", uploadId, 1, Buffer.from("part") as never, 0, 4);
    await client.abortMultipartUpload("u", uploadId);
    await client.delete("b");
    await vi.waitFor(async () => expect(await countBlobs()).toBe(0));
  });

  test("a line that a kill cut off is dropped, and the next change does not continue it", async () => {
    await client.put("a", Buffer.from("1"));
    await appendFile(join(server.dataDir, "oss", "journal.jsonl"), '{"op":"object","bucket":"durable","obj');
    await restart();
    await client.put("b", Buffer.from("2"));
    await restart();
    expect((await client.listV2({}, {})).keyCount).toBe(2);
  });

  test("a journal that is mostly history is rewritten at the next start", async () => {
    for (let round = 0; round < 1100; round++) await server.store.write(BUCKET, "k", Buffer.from(String(round)));
    const journal = join(server.dataDir, "oss", "journal.jsonl");
    const before = (await stat(journal)).size;
    await restart();
    expect((await stat(journal)).size).toBeLessThan(before / 100);
    await client.put("l", Buffer.from("x"));
    await restart();
    expect((await client.get("k")).content.toString()).toBe("1099");
    expect((await client.listV2({}, {})).keyCount).toBe(2);
  });

  test("mounts read and write the same objects", async () => {
    const { store } = server;
    await store.write(BUCKET, "result/1.png", Buffer.from("picture"), { "Content-Type": "image/png" });
    expect((await client.get("result/1.png")).res.headers).toMatchObject({ "content-type": "image/png" });
    await client.put("model/a", Buffer.from("0123456789"));
    expect(Buffer.from(await store.read(BUCKET, "model/a", { start: 2, end: 5 })).toString()).toBe("234");
    expect(Buffer.from(await store.read(BUCKET, "model/a", { start: 8, end: 50 })).toString()).toBe("89");
    expect(await store.head(BUCKET, "model/a")).toMatchObject({ key: "model/a", size: 10 });
    expect(await store.head(BUCKET, "none")).toBeUndefined();
    await expect(store.read(BUCKET, "none")).rejects.toThrow();
    const keys: string[] = [];
    for await (const { key } of store.list(BUCKET, "")) {
      keys.push(key);
      if (key === "model/a") await store.delete(BUCKET, "model/a");
    }
    expect(keys).toEqual(["model/a", "result/1.png"]);
    expect(await store.bucketExists("none")).toBe(false);
  });
});

describe("killed in the middle of its work", () => {
  let folder: string;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "easel-oss-kill-"));
  });
  afterEach(async () => {
    child?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  async function startProcess(): Promise<{ port: number; process: ChildProcess }> {
    const script = fileURLToPath(new URL("./testing-process.ts", import.meta.url));
    const started = spawn(process.execPath, ["--import", "tsx", script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child = started;
    const port = await new Promise<number>((resolve, reject) => {
      started.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
      started.once("exit", () => reject(new Error("the server ended")));
    });
    return { port, process: started };
  }

  test("loses nothing that it had confirmed, and keeps nothing that it had not", async () => {
    const running = await startProcess();
    const writer = createClient(running, { bucket: BUCKET });
    await writer.putBucket(BUCKET);
    const confirmed = new Map<string, string>();
    let number = 0;
    const write = async () => {
      for (;;) {
        const key = `k${number++}`;
        const body = Buffer.alloc(2_000_000 + number, key);
        await writer.put(key, body);
        confirmed.set(key, createHash("md5").update(body).digest("hex"));
        if (confirmed.size === 20) running.process.kill("SIGKILL");
      }
    };
    const ended = new Promise((resolve) => running.process.once("exit", resolve));
    await Promise.allSettled([write(), write(), write(), ended]);
    server = await startTestServer(folder);
    try {
      for (const [key, md5] of confirmed) {
        const body = await server.store.read(BUCKET, key);
        expect(createHash("md5").update(body).digest("hex")).toBe(md5);
      }
      const journal = await readFile(join(folder, "oss", "journal.jsonl"), "utf8");
      let objects = 0;
      for await (const _ of server.store.list(BUCKET, "")) objects++;
      expect(await countBlobs()).toBe(objects);
      expect(journal.endsWith("\n")).toBe(true);
    } finally {
      await server.close();
    }
  }, 60_000);
});
