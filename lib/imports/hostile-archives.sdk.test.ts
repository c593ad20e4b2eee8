import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { makeTar, makeZip, someBytes } from "./testing";
import { BUCKET, MIB, openImportWorld } from "./testing-world";

/** Archives that want something else than to be unpacked, and those that only look so. */

const world = openImportWorld();
const { bring, create, keys, halfDone, start, stored, until } = world;
const X = Buffer.from("x");

/** One header block of a tar, with a sum that is right. */
function tarHeader(name: string, size: Buffer | string, type = "0"): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write(Buffer.isBuffer(size) ? size.toString("latin1") : size.padStart(11, "0"), 124, "latin1");
  block.write(type, 156);
  block.write("ustar\x0000", 257, "latin1");
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** As GNU tar writes a number that octal digits cannot hold. */
function base256(value: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(value, 4);
  bytes[0] = 0x80;
  return bytes;
}

const HOSTILE: [name: string, path: string, make: () => Buffer | Promise<Buffer>][] = [
  ["a path that leads out", "/e.tar", () => makeTar({ "../../etc/cron.d/x": X })],
  ["a path that leads out in its middle", "/e.tar", () => makeTar({ "m/a/../../../x": X })],
  ["an absolute path", "/e.tar", () => makeTar({ "/etc/passwd": X })],
  ["a path of Windows", "/e.tar", () => makeTar({ "m\\..\\x": X })],
  ["a link", "/e.tar", () => makeTar({ "m/link": { type: "symlink", linkname: "/etc/passwd" } })],
  ["a second name of a file", "/e.tar", () => makeTar({ "m/a": X, "m/b": { type: "link", linkname: "m/a" } })],
  ["a device", "/e.tar", () => makeTar({ "m/sda": { type: "block-device" } })],
  ["a queue", "/e.tar", () => makeTar({ "m/pipe": { type: "fifo" } })],
  ["a size beyond all measure", "/e.tar", () => tarHeader("m/big", base256(2n ** 62n))],
  ["a terabyte that is announced", "/e.tar", () => tarHeader("m/big", base256(2n ** 40n))],
  ["zeros without end", "/e.tar.gz", () => gzipSync(Buffer.alloc(40 * MIB), { level: 9 })],
  [
    "names before names",
    "/e.tar.gz",
    () => gzipSync(Buffer.concat(Array.from({ length: 6 }, () => longName(3 * MIB))), { level: 9 }),
  ],
  [
    "more folders than a model has",
    "/e.tar.gz",
    () => gzipSync(Buffer.concat(Array.from({ length: 20_001 }, (_, at) => tarHeader(`m/${at}/`, "0", "5")))),
  ],
  ["a zip path that leads out", "/e.zip", () => makeZip({ "m/../../x": X })],
  ["an absolute zip path", "/e.zip", () => makeZip({ "/etc/passwd": X })],
  ["a backslash in a zip", "/e.zip", () => makeZip({ "m\\..\\..\\x": X })],
  ["a link in a zip", "/e.zip", () => makeZip({ "m/link": Buffer.from("/etc/passwd") }, { mode: 0o120777 })],
  ["entries over one another", "/e.zip", () => makeZip({ "m/zeros0000": Buffer.alloc(MIB) }, { repeats: 300 })],
  [
    "an entry of another name than its bytes have",
    "/e.zip",
    () => makeZip({ "m/readme": X }, { rename: () => "m/model_index.json" }),
  ],
  ["bytes that differ from their sum", "/e.zip", () => makeZip({ "m/a": X }, { crc: 1 })],
];

function longName(bytes: number): Buffer {
  return Buffer.concat([tarHeader("././@LongLink", bytes.toString(8), "L"), Buffer.alloc(bytes, "a")]);
}

describe("an archive is refused for", () => {
  test.each(HOSTILE)("%s", async (name, path, make) => {
    world.files.files.set(path, await make());
    start();
    const prefix = `evil-${name.replaceAll(" ", "-")}`;
    expect(await bring(path, { prefix, folder: "translate" })).toMatchObject({
      state: "failed",
      error: { code: "invalid_input" },
    });
    expect(await halfDone(prefix)).toEqual([]);
    // What came before in the archive may be there; nothing of it lies anywhere else.
    expect((await keys("")).filter((key) => !key.includes("/"))).toEqual([]);
    expect((await keys(prefix)).filter((key) => !key.startsWith(`${prefix}/translate/`))).toEqual([]);
  });

  test("growth without measure, before it fills the bucket", async () => {
    world.files.files.set("/bomb.tar.gz", gzipSync(await makeTar({ "m/zeros": Buffer.alloc(90 * MIB) }), { level: 9 }));
    start();
    expect(await bring("/bomb.tar.gz", { prefix: "bomb" })).toMatchObject({
      state: "failed",
      error: { code: "invalid_input" },
    });
    expect(await keys("bomb/")).toEqual([]);
    expect(await halfDone("bomb/")).toEqual([]);
  });
});

