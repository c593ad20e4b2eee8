import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { type Context, toContext } from "@/lib/context.server";
import type { Runner } from "@/lib/jobs/runner";
import { ACCOUNT, REGION, startTestServer, type TestServer } from "@/lib/sandbox/oss/testing";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { users } from "@/lib/store/schema/auth";
import { importFiles, imports } from "@/lib/store/schema/imports";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { isOver } from "./kinds";
import { cancelImport, createImport, listImports, retryImport } from "./manage";
import { createRemote } from "./remote";
import type { ImportWorld } from "./run-import";
import { startImportRunner } from "./runner";
import { CreateImportSchema, type ImportView } from "./schemas";
import { type FileServer, makeTar, makeZip, someBytes, startFileServer } from "./testing";

/** Imports with a real store, the imitated OSS and somebody else's server, which may break at any moment. */

const BUCKET = "imports-bucket";
const MIB = 1024 * 1024;
/** Pauses between attempts are not waited out. */
const hasty: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) };

let oss: TestServer;
let store: TestStore;
let files: FileServer;
let ctx: Context;
let runner: Runner | undefined;
let exchange: Exchange;

beforeAll(async () => {
  [oss, store] = await Promise.all([startTestServer(), createTestStore()]);
  exchange = openExchange(store.pool);
  const endpoint = { protocol: "http", host: `localhost:${oss.port}` } as const;
  const connection: Connection = {
    id: "test",
    kind: "saved",
    name: "test",
    region: REGION,
    credentials: ACCOUNT,
    eas: endpoint,
    workspace: endpoint,
    oss: { ...endpoint, pathStyle: true },
    gatewayHosts: [],
  };
  const user = { id: randomUUID(), name: "Ada", role: "owner" as const };
  await store.db.insert(users).values({ ...user, passwordHash: "-" });
  ctx = toContext({ connection, db: store.db, clock: systemClock, signal: new AbortController().signal, user });
  await ctx.oss.createBucket(BUCKET);
});
afterAll(async () => {
  await oss.remove();
  await exchange.close();
  await store.close();
});
beforeEach(async () => {
  files = await startFileServer();
});
afterEach(async () => {
  await runner?.stop();
  runner = undefined;
  await store.db.delete(imports);
  await files.close();
});

function start(change: Partial<ImportWorld> & { allowed?: string[] } = {}): Runner {
  const { allowed = [files.host], ...rest } = change;
  const hub = { baseUrl: files.url("") };
  runner = startImportRunner({
    exchange,
    world: {
      db: store.db,
      clock: hasty,
      pausesMs: [10, 10, 10, 10, 10],
      remote: createRemote({ allowedHosts: allowed }),
      hubs: { huggingface: { ...hub, token: "hf_secret" }, modelscope: hub },
      openOss: async (id) => (id === "test" ? ctx.oss : undefined),
      ...rest,
    },
    onError: (error) => {
      throw error;
    },
    everyMs: 20,
  });
  return runner;
}

const create = (input: unknown) => createImport(ctx, CreateImportSchema.parse(input));

async function until(
  id: string,
  isIt: (view: ImportView) => boolean = ({ state }) => isOver(state),
): Promise<ImportView> {
  for (let tries = 0; tries < 600; tries++) {
    const view = (await listImports(ctx)).find((one) => one.id === id);
    if (view && isIt(view)) return view;
    await systemClock.sleep(20);
  }
  throw new Error("the import does not get there");
}

const stored = async (key: string) => {
  const head = await ctx.oss.headObject(BUCKET, key);
  return head && Buffer.from(await ctx.oss.getObjectRange(BUCKET, key, 0, head.sizeBytes));
};
const keys = async (prefix: string) =>
  (await ctx.oss.listAllObjects(BUCKET, prefix, 100)).objects.map(({ key }) => key);

