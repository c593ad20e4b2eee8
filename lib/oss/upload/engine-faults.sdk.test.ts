import { type ChildProcess, spawn } from "node:child_process";
import { openAsBlob } from "node:fs";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { startTestServer, type TestServer } from "@/lib/sandbox/oss/testing";
import type { OssClient } from "../types";
import { createBlobChecksum } from "./checksum";
import { createUpload } from "./engine";
import { inPartsOf, planUpload } from "./plan";
import { memoryCheckpoints } from "./testing";
import { clientAt, transportTo } from "./testing-oss";
import type { UploadEvent, UploadPlan, UploadSource, UploadTransport } from "./types";

/** Whatever happens on the way: what is called done lies at the target, byte for byte. */

const BUCKET = "fault-bucket";
const MIB = 1024 * 1024;
const checksum = createBlobChecksum();
/** Real time, but nobody waits. */
const hasty: Clock = { now: () => systemClock.now(), sleep: async () => undefined };

function filled(size: number, seed: string): Blob {
  return new Blob([Buffer.alloc(size, `${seed} 0123456789 `)]);
}

const SMALL = Array.from({ length: 40 }, (_, n) => ({ path: `small/${n}.json`, file: filled(2_000 + n, `s${n}`) }));
const MIDDLE = { path: "vae/w.bin", file: filled(900_000, "vae") };
const LARGE = { path: "unet/w.safetensors", file: filled(12 * MIB + 11, "unet") };
const FILES = [...SMALL, MIDDLE, LARGE];

/** With parts of 1 MiB where a real plan has 16: as many requests with fewer bytes. */
function planOf(sources: readonly UploadSource[]): UploadPlan {
  const { plan } = planUpload(sources);
  return { ...plan, items: plan.items.map((item) => (item.mode === "multipart" ? inPartsOf(item, MIB) : item)) };
}

function begin(transport: UploadTransport, sources: readonly UploadSource[] = FILES, clock = hasty) {
  const upload = createUpload(planOf(sources), { transport, checksum, clock, checkpoints: memoryCheckpoints() });
  const retries: string[] = [];
  upload.subscribe((event: UploadEvent) => event.type === "retry" && retries.push(event.error.code));
  return { upload, retries };
}

async function expectStored(oss: OssClient, prefix: string, sources: readonly UploadSource[] = FILES): Promise<void> {
  for (const { path, file } of sources) {
    const crc64 = await checksum(file);
    expect(await oss.headObject(BUCKET, prefix + path), path).toMatchObject({ sizeBytes: file.size, crc64 });
  }
}

