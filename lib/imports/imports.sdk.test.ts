import { gzipSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { toContext } from "@/lib/context.server";
import { importFiles } from "@/lib/store/schema/imports";
import { cancelImport, listImports, retryImport } from "./manage";
import { makeTar, makeZip, someBytes } from "./testing";
import { BUCKET, MIB, openImportWorld } from "./testing-world";

/** Imports with a real store, the imitated OSS and somebody else's server, which may break at any moment. */

const world = openImportWorld();
const { create, until, start, stored, keys } = world;

describe("one file from an address", () => {
  test("in parts by ranges, each byte once, to the folder where the container looks", async () => {
    const bytes = someBytes(40 * MIB + 5);
    world.files.files.set("/v1-5.safetensors", bytes);
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/v1-5.safetensors") },
      bucket: BUCKET,
      prefix: "a",
    });
    expect(await until(id)).toMatchObject({ state: "done", doneBytes: bytes.length, totalBytes: bytes.length });
    expect((await stored("a/base_model/v1-5.safetensors"))?.equals(bytes)).toBe(true);
    const ranges = world.files.requests.map(({ range }) => range).filter((range) => range !== "bytes=0-0");
    expect(new Set(ranges).size).toBe(ranges.length);
    expect(ranges).toHaveLength(3);
  });

  test("without ranges as a stream, without a length too", async () => {
    const bytes = someBytes(20 * MIB);
    world.files.options.ranges = false;
    world.files.files.set("/lora.safetensors", bytes);
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/lora.safetensors") },
      bucket: BUCKET,
      prefix: "b",
      folder: "lora",
    });
    expect(await until(id)).toMatchObject({ state: "done", doneBytes: bytes.length });
    expect((await stored("b/lora/lora.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("goes on after broken connections, and sends no confirmed part again", async () => {
    const bytes = someBytes(36 * MIB);
    world.files.files.set("/big.safetensors", bytes);
    Object.assign(world.files.options, { breakAfterBytes: 3 * MIB, breaks: 3 });
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/big.safetensors") },
      bucket: BUCKET,
      prefix: "c",
    });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("c/base_model/big.safetensors"))?.equals(bytes)).toBe(true);
    const whole = world.files.requests.filter(({ range }) => range !== "bytes=0-0");
    // Three parts, and one more request for each that broke.
    expect(whole.length).toBeLessThanOrEqual(3 + 3);
    expect(await world.ctx.oss.listUploads(BUCKET, "c/", 10)).toEqual([]);
  });

  test("goes on in another process when the first one is gone", async () => {
    const bytes = someBytes(36 * MIB, 7);
    world.files.files.set("/moved.safetensors", bytes);
    Object.assign(world.files.options, { breakAfterBytes: 1 * MIB, breaks: Number.MAX_SAFE_INTEGER });
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/moved.safetensors") },
      bucket: BUCKET,
      prefix: "d",
    });
    await until(id, ({ state, error }) => state === "waiting" && error !== undefined);
    await world.stopRunner();
    const [file] = await world.store.db.select().from(importFiles).where(eq(importFiles.importId, id));
    expect(file?.uploadId).toBeTruthy();
    world.files.options.breaks = 0;
    start();
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("d/base_model/moved.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("is begun anew when it became another one meanwhile", async () => {
    const [before, after] = [someBytes(20 * MIB, 1), someBytes(20 * MIB, 2)];
    world.files.files.set("/x.safetensors", before);
    Object.assign(world.files.options, { breakAfterBytes: 1 * MIB, breaks: Number.MAX_SAFE_INTEGER });
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/x.safetensors") },
      bucket: BUCKET,
      prefix: "e",
    });
    await until(id, ({ state, error }) => state === "waiting" && error !== undefined);
    world.files.files.set("/x.safetensors", after);
    world.files.options.breaks = 0;
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("e/base_model/x.safetensors"))?.equals(after)).toBe(true);
  });

  test("two runners never work on it together", async () => {
    const bytes = someBytes(40 * MIB, 3);
    world.files.files.set("/y.safetensors", bytes);
    const first = start();
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/y.safetensors") },
      bucket: BUCKET,
      prefix: "f",
    });
    await until(id);
    await first.stop();
    const ranges = world.files.requests.map(({ range }) => range).filter((range) => range !== "bytes=0-0");
    expect(ranges).toHaveLength(3);
  });
});

