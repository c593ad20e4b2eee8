import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { beforeEach, describe, expect, test } from "vitest";
import { retryImport } from "./manage";
import { someBytes } from "./testing";
import { BUCKET, MIB, openImportWorld } from "./testing-world";

/** Sums that a hub names, against servers that hand out other bytes under the same name, size and version. */

const world = openImportWorld();
const { create, halfDone, keys, start, stored, until } = world;

const PATH = "/o/m/resolve/main/lora.safetensors";
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** As `git hash-object` does. */
const gitBlob = (bytes: Uint8Array) => createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** What the hub tells of a file: git's name is that of the pointer where the file itself is in LFS. */
type Told = (bytes: Buffer) => { oid: string; lfs?: { oid: string } };
const inLfs: Told = (bytes) => ({ oid: "0".repeat(40), lfs: { oid: sha256(bytes) } });
const inGit: Told = (bytes) => ({ oid: gitBlob(bytes) });

function withWrongByte(bytes: Buffer, at: number): Buffer {
  const wrong = Buffer.from(bytes);
  wrong[at] = (wrong[at] ?? 0) ^ 1;
  return wrong;
}

/** Ranges that were asked for, and what is sent; always the same version, whatever the bytes. */
let asked: string[];
let served: (range: string) => Buffer | "break";
beforeEach(() => {
  asked = [];
});

const answer: RequestListener = ({ headers: { range = "" } }, response) => {
  const [, from = "0", to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (range !== "bytes=0-0") asked.push(range);
  const bytes = served(range);
  if (bytes === "break") {
    response.destroy();
    return;
  }
  const end = to === undefined ? bytes.length : Number(to) + 1;
  const body = bytes.subarray(Number(from), end);
  const partial = to === undefined ? {} : { "content-range": `bytes ${from}-${end - 1}/${bytes.length}` };
  response.writeHead(to === undefined ? 200 : 206, { etag: '"one"', "content-length": body.length, ...partial });
  response.end(body);
};

async function fetchFrom(bytes: Buffer, prefix: string, told = inLfs) {
  const listed = [{ type: "file", path: "lora.safetensors", size: bytes.length, ...told(bytes) }];
  world.files.pages.set("/api/models/o/m/tree/main?recursive=true", { body: JSON.stringify(listed) });
  world.files.handlers.set(PATH, answer);
  const source = { kind: "huggingface", id: "o/m" };
  return create({ source, bucket: BUCKET, prefix, folder: "lora" });
}

const isWrong = { error: { params: { rule: "imports.errors.sum", name: "lora/m/lora.safetensors" } } };

describe.each([
  ["in LFS, in parts", 32 * MIB + 5, inLfs],
  ["in LFS, in one piece", 5000, inLfs],
  ["in git, in parts", 16 * MIB + 5, inGit],
  ["in git, in one piece", 4999, inGit],
])("a file %s", (_, size, told) => {
  const bytes = someBytes(size);

  test("that sums up as listed is taken, each byte once", async () => {
    served = () => bytes;
    start();
    const { id } = await fetchFrom(bytes, "sound", told);
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("sound/lora/m/lora.safetensors"))?.equals(bytes)).toBe(true);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test("with a wrong byte is tried again, and taken once it is right", async () => {
    const wrong = withWrongByte(bytes, size - 3);
    served = () => wrong;
    start();
    const { id } = await fetchFrom(bytes, "mended", told);
    expect(await until(id, ({ error }) => error !== undefined)).toMatchObject(isWrong);
    served = () => bytes;
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("mended/lora/m/lora.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("with a wrong byte that stays is given up, and nothing of it is kept", async () => {
    const wrong = withWrongByte(bytes, 7);
    served = () => wrong;
    start({ pausesMs: [10] });
    const { id } = await fetchFrom(bytes, `wrong-${size}`, told);
    expect(await until(id)).toMatchObject({ state: "failed", ...isWrong });
    expect(await keys(`wrong-${size}/`)).toEqual([]);
    expect(await halfDone(`wrong-${size}/`)).toEqual([]);
  });
});

describe("between two processes", () => {
  const bytes = someBytes(36 * MIB);
  /** The first process gets the first part, and perhaps the second; then the line breaks for good. */
  async function untilBroken(prefix: string, first: Buffer): Promise<string> {
    served = (range) => (/^bytes=(0|16777216)-/.test(range) ? first : "break");
    start({ pausesMs: [0] });
    const { id } = await fetchFrom(bytes, prefix);
    await until(id, ({ state }) => state === "failed");
    await world.stopRunner();
    await retryImport(world.ctx, { id });
    return id;
  }

  test("the sum goes on where the first one came to, and no part is fetched again", async () => {
    const id = await untilBroken("on", bytes);
    const before = asked.length;
    asked = [];
    served = () => bytes;
    start();
    expect(await until(id)).toMatchObject({ state: "done" });
    expect(before).toBeGreaterThan(2);
    expect(asked.some((range) => range.startsWith("bytes=0-"))).toBe(false);
    expect((await stored("on/lora/m/lora.safetensors"))?.equals(bytes)).toBe(true);
  });

  test("a wrong byte of the first one's is found by the second", async () => {
    const id = await untilBroken("found", withWrongByte(bytes, 100));
    served = () => bytes;
    start();
    expect(await until(id, ({ error }) => error !== undefined)).toMatchObject(isWrong);
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("found/lora/m/lora.safetensors"))?.equals(bytes)).toBe(true);
  });
});

test("ModelScope names sums too", async () => {
  const body = Buffer.from("{}");
  const repository = "/api/v1/models/o/m/repo";
  const listed = [{ Path: "config.json", Size: body.length, Type: "blob", Sha256: sha256(Buffer.from("[]")) }];
  world.files.pages.set(`${repository}/files?Revision=master&Recursive=true`, {
    body: JSON.stringify({ Data: { Files: listed } }),
  });
  world.files.pages.set(`${repository}?Revision=master&FilePath=config.json`, { body: "{}" });
  start({ pausesMs: [] });
  const source = { kind: "modelscope", id: "o/m" };
  const { id } = await create({ source, bucket: BUCKET, prefix: "ms", folder: "translate" });
  expect(await until(id)).toMatchObject({ state: "failed", error: { params: { rule: "imports.errors.sum" } } });
});