describe("a bad line and a busy OSS", () => {
  let server: TestServer;
  let oss: OssClient;
  beforeAll(async () => {
    server = await startTestServer();
    oss = clientAt(server.port);
    await oss.createBucket(BUCKET);
  });
  afterEach(() => server.faults.clear());
  afterAll(() => server.remove());

  const way = (prefix: string) => transportTo({ oss, bucket: BUCKET, prefix });
  const scope = { bucket: BUCKET };

  test.each([
    ["requests in their middle", { direction: "request", afterBytes: 500 }],
    ["answers before their first byte", { direction: "answer", afterBytes: 0 }],
  ] as const)("one connection of twenty is reset, %s", async (name, parameters) => {
    const prefix = `reset ${name}/`;
    server.faults.add({ kind: "reset", parameters, rate: 0.05, seed: 7, scope });
    const { upload, retries } = begin(way(prefix));
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    expect(server.faults.list()[0]?.fired).toBeGreaterThan(0);
    expect(new Set(retries)).toEqual(new Set(["network"]));
    server.faults.clear();
    await expectStored(oss, prefix);
  });

  test("every third request is throttled", async () => {
    const parameters = { status: 503, code: "UploadTrafficRateLimitExceeded", message: "Slow down." };
    server.faults.add({ kind: "vendor-error", parameters, rate: 0.33, seed: 3, scope });
    const { upload, retries } = begin(way("throttled/"));
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    expect(retries.length).toBeGreaterThan(5);
    expect(new Set(retries)).toEqual(new Set(["throttled"]));
    server.faults.clear();
    await expectStored(oss, "throttled/");
  });

  test("signatures expire on the way, each at its own moment", async () => {
    server.faults.add({ kind: "expired-credentials", parameters: { what: "url" }, rate: 0.3, seed: 5, scope });
    const { upload, retries } = begin(way("expired/"), [MIDDLE, LARGE]);
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: 2, failedFiles: 0 });
    expect(server.faults.list()[0]?.fired).toBeGreaterThan(0);
    expect(retries).toEqual([]);
    server.faults.clear();
    await expectStored(oss, "expired/", [MIDDLE, LARGE]);
  });

  test("the console signs nothing for a while", async () => {
    const direct = way("unsigned/");
    let outages = 5;
    const outage = () => outages-- > 0;
    const refused = () => Promise.reject(new AppError("network", { retryable: true }));
    const { upload, retries } = begin({
      ...direct,
      sign: (requests, signal) => (outage() ? refused() : direct.sign(requests, signal)),
      signForm: (signal) => (outage() || !direct.signForm ? refused() : direct.signForm(signal)),
    });
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    expect(retries).toHaveLength(5);
    await expectStored(oss, "unsigned/");
  });

  test("an answer with another sum than that of the part is not believed", async () => {
    const direct = way("lying/");
    let lies = 2;
    const { upload, retries } = begin({
      ...direct,
      async put(...parameters) {
        const answer = await direct.put(...parameters);
        return lies-- > 0 ? { ...answer, crc64: "1" } : answer;
      },
    });
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    expect(retries).toEqual(["upstream", "upstream"]);
    await expectStored(oss, "lying/");
  });

  test("nor one with another sum than that of the whole", async () => {
    const direct = way("lying at the end/");
    const { upload } = begin({
      ...direct,
      complete: async (...parameters) => ({ ...(await direct.complete(...parameters)), crc64: "1" }),
    });
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: FILES.length - 1, failedFiles: 1 });
    const failed = upload.files().find(({ state }) => state === "failed");
    expect(failed).toMatchObject({ path: LARGE.path, error: { params: { reason: "corrupted" } } });
  });

  test("a file that changes on disk in the middle arrives in neither state, and its new one on the next try", async () => {
    const folder = await mkdtemp(join(tmpdir(), "easel-changed-"));
    try {
      const path = join(folder, "w.safetensors");
      await writeFile(path, Buffer.alloc(12 * MIB, "before"));
      const before = { path: "w.safetensors", file: await openAsBlob(path), lastModified: 1 };
      const direct = way("changed/");
      let parts = 0;
      const { upload } = begin(
        {
          ...direct,
          async put(...parameters) {
            if (++parts === 5) await appendFile(path, "after");
            return direct.put(...parameters);
          },
        },
        [before, MIDDLE],
      );
      upload.start();
      expect(await upload.settled()).toMatchObject({ doneFiles: 1, failedFiles: 1 });
      expect(upload.files()[0]).toMatchObject({ state: "failed", error: { code: "conflict" } });
      expect(await oss.headObject(BUCKET, "changed/w.safetensors")).toBeUndefined();
      await expectStored(oss, "changed/", [MIDDLE]);

      const after = { path: "w.safetensors", file: await openAsBlob(path), lastModified: 2 };
      const again = begin(direct, [after]).upload;
      again.start();
      expect(await again.settled()).toMatchObject({ doneFiles: 1, failedFiles: 0 });
      await expectStored(oss, "changed/", [after]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("an OSS that is killed", () => {
  let folder: string;
  let child: ChildProcess | undefined;
  let target = 0;
  let door: Server;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "easel-killed-"));
    // One address for the browser, whichever process is behind it.
    door = createServer((socket) => {
      const onward = connect(target, "127.0.0.1");
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        from.on("error", () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    child?.kill("SIGKILL");
    await new Promise((resolve) => door.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  async function startProcess(): Promise<void> {
    const script = fileURLToPath(new URL("../../sandbox/oss/testing-process.ts", import.meta.url));
    const started = spawn(process.execPath, ["--import", "tsx", script, folder], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    child = started;
    target = await new Promise<number>((resolve, reject) => {
      started.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
      started.once("exit", () => reject(new Error("the server ended")));
    });
  }

  async function kill(): Promise<void> {
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    child?.kill("SIGKILL");
    await ended;
  }

  test("twice in the middle, is gone on with from what it kept", async () => {
    await startProcess();
    const oss = clientAt((door.address() as AddressInfo).port);
    await oss.createBucket(BUCKET);
    let restarted = Promise.resolve();
    /** Who waits for another try waits until there is a process again. */
    const clock: Clock = { now: () => systemClock.now(), sleep: () => restarted };
    const direct = transportTo({ oss, bucket: BUCKET, prefix: "killed/" });
    let puts = 0;
    const { upload, retries } = begin(
      {
        ...direct,
        put(...parameters) {
          if (++puts === 4 || puts === 9) restarted = restarted.then(kill).then(startProcess);
          return direct.put(...parameters);
        },
      },
      FILES,
      clock,
    );
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: FILES.length, failedFiles: 0 });
    expect(retries.length).toBeGreaterThan(0);
    expect(puts).toBeGreaterThan(9);
    await expectStored(oss, "killed/");
  }, 60_000);
});