describe("one file from an address", () => {
  test("in parts by ranges, each byte once, to the folder where the container looks", async () => {
    const bytes = someBytes(40 * MIB + 5);
    files.files.set("/v1-5.safetensors", bytes);
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/v1-5.safetensors") },
      bucket: BUCKET,
      prefix: "a",
    });
    expect(await until(id)).toMatchObject({ state: "done", doneBytes: bytes.length, totalBytes: bytes.length });
    expect((await stored("a/base_model/v1-5.safetensors"))?.equals(bytes)).toBe(true);
    const ranges = files.requests.map(({ range }) => range).filter((range) => range !== "bytes=0-0");
    expect(new Set(ranges).size).toBe(ranges.length);
    expect(ranges).toHaveLength(3);
  });

  test("without ranges as a stream, without a length too", async () => {
    const bytes = someBytes(20 * MIB);
    files.options.ranges = false;
    files.files.set("/lora.safetensors", bytes);
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/lora.safetensors") },
      bucket: BUCKET,
      prefix: "b",
      folder: "lora",
    });
    expect(await until(id)).toMatchObject({ state: "done", doneBytes: bytes.length });
    expect((await stored("b/lora/lora.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("goes on after broken connections, and sends no confirmed part again", async () => {
    const bytes = someBytes(36 * MIB);
    files.files.set("/big.safetensors", bytes);
    Object.assign(files.options, { breakAfterBytes: 3 * MIB, breaks: 3 });
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/big.safetensors") },
      bucket: BUCKET,
      prefix: "c",
    });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("c/base_model/big.safetensors"))?.equals(bytes)).toBe(true);
    const whole = files.requests.filter(({ range }) => range !== "bytes=0-0");
    // Three parts, and one more request for each that broke.
    expect(whole.length).toBeLessThanOrEqual(3 + 3);
    expect(await ctx.oss.listUploads(BUCKET, "c/", 10)).toEqual([]);
  });

  test("goes on in another process when the first one is gone", async () => {
    const bytes = someBytes(36 * MIB, 7);
    files.files.set("/moved.safetensors", bytes);
    Object.assign(files.options, { breakAfterBytes: 1 * MIB, breaks: Number.MAX_SAFE_INTEGER });
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/moved.safetensors") },
      bucket: BUCKET,
      prefix: "d",
    });
    await until(id, ({ state, error }) => state === "waiting" && error !== undefined);
    await runner?.stop();
    const [file] = await store.db.select().from(importFiles).where(eq(importFiles.importId, id));
    expect(file?.uploadId).toBeTruthy();
    files.options.breaks = 0;
    start();
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("d/base_model/moved.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("is begun anew when it became another one meanwhile", async () => {
    const [before, after] = [someBytes(20 * MIB, 1), someBytes(20 * MIB, 2)];
    files.files.set("/x.safetensors", before);
    Object.assign(files.options, { breakAfterBytes: 1 * MIB, breaks: Number.MAX_SAFE_INTEGER });
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/x.safetensors") },
      bucket: BUCKET,
      prefix: "e",
    });
    await until(id, ({ state, error }) => state === "waiting" && error !== undefined);
    files.files.set("/x.safetensors", after);
    files.options.breaks = 0;
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("e/base_model/x.safetensors"))?.equals(after)).toBe(true);
  });

  test("two runners never work on it together", async () => {
    const bytes = someBytes(40 * MIB, 3);
    files.files.set("/y.safetensors", bytes);
    const first = start();
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/y.safetensors") },
      bucket: BUCKET,
      prefix: "f",
    });
    await until(id);
    await first.stop();
    const ranges = files.requests.map(({ range }) => range).filter((range) => range !== "bytes=0-0");
    expect(ranges).toHaveLength(3);
  });
});

test("what an address carries behind its question mark is not shown", async () => {
  const url = "https://x.example/a.bin?Signature=secret";
  await create({ source: { kind: "url", url }, bucket: BUCKET, prefix: "shown" });
  expect((await listImports(ctx))[0]?.source).toEqual({ kind: "url", url: "https://x.example/a.bin" });
});