describe("an archive that is not whole", () => {
  const fails = async (path: string, bytes: Buffer, prefix: string) => {
    world.files.files.set(path, bytes);
    start({ pausesMs: [10] });
    return bring(path, { prefix, folder: "translate" });
  };
  const truncated = { state: "failed", error: { params: { rule: "imports.errors.truncated" } } };

  test.each([
    ["between two entries", 1024],
    ["within the name of the next", 1024 + 100],
    ["within the next", 1024 + 512 + 1],
    ["before its end mark", 2048],
    ["within its end mark", 2048 + 511],
    ["before its first byte", 0],
  ])("a tar that ends %s", async (where, length) => {
    const whole = await makeTar({ "m/a": X, "m/b": Buffer.alloc(512) });
    expect(whole.length).toBe(2048 + 1024);
    const prefix = `cut-${where.replaceAll(" ", "-")}`;
    expect(await fails("/cut.tar", whole.subarray(0, length), prefix)).toMatchObject(truncated);
  });

  test.each([
    ["the tar in it", (tar: Buffer) => gzipSync(tar.subarray(0, 1024))],
    ["its own end", (tar: Buffer) => gzipSync(tar).subarray(0, -9)],
    ["its sum", (tar: Buffer) => gzipSync(tar).subarray(0, -1)],
  ])("a tar.gz that breaks off: %s", async (where, cut) => {
    const whole = await makeTar({ "m/a": X, "m/b": X });
    expect(await fails("/cut.tar.gz", cut(whole), `gz-${where.replaceAll(" ", "-")}`)).toMatchObject(truncated);
  });

  test("a tar.gz whose sum is wrong", async () => {
    const bytes = gzipSync(await makeTar({ "m/a": X }));
    bytes[bytes.length - 6] = (bytes.at(-6) ?? 0) ^ 1;
    expect(await fails("/wrong.tar.gz", bytes, "gz-wrong")).toMatchObject({
      state: "failed",
      error: { code: "invalid_input", params: { rule: "imports.errors.badArchive" } },
    });
  });

  test("a zip without its directory", async () => {
    const bytes = makeZip({ "m/a": X });
    expect(await fails("/cut.zip", bytes.subarray(0, -30), "zip-cut")).toMatchObject({
      state: "failed",
      error: { code: "invalid_input" },
    });
  });

  test("a zip that counts fewer entries than it has", async () => {
    const bytes = makeZip({ "m/a": X, "m/b": X });
    bytes.writeUInt16LE(1, bytes.length - 14);
    bytes.writeUInt16LE(1, bytes.length - 12);
    expect(await fails("/few.zip", bytes, "zip-few")).toMatchObject({
      state: "failed",
      error: { code: "invalid_input", params: { rule: "imports.errors.badArchive" } },
    });
  });

  test("one that holds nothing", async () => {
    expect(await fails("/empty.tar", Buffer.alloc(10_240), "empty")).toMatchObject({
      state: "failed",
      error: { params: { rule: "imports.errors.nothing" } },
    });
  });
});

describe("an archive is unpacked", () => {
  test("though its end mark is a single block, as some write it", async () => {
    const whole = await makeTar({ "m/a": X });
    world.files.files.set("/lone.tar", whole.subarray(0, -512));
    start();
    expect(await bring("/lone.tar", { prefix: "lone", folder: "translate" })).toMatchObject({ state: "done" });
  });

  test("though its top is the content itself, and not a folder around it", async () => {
    const content = { "./tf_ckpts/w": X, "./configuration.json": Buffer.from("{}"), "./resources/a/b": X };
    world.files.files.set("/flat.tar.gz", gzipSync(await makeTar(content)));
    start();
    expect(await bring("/flat.tar.gz", { prefix: "flat", folder: "translate" })).toMatchObject({ state: "done" });
    expect(await keys("flat/")).toEqual([
      "flat/translate/configuration.json",
      "flat/translate/resources/a/b",
      "flat/translate/tf_ckpts/w",
    ]);
  });

  test("as a model root, whose only folder is one of its parts", async () => {
    world.files.files.set("/root.zip", makeZip({ "base_model/m.safetensors": X, "base_model/vae/config.json": X }));
    start();
    expect(await bring("/root.zip", { prefix: "root" })).toMatchObject({ state: "done" });
    expect(await keys("root/")).toEqual(["root/base_model/m.safetensors", "root/base_model/vae/config.json"]);
  });

  test("over an older file of the same length", async () => {
    const [before, after] = [someBytes(9 * MIB, 1), someBytes(9 * MIB, 2)];
    await world.ctx.oss.putObject(BUCKET, "newer/translate/w", before);
    world.files.files.set("/m.tar", await makeTar({ "m/w": after }));
    start();
    expect(await bring("/m.tar", { prefix: "newer", folder: "translate" })).toMatchObject({ state: "done" });
    expect((await stored("newer/translate/w"))?.equals(after)).toBe(true);
  });

  test("from the beginning after a break, and what it stored itself is not sent again", async () => {
    const content = { "m/a": someBytes(9 * MIB, 1), "m/b": someBytes(9 * MIB, 2), "m/c": someBytes(9 * MIB, 3) };
    world.files.files.set("/three.tar", await makeTar(content));
    Object.assign(world.files.options, { breakAfterBytes: 22 * MIB, breaks: 1 });
    start();
    const { id } = await create({
      source: { kind: "url", url: world.files.url("/three.tar") },
      bucket: BUCKET,
      prefix: "three",
      folder: "translate",
    });
    await until(id, ({ error, state }) => error !== undefined || state === "done");
    const first = await world.ctx.oss.headObject(BUCKET, "three/translate/a");
    expect(await until(id)).toMatchObject({ state: "done" });
    for (const [path, bytes] of Object.entries(content))
      expect((await stored(path.replace("m/", "three/translate/")))?.equals(bytes)).toBe(true);
    expect(await world.ctx.oss.headObject(BUCKET, "three/translate/a")).toEqual(first);
    expect(await halfDone("three/")).toEqual([]);
  });
});
