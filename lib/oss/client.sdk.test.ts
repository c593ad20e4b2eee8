import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { ACCOUNT, REGION, startTestServer, type TestServer } from "@/lib/sandbox/oss/testing";
import { createOssClient } from "./client";
import { consoleCorsRule } from "./cors";
import { listModelRoot, modelFilesOf } from "./model-files";
import type { OssClient } from "./types";

const BUCKET = "contract-bucket";
let server: TestServer;
let oss: OssClient;

function connection(port: number, accessKeySecret = ACCOUNT.accessKeySecret): Connection {
  const endpoint = { protocol: "http", host: `localhost:${port}` } as const;
  return {
    id: "test",
    kind: "saved",
    name: "test",
    region: REGION,
    credentials: { accessKeyId: ACCOUNT.accessKeyId, accessKeySecret },
    eas: endpoint,
    workspace: endpoint,
    sts: endpoint,
    oss: { ...endpoint, pathStyle: true },
    gatewayHosts: [],
  };
}

beforeAll(async () => {
  server = await startTestServer();
  oss = createOssClient(connection(server.port));
  await oss.createBucket(BUCKET);
});
afterAll(() => server.remove());

const text = (content: string) => new TextEncoder().encode(content);

describe("buckets", () => {
  test("are listed with their region, and found there", async () => {
    const mine = (await oss.listBuckets()).find(({ name }) => name === BUCKET);
    expect(mine).toMatchObject({ region: REGION });
    expect(Number.isNaN(Date.parse(mine?.createdAt ?? ""))).toBe(false);
    expect(await oss.getBucketLocation(BUCKET)).toBe(REGION);
  });
  test("an absent one, a bad name and a wrong secret are told apart", async () => {
    await expect(oss.getBucketLocation("no-such-bucket")).rejects.toMatchObject({
      code: "not_found",
      vendor: { code: "NoSuchBucket", status: 404, requestId: expect.stringMatching(/^[0-9A-F]{24}$/) },
    });
    await expect(oss.listObjects("Bad_Name")).rejects.toMatchObject({ code: "invalid_input" });
    const stranger = createOssClient(connection(server.port, "wrong"));
    await expect(stranger.listBuckets()).rejects.toMatchObject({
      code: "invalid_credentials",
      vendor: { code: "SignatureDoesNotMatch" },
    });
  });
  test("CORS rules come back as they were put; none is an empty list", async () => {
    expect(await oss.getCors(BUCKET)).toEqual([]);
    const rules = [
      consoleCorsRule("http://localhost:3000"),
      {
        allowedOrigins: ["*"],
        allowedMethods: ["GET"],
        allowedHeaders: [],
        exposeHeaders: [],
        maxAgeSeconds: undefined,
      },
    ];
    await oss.putCors(BUCKET, rules);
    expect(await oss.getCors(BUCKET)).toEqual(rules);
  });
  test("a server that is not there is a network failure after three tries", async () => {
    const clock = createManualClock();
    const failed = createOssClient(connection(1), { clock }).listBuckets();
    let isOver = false;
    failed.catch(() => {
      isOver = true;
    });
    const startedAt = clock.now();
    while (!isOver) await clock.advance(100);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    await expect(failed).rejects.toMatchObject({ code: "network", retryable: true });
  });
  test("a failure of the moment is tried again, a refusal is not", async () => {
    server.faults.add({
      operation: "ListBuckets",
      status: 500,
      code: "InternalError",
      message: "Try again.",
      times: 1,
    });
    expect((await oss.listBuckets()).length).toBeGreaterThan(0);
    server.faults.add({ operation: "ListBuckets", status: 403, code: "AccessDenied", message: "No.", times: 1 });
    await expect(oss.listBuckets()).rejects.toMatchObject({ code: "permission_denied", vendor: { message: "No." } });
  });
});