describe("what is refused", () => {
  test.each([
    ["an address in the private network", "http://127.0.0.1:1/x.safetensors", "forbidden"],
    ["a metadata service", "http://100.100.100.200/latest/meta-data/x.bin", "forbidden"],
    ["IPv6 loopback", "http://[::1]:1/x.bin", "forbidden"],
    ["IPv4 in IPv6", "http://[::ffff:127.0.0.1]:1/x.bin", "forbidden"],
    ["a decimal address", "http://2130706433/x.bin", "forbidden"],
  ])("%s", async (_, url, code) => {
    start({ allowed: [] });
    const { id } = await create({ source: { kind: "url", url }, bucket: BUCKET, prefix: "g" });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code } });
  });

  test("a redirect from a trusted host into the private network", async () => {
    files.pages.set("/x.bin", { status: 302, headers: { location: "http://127.0.0.2:1/secret" } });
    start();
    const { id } = await create({ source: { kind: "url", url: files.url("/x.bin") }, bucket: BUCKET, prefix: "g" });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code: "forbidden" } });
  });

  test.each(["ftp://example.com/x", "file:///etc/passwd", "http://user:pw@example.com/x", "javascript:alert(1)"])(
    "the address %s at once",
    async (url) => {
      await expect(
        (async () => create({ source: { kind: "url", url }, bucket: BUCKET, prefix: "g" }))(),
      ).rejects.toThrow();
    },
  );

  test("a root without a folder of its own, and a copy onto itself", async () => {
    await expect(
      create({ source: { kind: "url", url: "https://x.example/a.bin" }, bucket: BUCKET, prefix: "/" }),
    ).rejects.toMatchObject({ code: "invalid_input" });
    const source = { kind: "bucket", bucket: BUCKET, prefix: "a" };
    await expect(create({ source, bucket: BUCKET, prefix: "a/b" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("what the source does not have, without trying again", async () => {
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/absent.bin") },
      bucket: BUCKET,
      prefix: "g",
    });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code: "not_found" } });
    expect(files.requests).toHaveLength(1);
  });
});

describe("archives", () => {
  const content = { "translate/configuration.json": Buffer.from("{}"), "translate/tf_ckpts/w": someBytes(9 * MIB) };

  test.each([
    ["/damo_translate.tar.gz", async () => gzipSync(await makeTar(content), { level: 1 })],
    ["/damo_translate.tar", () => makeTar(content)],
    ["/damo_translate.zip", async () => makeZip(content)],
  ])("%s is unpacked on the way, its one folder becoming the wanted one", async (path, make) => {
    files.files.set(path, await make());
    start();
    const prefix = `unpacked${path.replaceAll(".", "-")}`;
    const { id } = await create({
      source: { kind: "url", url: files.url(path) },
      bucket: BUCKET,
      prefix,
      folder: "translate",
    });
    expect(await until(id)).toMatchObject({ state: "done", error: undefined });
    expect((await stored(`${prefix}/translate/tf_ckpts/w`))?.equals(content["translate/tf_ckpts/w"])).toBe(true);
    expect(await stored(`${prefix}/translate/configuration.json`)).toBeDefined();
  });

  test.each<[string, () => Promise<Buffer>]>([
    ["a path that leads out", () => makeTar({ "../../etc/cron.d/x": Buffer.from("x") })],
    ["an absolute path", () => makeTar({ "/etc/passwd": Buffer.from("x") })],
    ["a link", () => makeTar({ "m/link": { linkTo: "/etc/passwd" } })],
  ])("%s is refused", async (_, make) => {
    files.files.set("/evil.tar", await make());
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/evil.tar") },
      bucket: BUCKET,
      prefix: "evil",
    });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code: "invalid_input" } });
    expect(await keys("evil/")).toEqual([]);
  });

  test("a bomb is refused before it fills the bucket", async () => {
    files.files.set("/bomb.tar.gz", gzipSync(await makeTar({ "m/zeros": Buffer.alloc(90 * MIB) }), { level: 9 }));
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/bomb.tar.gz") },
      bucket: BUCKET,
      prefix: "bomb",
    });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code: "invalid_input" } });
    expect(await keys("bomb/")).toEqual([]);
    expect(await ctx.oss.listUploads(BUCKET, "bomb/", 10)).toEqual([]);
  });

  test.each(["/cut.zip", "/cut.tar.gz"])("%s that is cut short says so", async (path) => {
    const whole = path.endsWith("zip") ? makeZip(content) : gzipSync(await makeTar(content), { level: 1 });
    files.files.set(path, whole.subarray(0, whole.length - 1000));
    start();
    const { id } = await create({ source: { kind: "url", url: files.url(path) }, bucket: BUCKET, prefix: "cut" });
    expect((await until(id)).state).toBe("failed");
  });
});

