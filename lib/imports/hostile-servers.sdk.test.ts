import type { LookupAddress } from "node:dns";
import type { ServerResponse } from "node:http";
import type { LookupFunction } from "node:net";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { auditEntries } from "@/lib/store/schema/audit";
import { imports } from "@/lib/store/schema/imports";
import { cancelImport, forgetImport } from "./manage";
import { someBytes, startFileServer } from "./testing";
import { BUCKET, MIB, openImportWorld } from "./testing-world";

/** Servers that lead elsewhere, lie, change their mind, or never end. */

const world = openImportWorld();
const { bring, create, keys, halfDone, start, stored, until } = world;

/** A resolver that knows one name. */
const resolving =
  (...addresses: string[]): LookupFunction =>
  (_hostname, { all }, callback) => {
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    if (all) callback(null, found);
    else callback(null, found[0]?.address ?? "", found[0]?.family);
  };

describe("a name", () => {
  test.each([
    ["of the private network", ["10.0.0.7"]],
    ["of this machine", ["127.0.0.1"]],
    ["of the cloud's own metadata", ["100.100.100.200"]],
    ["of a link-local IPv6 address", ["fe80::1"]],
    ["of an IPv4 address in IPv6 clothes", ["64:ff9b::7f00:1"]],
    ["with one private address among others", ["8.8.8.8", "127.0.0.1"]],
  ])("%s is not followed", async (_, addresses) => {
    start({ allowedHosts: [], lookup: resolving(...addresses) });
    const url = `http://models.example:${new URL(world.files.url("/")).port}/x.bin`;
    const { id } = await create({ source: { kind: "url", url }, bucket: BUCKET, prefix: "n" });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code: "forbidden" } });
    expect(world.files.requests).toEqual([]);
  });

  test("is judged anew for each connection, so that a second answer opens nothing", async () => {
    let asked = 0;
    const lookup: LookupFunction = (hostname, options, callback) => {
      asked += 1;
      // The first time something that cannot be reached; then, once it was trusted, this machine.
      if (asked === 1) callback(Object.assign(new Error("EAI_AGAIN"), { code: "EAI_AGAIN" }), "", 0);
      else resolving("127.0.0.1")(hostname, options, callback);
    };
    start({ allowedHosts: [], lookup });
    const url = `http://rebind.example:${new URL(world.files.url("/")).port}/x.bin`;
    const { id } = await create({ source: { kind: "url", url }, bucket: BUCKET, prefix: "n" });
    expect(await until(id)).toMatchObject({ state: "failed", error: { code: "forbidden" } });
    expect(asked).toBe(2);
    expect(world.files.requests).toEqual([]);
  });
});