describe("objects", () => {
  const KEY = "models/a b+(1)/分片 &'#?.bin";

  test("of any name are put, measured, read in part, and deleted", async () => {
    await oss.putObject(BUCKET, KEY, text("123456789"));
    expect(await oss.headObject(BUCKET, KEY)).toMatchObject({ sizeBytes: 9, crc64: "11051210869376104954" });
    expect(await oss.getObjectRange(BUCKET, KEY, 2, 5)).toEqual(Buffer.from("345"));
    expect(await oss.getObjectRange(BUCKET, KEY, 4, 4)).toHaveLength(0);
    await expect(oss.getObjectRange(BUCKET, KEY, 100, 101)).rejects.toMatchObject({ vendor: { code: "InvalidRange" } });
    await oss.deleteObject(BUCKET, KEY);
    await oss.deleteObject(BUCKET, KEY);
    expect(await oss.headObject(BUCKET, KEY)).toBeUndefined();
  });

  test("are listed level by level and page by page", async () => {
    for (const name of ["list/a/1", "list/a/2", "list/b/1", "list/c", "list/中/1"]) {
      await oss.putObject(BUCKET, name, text(name));
    }
    expect(await oss.listObjects(BUCKET, { prefix: "list/", delimiter: "/" })).toMatchObject({
      prefixes: ["list/a/", "list/b/", "list/中/"],
      objects: [{ key: "list/c", sizeBytes: 6 }],
      nextToken: undefined,
    });
    const first = await oss.listObjects(BUCKET, { prefix: "list/", limit: 2 });
    expect(first.objects.map(({ key }) => key)).toEqual(["list/a/1", "list/a/2"]);
    const next = await oss.listObjects(BUCKET, { prefix: "list/", limit: 2, token: first.nextToken });
    expect(next.objects.map(({ key }) => key)).toEqual(["list/b/1", "list/c"]);
    expect(await oss.listAllObjects(BUCKET, "list/", 4)).toMatchObject({ truncated: true });
    const all = await oss.listAllObjects(BUCKET, "list/", 100);
    expect([all.objects.length, all.truncated]).toEqual([5, false]);
    expect((await oss.listObjects(BUCKET)).objects.length).toBeGreaterThan(0);
    expect(await oss.listObjects(BUCKET, { prefix: "nothing/" })).toEqual({
      objects: [],
      prefixes: [],
      nextToken: undefined,
    });
  });

  test("are files of a model folder", async () => {
    const listing = await listModelRoot(oss, BUCKET, "list/");
    const { truncated } = listing;
    const files = modelFilesOf(oss, BUCKET, "list/", listing);
    expect(truncated).toBe(false);
    expect(files.map(({ path }) => path)).toEqual(["a/1", "a/2", "b/1", "c", "中/1"]);
    expect(new TextDecoder().decode(await files[3]?.read(0, 1_000_000))).toBe("list/c");
  });
});

