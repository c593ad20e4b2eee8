import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test, vi } from "vitest";
import { listImports } from "./manage";
import { createCrc } from "./send-stream";
import { makeTar, someBytes } from "./testing";
import { BOX_KEY, BUCKET, MIB, openImportWorld } from "./testing-world";

/** Imports whose process is killed without a word, again and again, wherever they are: from a hub, an archive and a bucket. */

const world = openImportWorld();
const KILLS = 4;
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

async function startProcess(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("./testing-process.ts", import.meta.url));
  const facts = [world.store.url, JSON.stringify(world.connection), Buffer.from(BOX_KEY).toString("base64")];
  const words = ["--import", "tsx", script, ...facts, world.files.host];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the process ended with ${code}`)));
  });
  return child;
}

const gone = (child: ChildProcess) => new Promise((resolve) => child.once("close", resolve));

test("each object is in the end what its source is", { timeout: 180_000 }, async () => {
  const hub = {
    "model_index.json": Buffer.from("{}"),
    "unet/diffusion_pytorch_model.safetensors": someBytes(72 * MIB),
  };
  const tree = Object.entries(hub).map(([path, bytes]) => ({
    type: "file",
    path,
    size: bytes.length,
    lfs: { oid: createHash("sha256").update(bytes).digest("hex") },
  }));
  world.files.pages.set("/api/models/o/sd/tree/main?recursive=true", { body: JSON.stringify(tree) });
  for (const [path, bytes] of Object.entries(hub)) world.files.files.set(`/o/sd/resolve/main/${path}`, bytes);
  const packed = { "t/tf_ckpts/a": someBytes(24 * MIB, 2), "t/tf_ckpts/b": someBytes(24 * MIB, 3) };
  world.files.files.set("/t.tar.gz", gzipSync(await makeTar(packed), { level: 0 }));
  const kept = someBytes(20 * MIB, 4);
  await world.ctx.oss.putObject(BUCKET, "from/lora/ink.safetensors", kept);

  const to = { bucket: BUCKET, prefix: "killed" };
  await world.create({ ...to, source: { kind: "huggingface", id: "o/sd" } });
  await world.create({ ...to, source: { kind: "url", url: world.files.url("/t.tar.gz") }, folder: "translate" });
  await world.create({ ...to, source: { kind: "bucket", bucket: BUCKET, prefix: "from" } });

  const done = async () => (await listImports(world.ctx)).reduce((sum, { doneBytes }) => sum + doneBytes, 0);
  const states = async () => (await listImports(world.ctx)).map(({ state }) => state);
  let child = await startProcess();
  for (let kill = 0; kill < KILLS; kill++) {
    const before = await done();
    await vi.waitFor(async () => expect(await done()).not.toBe(before), { timeout: 30_000, interval: 10 });
    expect(await states()).toContain("copying");
    child.kill("SIGKILL");
    await gone(child);
    child = await startProcess();
  }
  const over = async () => expect(await states()).toEqual(["done", "done", "done"]);
  await vi.waitFor(over, { timeout: 60_000, interval: 100 });

  const crc = await createCrc();
  const expected = Object.fromEntries([
    ...Object.entries(hub).map(([path, bytes]) => [`killed/base_model/${path}`, crc(bytes)]),
    ...Object.entries(packed).map(([path, bytes]) => [path.replace("t/", "killed/translate/"), crc(bytes)]),
    ["killed/lora/ink.safetensors", crc(kept)],
  ]);
  const found: Record<string, string | undefined> = {};
  for (const key of await world.keys("killed/")) found[key] = (await world.ctx.oss.headObject(BUCKET, key))?.crc64;
  expect(found).toEqual(expected);
  expect(await world.halfDone("killed/")).toEqual([]);
});