describe("a redirect", () => {
  test.each([
    ["to a file", "file:///etc/passwd", "invalid_input"],
    ["to another protocol", "ftp://example.com/x", "invalid_input"],
    ["with a name and password", "http://a:b@example.com/x", "invalid_input"],
    ["to this machine", "http://127.0.0.2:1/secret", "forbidden"],
    ["to the cloud's own metadata", "http://100.100.100.200/latest/meta-data/ram", "forbidden"],
    ["in a circle", "/circle.bin", "upstream"],
  ])("%s is not followed", async (_, location, code) => {
    world.files.pages.set("/circle.bin", { status: 302, headers: { location } });
    start();
    expect(await bring("/circle.bin", { prefix: "r" })).toMatchObject({ state: "failed", error: { code } });
    expect(world.files.requests.length).toBeLessThanOrEqual(6);
  });

  test("to another host takes no token along", async () => {
    const other = await startFileServer();
    try {
      const bytes = someBytes(2 * MIB);
      other.files.set("/blob", bytes);
      const tree = [{ type: "file", path: "lora.safetensors", size: bytes.length }];
      world.files.pages.set("/api/models/o/m/tree/main?recursive=true", { body: JSON.stringify(tree) });
      const redirect = { status: 302, headers: { location: other.url("/blob") } };
      world.files.pages.set("/o/m/resolve/main/lora.safetensors", redirect);
      start({ allowedHosts: [world.files.host, other.host] });
      const { id } = await create({
        source: { kind: "huggingface", id: "o/m" },
        bucket: BUCKET,
        prefix: "cdn",
        folder: "lora",
      });
      expect(await until(id)).toMatchObject({ state: "done" });
      expect((await stored("cdn/lora/m/lora.safetensors"))?.equals(bytes)).toBe(true);
      expect(world.files.requests.every(({ authorization }) => authorization === "Bearer hf_secret")).toBe(true);
      expect(other.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
    } finally {
      await other.close();
    }
  });
});

describe("a hub", () => {
  const tree = "/api/models/o/m/tree/main";
  const fromHub = async (prefix: string) => {
    start();
    const { id } = await create({ source: { kind: "huggingface", id: "o/m" }, bucket: BUCKET, prefix, folder: "lora" });
    return until(id);
  };

  test("whose next page lies with somebody else is refused, and the token stays here", async () => {
    const other = await startFileServer();
    try {
      const link = `<${other.url("/steal")}>; rel="next"`;
      world.files.pages.set(`${tree}?recursive=true`, { headers: { link }, body: "[]" });
      expect(await fromHub("h")).toMatchObject({ state: "failed", error: { code: "upstream" } });
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test("that always has one more page is given up", async () => {
    world.files.handlers.set(tree, (_, response) => {
      response.writeHead(200, { link: `<${world.files.url(`${tree}?recursive=true`)}>; rel="next"` }).end("[]");
    });
    expect(await fromHub("h")).toMatchObject({ state: "failed", error: { code: "invalid_input" } });
    expect(world.files.requests.length).toBeLessThanOrEqual(200);
  });

  test("with empty files gives them, whatever it answers to ranges of them", async () => {
    const files = [
      { type: "file", path: "unet/__init__.py", size: 0 },
      { type: "file", path: "unet/config.json", size: 2 },
      { type: "file", path: "model_index.json", size: 2 },
    ];
    world.files.pages.set(`${tree}?recursive=true`, { body: JSON.stringify(files) });
    world.files.files.set("/o/m/resolve/main/unet/__init__.py", Buffer.alloc(0));
    for (const path of ["unet/config.json", "model_index.json"])
      world.files.files.set(`/o/m/resolve/main/${path}`, Buffer.from("{}"));
    start();
    const { id } = await create({ source: { kind: "huggingface", id: "o/m" }, bucket: BUCKET, prefix: "empty" });
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("empty/base_model/unet/__init__.py"))?.length).toBe(0);
  });

  test("that sends another size than it listed is not believed", async () => {
    world.files.pages.set(`${tree}?recursive=true`, {
      body: JSON.stringify([{ type: "file", path: "a.safetensors", size: 100 }]),
    });
    world.files.files.set("/o/m/resolve/main/a.safetensors", someBytes(99));
    expect(await fromHub("sizes")).toMatchObject({
      state: "failed",
      error: { code: "conflict", params: { rule: "imports.errors.changed" } },
    });
    expect(await keys("sizes/")).toEqual([]);
  });

  test("that sends without end is stopped where the file should have ended", async () => {
    world.files.pages.set(`${tree}?recursive=true`, {
      body: JSON.stringify([{ type: "file", path: "a.safetensors", size: 20 * MIB }]),
    });
    world.files.handlers.set("/o/m/resolve/main/a.safetensors", (_, response) => flood(response));
    expect(await fromHub("flood")).toMatchObject({
      state: "failed",
      error: { params: { rule: "imports.errors.tooLong" } },
    });
    expect(await keys("flood/")).toEqual([]);
    expect(await halfDone("flood/")).toEqual([]);
  });
});

/** Bytes without a length, for as long as somebody takes them. */
function flood(response: ServerResponse): void {
  const chunk = someBytes(MIB);
  response.writeHead(200, { "content-type": "application/octet-stream" });
  const more = () => {
    while (response.writable && !response.destroyed) if (!response.write(chunk)) break;
  };
  response.on("drain", more);
  more();
}

describe("a server", () => {
  const bytes = someBytes(40 * MIB);

  test("that answers ranges of two versions is not mixed", async () => {
    let ranges = 0;
    world.files.handlers.set("/two.bin", (request, response) => {
      const [, from = "0", to = "0"] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
      ranges += 1;
      // Looks at no If-Range, and has become another one after the first part.
      const headers = { etag: ranges <= 2 ? '"one"' : '"two"', "content-range": `bytes ${from}-${to}/${bytes.length}` };
      response.writeHead(206, headers).end(bytes.subarray(Number(from), Number(to) + 1));
    });
    start();
    expect(await bring("/two.bin", { prefix: "two" })).toMatchObject({
      state: "failed",
      error: { code: "conflict", params: { rule: "imports.errors.changed" } },
    });
    expect(await keys("two/")).toEqual([]);
  });

  test("that answers another range than was asked for is not believed", async () => {
    world.files.handlers.set("/shifted.bin", (request, response) => {
      const [, from = "0", to = "0"] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
      const length = Number(to) - Number(from) + 1;
      const at = length === 1 ? 0 : Number(from) + 1;
      const headers = { etag: '"one"', "content-range": `bytes ${at}-${at + length - 1}/${bytes.length}` };
      response.writeHead(206, headers).end(bytes.subarray(at, at + length));
    });
    start();
    expect(await bring("/shifted.bin", { prefix: "shifted" })).toMatchObject({ error: { code: "conflict" } });
  });

  test("that does not say which version it has is read in one go", async () => {
    const seen: (string | undefined)[] = [];
    world.files.handlers.set("/bare.bin", (request, response) => {
      const { range } = request.headers;
      seen.push(range);
      if (range === "bytes=0-0")
        response.writeHead(206, { "content-range": `bytes 0-0/${bytes.length}` }).end(bytes.subarray(0, 1));
      else response.writeHead(200, { "content-length": bytes.length }).end(bytes);
    });
    start();
    expect(await bring("/bare.bin", { prefix: "bare" })).toMatchObject({ state: "done" });
    expect(seen).toEqual(["bytes=0-0", undefined]);
    expect((await stored("bare/bare.bin"))?.equals(bytes)).toBe(true);
  });

  test("that announces more than it sends is tried again, and never taken at its word", async () => {
    world.files.handlers.set("/short.bin", (_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(someBytes(500), () => response.destroy());
    });
    start();
    expect(await bring("/short.bin", { prefix: "short" })).toMatchObject({
      state: "failed",
      error: { code: "network" },
    });
    expect(await keys("short/")).toEqual([]);
  });

  test.each([
    ["packed", { "content-encoding": "gzip" }, Buffer.from("x"), "imports.errors.encoded"],
    [
      "a page",
      { "content-type": "text/html" },
      Buffer.from("<!doctype html><title>Sign in</title>"),
      "imports.errors.page",
    ],
  ])("that sends %s in place of the file is refused", async (_, headers, body, rule) => {
    world.files.handlers.set("/m.safetensors", (_request, response) => {
      response.writeHead(200, headers).end(body);
    });
    start();
    expect(await bring("/m.safetensors", { prefix: "page" })).toMatchObject({
      state: "failed",
      error: { params: { rule } },
    });
    expect(await keys("page/")).toEqual([]);
  });

  test("that falls silent is not waited for for ever", async () => {
    world.files.handlers.set("/silent.bin", (_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(someBytes(10));
    });
    start({ idleMs: 100 });
    expect(await bring("/silent.bin", { prefix: "silent" })).toMatchObject({
      state: "failed",
      error: { code: "timeout" },
    });
  });

  test("of an empty file gives an empty file", async () => {
    world.files.files.set("/empty.bin", Buffer.alloc(0));
    start();
    expect(await bring("/empty.bin", { prefix: "none" })).toMatchObject({ state: "done" });
    expect((await stored("none/empty.bin"))?.length).toBe(0);
  });
});

describe("what an import leaves behind", () => {
  /** Sends two parts and then nothing more. */
  const stalling = (response: ServerResponse) => {
    response.writeHead(200);
    response.write(someBytes(34 * MIB));
  };
  const begin = async (prefix: string) => {
    world.files.handlers.set("/stall.bin", (_, response) => stalling(response));
    return create({ source: { kind: "url", url: world.files.url("/stall.bin") }, bucket: BUCKET, prefix });
  };
  const isCopying = ({ doneBytes }: { doneBytes: number }) => doneBytes > 0;

  test("in the middle of a stream: nothing, once it is cancelled", async () => {
    const { id } = await begin("cancelled");
    start();
    await until(id, isCopying);
    expect(await halfDone("cancelled/")).toEqual(["cancelled/stall.bin"]);
    await cancelImport(world.ctx, { id });
    expect(await until(id)).toMatchObject({ state: "cancelled" });
    expect(await halfDone("cancelled/")).toEqual([]);
    expect(await keys("cancelled/")).toEqual([]);
  });

  test("when its process was killed: the next one throws it away and begins anew", async () => {
    const { id } = await begin("killed");
    // As if the process were gone at once: it tells OSS nothing any more.
    const gone = { ...world.ctx.oss, abortUpload: () => Promise.reject(new Error("gone")) };
    start({ openOss: async () => gone });
    await until(id, isCopying);
    await world.stopRunner();
    expect(await halfDone("killed/")).toEqual(["killed/stall.bin"]);
    const bytes = someBytes(20 * MIB, 5);
    world.files.handlers.set("/stall.bin", (_, response) => {
      response.writeHead(200).end(bytes);
    });
    start();
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("killed/stall.bin"))?.equals(bytes)).toBe(true);
    expect(await halfDone("killed/")).toEqual([]);
  });

  test("when its process died between the beginning of an upload and the note of it: nothing", async () => {
    const bytes = someBytes(20 * MIB, 6);
    world.files.files.set("/big.bin", bytes);
    const { oss } = world.ctx;
    const dying: typeof oss = {
      ...oss,
      async initiateUpload(bucket, key) {
        await oss.initiateUpload(bucket, key);
        throw new Error("killed");
      },
    };
    start({ openOss: async () => dying });
    const { id } = await bring("/big.bin", { prefix: "orphan" });
    await world.stopRunner();
    await oss.initiateUpload(BUCKET, "orphan/of-somebody-else.bin");
    expect(await halfDone("orphan/")).toEqual(["orphan/big.bin", "orphan/of-somebody-else.bin"]);
    // As a process leaves it that does not come to say that it failed.
    await world.store.db.update(imports).set({ state: "copying" }).where(eq(imports.id, id));
    start();
    expect(await until(id)).toMatchObject({ state: "done" });
    expect((await stored("orphan/big.bin"))?.equals(bytes)).toBe(true);
    expect(await halfDone("orphan/")).toEqual(["orphan/of-somebody-else.bin"]);
  });

  test("when it failed and is taken from the list: nothing", async () => {
    world.files.files.set("/big.bin", someBytes(36 * MIB));
    Object.assign(world.files.options, { breakAfterBytes: MIB, breaks: Number.MAX_SAFE_INTEGER });
    start({ pausesMs: [] });
    const view = await bring("/big.bin", { prefix: "forgotten" });
    expect(view).toMatchObject({ state: "failed" });
    expect(await halfDone("forgotten/")).toEqual(["forgotten/big.bin"]);
    await forgetImport(world.ctx, { id: view.id });
    expect(await halfDone("forgotten/")).toEqual([]);
    expect(await world.store.db.select().from(imports).where(eq(imports.id, view.id))).toEqual([]);
    const lines = await world.store.db.select().from(auditEntries).where(eq(auditEntries.target, view.id));
    expect(lines.map(({ action }) => action)).toContain("imports.forget");
  });
});