describe("hubs", () => {
  const REPOSITORY: Record<string, Buffer> = {
    "model_index.json": Buffer.from('{"_class_name":"StableDiffusionPipeline"}'),
    "unet/config.json": Buffer.from("{}"),
    "unet/diffusion_pytorch_model.safetensors": someBytes(9 * MIB),
    "unet/diffusion_pytorch_model.bin": someBytes(1 * MIB),
    "vae/config.json": Buffer.from("{}"),
    "README.md": Buffer.from("hello"),
    ".gitattributes": Buffer.from("*"),
  };

  test("Hugging Face: pages of the list, the token, only what the loaders read", async () => {
    const tree = Object.entries(REPOSITORY).map(([path, bytes]) => ({ type: "file", path, size: bytes.length }));
    const base = "/api/models/owner/sd/tree/main?recursive=true";
    files.pages.set(base, {
      headers: { link: `<${files.url(`${base}&cursor=2`)}>; rel="next"` },
      body: JSON.stringify([{ type: "directory", path: "unet", size: 0 }, ...tree.slice(0, 3)]),
    });
    files.pages.set(`${base}&cursor=2`, { body: JSON.stringify(tree.slice(3)) });
    for (const [path, bytes] of Object.entries(REPOSITORY)) files.files.set(`/owner/sd/resolve/main/${path}`, bytes);
    start();
    const { id } = await create({ source: { kind: "huggingface", id: "owner/sd" }, bucket: BUCKET, prefix: "hf" });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect(await keys("hf/")).toEqual([
      // What a model's licence asks for travels with it.
      "hf/base_model/README.md",
      "hf/base_model/model_index.json",
      "hf/base_model/unet/config.json",
      "hf/base_model/unet/diffusion_pytorch_model.safetensors",
      "hf/base_model/vae/config.json",
    ]);
    expect(new Set(files.requests.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer hf_secret"]));
    const rows = await store.db.select().from(importFiles).where(eq(importFiles.importId, id));
    expect(JSON.stringify(rows)).not.toContain("hf_secret");
  });

  test("ModelScope", async () => {
    files.pages.set("/api/v1/models/damo/zh2en/repo/files?Revision=master&Recursive=true", {
      body: JSON.stringify({
        Code: 200,
        Data: {
          Files: [
            { Path: "configuration.json", Size: 2, Type: "blob" },
            { Path: "tf_ckpts", Size: 0, Type: "tree" },
            { Path: "tf_ckpts/checkpoint", Size: 4, Type: "blob" },
          ],
        },
      }),
    });
    const of = (path: string) =>
      `/api/v1/models/damo/zh2en/repo?${new URLSearchParams({ Revision: "master", FilePath: path })}`;
    files.pages.set(of("configuration.json"), { body: "{}" });
    files.pages.set(of("tf_ckpts/checkpoint"), { body: "ckpt" });
    start();
    const { id } = await create({
      source: { kind: "modelscope", id: "damo/zh2en" },
      bucket: BUCKET,
      prefix: "ms",
      folder: "translate",
    });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect(await keys("ms/")).toEqual(["ms/translate/configuration.json", "ms/translate/tf_ckpts/checkpoint"]);
  });
});

describe("from another prefix", () => {
  test("OSS copies the parts itself, and the copy is proven by its CRC-64", async () => {
    const bytes = someBytes(20 * MIB);
    await ctx.oss.putObject(BUCKET, "old/base_model/v1.safetensors", bytes);
    await ctx.oss.putObject(BUCKET, "old/base_model/空 格.txt", new Uint8Array());
    start();
    const { id } = await create({
      source: { kind: "bucket", bucket: BUCKET, prefix: "old" },
      bucket: BUCKET,
      prefix: "new",
    });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("new/base_model/v1.safetensors"))?.equals(bytes)).toBe(true);
  });
});

describe("a person's wish", () => {
  test("to cancel is obeyed, aborts what is half done, and can be taken back", async () => {
    const bytes = someBytes(36 * MIB, 9);
    files.files.set("/z.safetensors", bytes);
    Object.assign(files.options, { breakAfterBytes: 1 * MIB, breaks: Number.MAX_SAFE_INTEGER });
    start();
    const { id } = await create({
      source: { kind: "url", url: files.url("/z.safetensors") },
      bucket: BUCKET,
      prefix: "i",
    });
    await until(id, ({ error }) => error !== undefined);
    await cancelImport(ctx, { id });
    expect(await until(id)).toMatchObject({ state: "cancelled" });
    expect(await ctx.oss.listUploads(BUCKET, "i/", 10)).toEqual([]);
    files.options.breaks = 0;
    await retryImport(ctx, { id });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("i/base_model/z.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("of another connection is not seen", async () => {
    const other = toContext({ ...ctx, connection: { ...ctx.connection, id: "other" } });
    const { id } = await create({
      source: { kind: "url", url: "https://x.example/a.bin" },
      bucket: BUCKET,
      prefix: "j",
    });
    expect(await listImports(other)).toEqual([]);
    await cancelImport(other, { id });
    expect((await listImports(ctx))[0]).toMatchObject({ state: "waiting" });
  });
});
