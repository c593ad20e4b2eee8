import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import { startOss } from "./start";
import { ACCOUNT, type Client, createClient, REGION, startTestServer, tag } from "./testing";

/** What a process that is killed, a disk that is full and a client that stops leave behind. */

const BUCKET = "survivors";
let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "easel-oss-kills-"));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

interface Running {
  port: number;
  process: ChildProcess;
}

/** `limitKib`: no file can grow beyond, which the process meets as it would a full disk. */
async function startProcess(limitKib?: number): Promise<Running> {
  const script = fileURLToPath(new URL("./testing-process.ts", import.meta.url));
  const node = [process.execPath, "--import", "tsx", script, folder];
  const limited = ["sh", "-c", `ulimit -f ${(limitKib ?? 0) * 2} && exec "$@"`, "sh", ...node];
  const [program = "", ...args] = limitKib === undefined ? node : limited;
  const started = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  child = started;
  const port = await new Promise<number>((resolve, reject) => {
    started.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
    started.once("exit", () => reject(new Error("the server ended")));
  });
  return { port, process: started };
}

async function kill({ process }: Running): Promise<void> {
  const ended = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGKILL");
  await ended;
}

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** Every object that the folder holds, by key, as a fresh start reads it. */
async function contents(): Promise<Map<string, string>> {
  const server = await startTestServer(folder);
  try {
    const found = new Map<string, string>();
    for await (const { key } of server.store.list(BUCKET, "")) {
      found.set(key, md5(await server.store.read(BUCKET, key)));
    }
    const journal = await readFile(join(folder, "oss", "journal.jsonl"), "utf8");
    expect(journal.endsWith("\n")).toBe(true);
    return found;
  } finally {
    await server.close();
  }
}

describe("killed at any moment", () => {
  /** Puts, overwrites, deletes, copies and multipart uploads until the server is gone; keeps what was answered. */
  async function work(client: Client, name: string, answered: Map<string, string | undefined>, open: Set<string>) {
    for (let turn = 0; ; turn++) {
      const key = `${name}/${turn % 5}`;
      const body = Buffer.alloc(turn % 3 === 0 ? 1_500_000 : 3_000 + turn, `${name}${turn}`);
      // From here until the answer either state of this key is right.
      open.add(key);
      if (turn % 7 === 3) {
        await client.delete(key);
        answered.set(key, undefined);
      } else if (turn % 7 === 5) {
        const { uploadId } = await client.initMultipartUpload(key);
        const part = await client.uploadPart(key, uploadId, 1, body as never, 0, body.length);
        await client.completeMultipartUpload(key, uploadId, [{ number: 1, etag: part.etag }]);
        answered.set(key, md5(body));
      } else {
        await client.put(key, body);
        answered.set(key, md5(body));
      }
      open.delete(key);
    }
  }

  test("everything answered is there, whole and nothing else is broken", async () => {
    const answered = new Map<string, string | undefined>();
    for (const delayMs of [40, 130, 260]) {
      const running = await startProcess();
      const client = createClient(running, { bucket: BUCKET });
      await client.putBucket(BUCKET);
      const open = new Set<string>();
      const workers = ["a", "b", "c"].map((name) => work(client, name, answered, open));
      const killed = new Promise((resolve) => setTimeout(() => resolve(kill(running)), delayMs));
      await Promise.allSettled([...workers, killed]);
      const found = await contents();
      for (const [key, expected] of answered)
        if (!open.has(key)) expect([key, found.get(key)]).toEqual([key, expected]);
      // What was under way may have happened; from now on it counts as it is.
      for (const key of open) answered.set(key, found.get(key));
    }
    expect(answered.size).toBeGreaterThan(0);
  }, 120_000);
});

test("a full disk answers 500 and harms nothing that was stored", async () => {
  const running = await startProcess(96);
  const client = createClient(running, { bucket: BUCKET });
  await client.putBucket(BUCKET);
  await expect(client.put("long", Buffer.alloc(3_000_000))).rejects.toMatchObject({
    status: 500,
    code: "InternalError",
  });
  await expect(client.put("short", Buffer.alloc(200_000))).rejects.toMatchObject({ status: 500 });
  // Then the journal itself cannot grow.
  const stored = new Map<string, string>();
  let refused = 0;
  for (let turn = 0; turn < 600 && refused < 3; turn++) {
    const body = Buffer.from(`content ${turn}`);
    await client.put(`k${turn}`, body).then(
      () => stored.set(`k${turn}`, md5(body)),
      (error: { status: number }) => {
        expect(error.status).toBe(500);
        refused++;
      },
    );
  }
  expect(refused).toBe(3);
  expect(stored.size).toBeGreaterThan(10);
  const [key = ""] = stored.keys();
  expect(md5((await client.get(key)).content)).toBe(stored.get(key));
  await kill(running);
  expect(await contents()).toEqual(stored);
  const folders = await readdir(join(folder, "oss", "blobs"));
  const blobs = await Promise.all(folders.map((name) => readdir(join(folder, "oss", "blobs", name))));
  expect(blobs.flat()).toHaveLength(stored.size);
}, 120_000);

test("a second server on the same folder is refused, in words", async () => {
  const running = await startProcess();
  const config = { dataDir: folder, region: REGION, account: ACCOUNT, clock: systemClock, port: 0 };
  await expect(startOss(config)).rejects.toThrow(
    `the data folder ${folder} is in use by another sandbox (process ${running.process.pid})`,
  );
  await kill(running);
  await (await startOss(config)).close();
});

describe("a body that does not come to its end", () => {
  async function send(close: (socket: ReturnType<typeof connect>) => void, bodyIdleMs?: number): Promise<string> {
    const clock = systemClock;
    const server = await startOss({ dataDir: folder, region: REGION, account: ACCOUNT, clock, port: 0, bodyIdleMs });
    try {
      const client = createClient(server, { bucket: BUCKET });
      await client.putBucket(BUCKET);
      const url = new URL(await client.signatureUrlV4("PUT", 60, {}, "k"));
      const socket = connect(server.port, "127.0.0.1");
      const answer = new Promise<string>((resolve) => {
        let text = "";
        socket.on("data", (chunk) => {
          text += chunk.toString();
        });
        socket.on("close", () => resolve(text));
      });
      socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345`);
      close(socket);
      const text = await answer;
      await expect(client.head("k")).rejects.toMatchObject({ status: 404 });
      return text;
    } finally {
      await server.close();
    }
  }

  test("cut short: answered as the vendor does, nothing stored", async () => {
    const answer = await send((socket) => socket.end());
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(tag(answer, "Code")).toBe("RequestTimeout");
  });

  test("stalled: given up after a while", async () => {
    const answer = await send(() => undefined, 50);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(tag(answer, "Code")).toBe("RequestTimeout");
  });
});