describe("what is refused", () => {
  test.each([
    ["an address in the private network", "http://127.0.0.1:1/x.safetensors", "forbidden"],
    ["a metadata service", "http://100.100.100.200/latest/meta-data/x.bin", "forbidden"],
    ["IPv6 loopback", "http://[::1]:1/x.bin", "forbidden"],
    ["IPv4 in IPv6", "http://[::ffff:127.0.0.1]:1/x.bin", "forbidden"],
    ["a decimal address", "http://2130706433/x.bin", "forbidden"],
  ])("%s", async (_, url, code) => {
    start({ allowedHosts: [] });
    const { id } = await create({ source: { kind: "url", url }, bucket: BUCKET, prefix: "g" });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code } });
  });

  test("a redirect from a trusted host into the private network", async () => {
    world.files.pages.set("/x.bin", { status: 302, headers: { location: "http://127.0.0.2:1/secret" } });
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/x.bin") },
      bucket: BUCKET,
      prefix: "g",
    });
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
      source: { kind: "url", url: world.files.url("/absent.bin") },
      bucket: BUCKET,
      prefix: "g",
    });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code: "not_found" } });
    expect(world.files.requests).toHaveLength(1);
  });
});

describe("archives", () => {
  const content = { "translate/configuration.json": Buffer.from("{}"), "translate/tf_ckpts/w": someBytes(9 * MIB) };

  test.each([
    ["/damo_translate.tar.gz", async () => gzipSync(await makeTar(content), { level: 1 })],
    ["/damo_translate.tar", () => makeTar(content)],
    ["/damo_translate.zip", async () => makeZip(content)],
  ])("%s is unpacked on the way, its one folder becoming the wanted one", async (path, make) => {
    world.files.files.set(path, await make());
    start();
    const prefix = `unpacked${path.replaceAll(".", "-")}`;
    const { id } = await create({
      source: { kind: "url", url: world.files.url(path) },
      bucket: BUCKET,
      prefix,
      folder: "translate",
    });
    expect(await until(id)).toMatchObject({ state: "done", error: undefined });
    expect((await stored(`${prefix}/translate/tf_ckpts/w`))?.equals(content["translate/tf_ckpts/w"])).toBe(true);
    expect(await stored(`${prefix}/translate/configuration.json`)).toBeDefined();
  });

  test.each(["/cut.zip", "/cut.tar.gz"])("%s that is cut short says so", async (path) => {
    const whole = path.endsWith("zip") ? makeZip(content) : gzipSync(await makeTar(content), { level: 1 });
    world.files.files.set(path, whole.subarray(0, whole.length - 1000));
    start();
    const { id } = await create({ source: { kind: "url", url: world.files.url(path) }, bucket: BUCKET, prefix: "cut" });
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
    world.files.pages.set(base, {
      headers: { link: `<${world.files.url(`${base}&cursor=2`)}>; rel="next"` },
      body: JSON.stringify([{ type: "directory", path: "unet", size: 0 }, ...tree.slice(0, 3)]),
    });
    world.files.pages.set(`${base}&cursor=2`, { body: JSON.stringify(tree.slice(3)) });
    for (const [path, bytes] of Object.entries(REPOSITORY))
      world.files.files.set(`/owner/sd/resolve/main/${path}`, bytes);
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
    expect(new Set(world.files.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer hf_secret"]),
    );
    const rows = await world.store.db.select().from(importFiles).where(eq(importFiles.importId, id));
    expect(JSON.stringify(rows)).not.toContain("hf_secret");
  });

  test("ModelScope", async () => {
    world.files.pages.set("/api/v1/models/damo/zh2en/repo/files?Revision=master&Recursive=true", {
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
    world.files.pages.set(of("configuration.json"), { body: "{}" });
    world.files.pages.set(of("tf_ckpts/checkpoint"), { body: "ckpt" });
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
    await world.ctx.oss.putObject(BUCKET, "old/base_model/v1.safetensors", bytes);
    await world.ctx.oss.putObject(BUCKET, "old/base_model/空 格.txt", new Uint8Array());
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
    world.files.files.set("/z.safetensors", bytes);
    Object.assign(world.files.options, { breakAfterBytes: 1 * MIB, breaks: Number.MAX_SAFE_INTEGER });
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/z.safetensors") },
      bucket: BUCKET,
      prefix: "i",
    });
    await until(id, ({ error }) => error !== undefined);
    await cancelImport(world.ctx, { id });
    expect(await until(id)).toMatchObject({ state: "cancelled" });
    expect(await world.ctx.oss.listUploads(BUCKET, "i/", 10)).toEqual([]);
    world.files.options.breaks = 0;
    await retryImport(world.ctx, { id });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("i/base_model/z.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("of another connection is not seen", async () => {
    const other = toContext({ ...world.ctx, connection: { ...world.ctx.connection, id: "other" } });
    const { id } = await create({
      source: { kind: "url", url: "https://x.example/a.bin" },
      bucket: BUCKET,
      prefix: "j",
    });
    expect(await listImports(other)).toEqual([]);
    await cancelImport(other, { id });
    expect((await listImports(world.ctx))[0]).toMatchObject({ state: "waiting" });
  });
});