describe("signed URLs", () => {
  test("a PUT takes exactly the signed number of bytes and nothing typed", async () => {
    const url = await oss.presignPut(BUCKET, "signed/x y.bin", { sizeBytes: 3, expiresSeconds: 60 });
    const put = async (body: Blob) => (await fetch(url, { method: "PUT", body })).status;
    expect(await put(new Blob(["abcd"]))).toBe(403);
    expect(await put(new Blob(["abc"], { type: "text/plain" }))).toBe(403);
    expect(await put(new Blob(["abc"]))).toBe(200);
    expect(await oss.headObject(BUCKET, "signed/x y.bin")).toMatchObject({ sizeBytes: 3 });
  });
  test("does not work for another key", async () => {
    const url = new URL(await oss.presignPut(BUCKET, "signed/x", { sizeBytes: 1, expiresSeconds: 60 }));
    url.pathname = url.pathname.replace("signed/x", "signed/y");
    expect((await fetch(url, { method: "PUT", body: "a" })).status).toBe(403);
  });
  test("a GET names the download", async () => {
    const url = await oss.presignGet(BUCKET, "list/c", { expiresSeconds: 60, filename: "图 1'.png" });
    const response = await fetch(url);
    expect(await response.text()).toBe("list/c");
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="_ 1'.png"; filename*=UTF-8''%E5%9B%BE%201%27.png`,
    );
  });
  test("a GET may ask for a smaller picture", async () => {
    const url = await oss.presignGet(BUCKET, "list/c", { expiresSeconds: 60, process: "image/resize,w_200" });
    expect(new URL(url).searchParams.get("x-oss-process")).toBe("image/resize,w_200");
  });
});

describe("a permission to post forms", () => {
  async function post(prefix: string, fields: Record<string, string>, file = "abc") {
    const form = new FormData();
    const signed = oss.signForm(BUCKET, { prefix, maxBytes: 3, expiresSeconds: 60 });
    for (const [name, value] of Object.entries({ ...signed.fields, ...fields })) form.set(name, value);
    form.set("file", new Blob([file]));
    return (await fetch(signed.url, { method: "POST", body: form })).status;
  }

  test("covers any key below its prefix, up to its size", async () => {
    expect(await post("forms/", { key: "forms/a/模型.json" })).toBe(200);
    expect(await oss.headObject(BUCKET, "forms/a/模型.json")).toMatchObject({ sizeBytes: 3 });
    expect(await post("forms/", { key: "forms/b" }, "abcd")).toBe(400);
    expect(await post("forms/", { key: "elsewhere/a" })).toBe(403);
  });

  test("opens nothing to the world", async () => {
    expect(await post("forms/", { key: "forms/c", "x-oss-object-acl": "public-read" })).toBe(403);
    expect(await oss.headObject(BUCKET, "forms/c")).toBeUndefined();
  });
});

describe("multipart", () => {
  const KEY = "multi/w.bin";
  const PART = 128 * 1024;
  const whole = Buffer.alloc(PART + 1000, "0123456789abcdef!");

  async function uploadParts(): Promise<{ uploadId: string; parts: { number: number; etag: string }[] }> {
    const { uploadId } = await oss.initiateUpload(BUCKET, KEY);
    const pieces = [whole.subarray(0, PART), whole.subarray(PART)];
    const wanted = pieces.map((piece, index) => ({ number: index + 1, sizeBytes: piece.length }));
    const urls = await oss.presignParts(BUCKET, KEY, { uploadId, parts: wanted, expiresSeconds: 60 });
    const parts = [];
    for (const [index, url] of urls.entries()) {
      const response = await fetch(url, { method: "PUT", body: new Blob([pieces[index] ?? ""]) });
      parts.push({ number: index + 1, etag: response.headers.get("etag") ?? "" });
    }
    return { uploadId, parts };
  }

  test("parts are listed with their CRC-64, completed, and a lost answer is recognised", async () => {
    const { uploadId, parts } = await uploadParts();
    const listed = await oss.listParts(BUCKET, KEY, uploadId);
    expect(listed).toEqual([
      { number: 1, etag: parts[0]?.etag, sizeBytes: PART, crc64: expect.stringMatching(/^\d+$/) },
      { number: 2, etag: parts[1]?.etag, sizeBytes: 1000, crc64: expect.stringMatching(/^\d+$/) },
    ]);
    const expected = { sizeBytes: whole.length, crc64: "" };
    const first = await oss.completeUpload(BUCKET, KEY, uploadId, parts, expected);
    expect(first.sizeBytes).toBe(whole.length);
    const again = await oss.completeUpload(BUCKET, KEY, uploadId, parts, { ...expected, crc64: first.crc64 ?? "" });
    expect(again).toEqual(first);
    await expect(oss.completeUpload(BUCKET, KEY, uploadId, parts, { ...expected, crc64: "1" })).rejects.toMatchObject({
      vendor: { code: "NoSuchUpload" },
    });
  });

  test("a list of one part is a list", async () => {
    const { uploadId } = await oss.initiateUpload(BUCKET, KEY);
    const [url = ""] = await oss.presignParts(BUCKET, KEY, {
      uploadId,
      parts: [{ number: 7, sizeBytes: 3 }],
      expiresSeconds: 60,
    });
    expect(await oss.listParts(BUCKET, KEY, uploadId)).toEqual([]);
    await fetch(url, { method: "PUT", body: new Blob(["abc"]) });
    expect((await oss.listParts(BUCKET, KEY, uploadId)).map(({ number }) => number)).toEqual([7]);
    await oss.abortUpload(BUCKET, KEY, uploadId);
    await oss.abortUpload(BUCKET, KEY, uploadId);
    await expect(oss.listParts(BUCKET, KEY, uploadId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("what a bucket browser needs", () => {
  test("many objects go at once, awkward names and absent ones included", async () => {
    const keys = ["bin/a b.txt", "bin/分片&<1>.bin", "bin/'quote\".txt", "bin/absent"];
    for (const key of keys.slice(0, 3)) await oss.putObject(BUCKET, key, text("x"));
    await oss.deleteObjects(BUCKET, keys);
    expect((await oss.listAllObjects(BUCKET, "bin/", 10)).objects).toEqual([]);
    await oss.deleteObjects(BUCKET, []);
  });

  test("open uploads are listed below a prefix, over several pages", async () => {
    const keys = ["open/a.bin", "open/b.bin", "open/c.bin"];
    const ids = await Promise.all(keys.map((key) => oss.initiateUpload(BUCKET, key)));
    const other = await oss.initiateUpload(BUCKET, "elsewhere.bin");
    const found = await oss.listUploads(BUCKET, "open/", 10);
    expect(found.map(({ key, uploadId }) => ({ key, uploadId }))).toEqual(
      keys.map((key, index) => ({ key, uploadId: ids[index]?.uploadId })),
    );
    expect(Number.isNaN(Date.parse(found[0]?.initiatedAt ?? ""))).toBe(false);
    expect(await oss.listUploads(BUCKET, "open/", 2)).toHaveLength(2);
    for (const [index, key] of keys.entries()) await oss.abortUpload(BUCKET, key, ids[index]?.uploadId ?? "");
    await oss.abortUpload(BUCKET, "elsewhere.bin", other.uploadId);
    expect(await oss.listUploads(BUCKET, "open/", 10)).toEqual([]);
  });

  test("the rule against abandoned uploads is put and read again", async () => {
    expect(await oss.getAbortRules(BUCKET)).toEqual({ rules: [], allRules: 0 });
    await oss.putAbortRule(BUCKET, { prefix: "", days: 7 });
    expect(await oss.getAbortRules(BUCKET)).toEqual({ rules: [{ prefix: "", days: 7 }], allRules: 1 });
  });
});
