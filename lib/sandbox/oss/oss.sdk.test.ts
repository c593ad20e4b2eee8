import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createClient, http, startTestServer, type TestServer, tag } from "./testing";

/** Every operation through the unmodified official SDK, in both signature versions. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.remove());

const KEY = "models/a b+(1)&'/分片.bin";
const md5 = (text: string | Buffer) => createHash("md5").update(text).digest("hex").toUpperCase();

/** What the SDK throws: code, status and the rest. */
async function failure(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = await promise.then(
    () => expect.fail("should have been refused"),
    (reason: unknown) => reason,
  );
  return error as Record<string, unknown>;
}

describe.each([
  ["V4", true],
  ["V1", false],
] as const)("signature %s", (version, v4) => {
  let client: Client;
  let bucket: string;
  let number = 0;
  beforeEach(async () => {
    bucket = `demo-${version.toLowerCase()}-${number++}`;
    client = createClient(server, { v4 });
    await client.putBucket(bucket);
    client.useBucket(bucket);
  });

  describe("buckets", () => {
    test("are listed, described and deleted", async () => {
      const { buckets } = await client.listBuckets({ prefix: bucket });
      expect(buckets).toMatchObject([{ name: bucket, region: "oss-cn-hangzhou", StorageClass: "Standard" }]);
      const { bucket: info } = await client.getBucketInfo(bucket);
      expect(info).toMatchObject({
        Name: bucket,
        Location: "oss-cn-hangzhou",
        ExtranetEndpoint: "oss-cn-hangzhou.aliyuncs.com",
        DataRedundancyType: "LRS",
        AccessControlList: { Grant: "private" },
      });
      expect((await client.getBucketLocation(bucket)).location).toBe("oss-cn-hangzhou");
      await client.deleteBucket(bucket);
      expect(await failure(client.getBucketInfo(bucket))).toMatchObject({ code: "NoSuchBucket", status: 404 });
    });

    test("a list without any", async () => {
      const { buckets } = await client.listBuckets({ prefix: "no-bucket-is-called-so", "max-keys": 10 });
      expect(buckets).toBeNull();
    });

    test("pages of the bucket list", async () => {
      await client.putBucket(`${bucket}-b`);
      await client.putBucket(`${bucket}-c`);
      const first = await client.listBuckets({ prefix: bucket, "max-keys": 2 });
      expect(first).toMatchObject({ isTruncated: true, nextMarker: `${bucket}-b` });
      const second = await client.listBuckets({ prefix: bucket, marker: `${bucket}-b`, "max-keys": 2 });
      expect(second.buckets.map(({ name }) => name)).toEqual([`${bucket}-c`]);
    });

    test("keep their ACL, storage class and redundancy", async () => {
      await client.putBucketACL(bucket, "public-read");
      expect((await client.getBucketACL(bucket)).acl).toBe("public-read");
      const other = `${bucket}-ia`;
      await client.putBucket(other, {
        storageClass: "IA",
        dataRedundancyType: "ZRS",
        acl: "public-read",
        timeout: 60_000,
      });
      const { bucket: info } = await client.getBucketInfo(other);
      expect(info).toMatchObject({ StorageClass: "IA", DataRedundancyType: "ZRS" });
      expect((await client.getBucketACL(other)).acl).toBe("public-read");
    });

    test("page sizes are checked, non-empty buckets stay", async () => {
      expect(await failure(client.listV2({ "max-keys": 1001 }, {}))).toMatchObject({ code: "InvalidArgument" });
      await client.put("k", Buffer.from("x"));
      expect(await failure(client.deleteBucket(bucket))).toMatchObject({ code: "BucketNotEmpty", status: 409 });
      await client.delete("k");
      await client.initMultipartUpload("k");
      expect(await failure(client.deleteBucket(bucket))).toMatchObject({ code: "BucketNotEmpty", status: 409 });
    });

    test("count what they hold", async () => {
      await client.put("a", Buffer.alloc(1000));
      await client.put("b", Buffer.alloc(24));
      await client.initMultipartUpload("c");
      const { stat } = await client.getBucketStat(bucket);
      expect(stat).toMatchObject({ Storage: "1024", ObjectCount: "2", MultipartUploadCount: "1" });
    });

    test("have no live channels, and are given none", async () => {
      const live = client as unknown as Record<
        "listChannels" | "putChannel",
        (...parameters: unknown[]) => Promise<unknown>
      >;
      expect(await live.listChannels()).toMatchObject({ channels: [], isTruncated: false });
      expect(await failure(live.putChannel("c", {}))).toMatchObject({ code: "NotImplemented" });
    });

    test("CORS rules are stored, replaced and deleted", async () => {
      const missing = await failure(client.getBucketCORS(bucket));
      expect(missing).toMatchObject({
        code: "NoSuchCORSConfiguration",
        message: "The CORS Configuration does not exist.",
      });
      const rule = {
        allowedOrigin: ["http://a", "http://b"],
        allowedMethod: ["PUT", "GET"],
        allowedHeader: "*",
        exposeHeader: ["ETag", "x-oss-hash-crc64ecma"],
        maxAgeSeconds: "600",
      };
      await client.putBucketCORS(bucket, [rule]);
      expect((await client.getBucketCORS(bucket)).rules).toEqual([rule]);
      await client.deleteBucketCORS(bucket);
      expect(await failure(client.getBucketCORS(bucket))).toMatchObject({ status: 404 });
    });

    test("lifecycle rules are stored and deleted", async () => {
      expect(await failure(client.getBucketLifecycle(bucket))).toMatchObject({ code: "NoSuchLifecycle", status: 404 });
      await client.putBucketLifecycle(bucket, [
        { id: "abandoned", prefix: "", status: "Enabled", abortMultipartUpload: { days: 7 } },
      ] as never);
      const { rules } = await client.getBucketLifecycle(bucket);
      expect(rules).toMatchObject([{ id: "abandoned", status: "Enabled", abortMultipartUpload: { days: "7" } }]);
      await client.deleteBucketLifecycle(bucket);
      expect(await failure(client.getBucketLifecycle(bucket))).toMatchObject({ code: "NoSuchLifecycle" });
    });

    test.each([
      ["colder after it has expired", { transition: { days: 7, storageClass: "IA" } }, "InvalidArgument"],
      [
        "days and dates at once",
        { transition: { createdBeforeDate: "2020-02-18T00:00:00.000Z", storageClass: "IA" } },
        "InvalidRequest",
      ],
    ])("a lifecycle rule is refused: %s", async (_, more, code) => {
      const rule = { id: "r", prefix: "logs/", status: "Enabled", expiration: { days: 6 }, ...more };
      expect(await failure(client.putBucketLifecycle(bucket, [rule] as never))).toMatchObject({ code, status: 400 });
    });
  });

  describe("objects", () => {
    test("come back as they were put, with their headers", async () => {
      const put = await client.put(KEY, Buffer.from("123456789"), {
        mime: "text/x-test",
        meta: { uid: 1, "pid-a": "2" } as never,
        headers: {
          "Cache-Control": "max-age=5",
          "Content-Disposition": "attachment",
          "Content-Language": "zh-CN",
          Expires: "whenever",
          "x-oss-storage-class": "IA",
        },
      });
      const putHeaders = put.res.headers as Record<string, string>;
      expect(putHeaders.etag).toBe(`"${md5("123456789")}"`);
      expect(putHeaders["x-oss-hash-crc64ecma"]).toBe("11051210869376104954");
      const { content, res } = await client.get(KEY);
      expect(content.toString()).toBe("123456789");
      expect(res.headers).toMatchObject({
        "content-type": "text/x-test",
        "content-length": "9",
        "cache-control": "max-age=5",
        "content-disposition": "attachment",
        "content-language": "zh-CN",
        expires: "whenever",
        "x-oss-meta-uid": "1",
        "x-oss-meta-pid-a": "2",
        "x-oss-object-type": "Normal",
        "x-oss-storage-class": "IA",
        "x-oss-hash-crc64ecma": "11051210869376104954",
        "content-md5": Buffer.from(md5("123456789"), "hex").toString("base64"),
      });
      const head = await client.head(KEY);
      expect(head.meta).toEqual({ uid: "1", "pid-a": "2" });
      expect(head.res.headers).toMatchObject({ "content-length": "9", "x-oss-storage-class": "IA" });
      const meta = await client.getObjectMeta(KEY);
      expect(meta.res.headers).toMatchObject({ "content-length": "9", etag: `"${md5("123456789")}"` });
    });

    test("empty, streamed and large bodies", async () => {
      await client.put("empty", Buffer.alloc(0));
      expect((await client.get("empty")).content).toHaveLength(0);
      await client.put("folder/", Buffer.alloc(0));
      const large = Buffer.alloc(5 * 1024 * 1024 + 12_345, "large ");
      await client.put("large", large, {
        headers: { "Content-MD5": Buffer.from(md5(large), "hex").toString("base64") },
      });
      expect(md5((await client.get("large")).content)).toBe(md5(large));
      await client.putStream("chunked", Readable.from([large.subarray(0, 99), large.subarray(99)]));
      expect((await client.head("chunked")).res.headers).toMatchObject({ etag: `"${md5(large)}"` });
      await client.putStream("both", Readable.from([Buffer.from("hello")]), { contentLength: 5 } as never);
      expect((await client.get("both")).content.toString()).toBe("hello");
    });

    test("ranges and conditions", async () => {
      await client.put("k", Buffer.from("0123456789"));
      const ranged = await client.get("k", undefined, { headers: { Range: "bytes=2-4" } } as never);
      expect(ranged.content.toString()).toBe("234");
      expect(ranged.res).toMatchObject({ status: 206, headers: { "content-range": "bytes 2-4/10" } });
      const beyond = await client.get("k", undefined, { headers: { Range: "bytes=20-" } } as never);
      expect(beyond.content.toString()).toBe("0123456789");
      const etag = `"${md5("0123456789")}"`;
      const conditions = (headers: Record<string, string>) => client.head("k", { headers } as never);
      expect((await conditions({ "If-Match": etag })).res.status).toBe(200);
      expect((await conditions({ "If-None-Match": etag })).res.status).toBe(304);
      const refused = await failure(client.get("k", undefined, { headers: { "If-Match": '"0"' } } as never));
      expect(refused).toMatchObject({
        code: "PreconditionFailed",
        status: 412,
        message: "At least one of the pre-conditions you specified did not hold. (condition: If-Match)",
      });
      const future = new Date(server.clock.now() + 60_000).toUTCString();
      expect((await conditions({ "If-Modified-Since": future })).res.status).toBe(304);
      expect((await conditions({ "If-Unmodified-Since": future })).res.status).toBe(200);
    });

    test("keys with control characters are listed as they are", async () => {
      const key = "a\u0001\u0007\n\r\fb";
      await client.put(key, Buffer.from("x"));
      expect((await client.list(null, {})).objects.map(({ name }) => name)).toEqual([key]);
    });

    test("a picture cannot be processed into another object", async () => {
      await client.put("k", Buffer.from("x"));
      const url = client.signatureUrl("k", { method: "POST", subResource: { "x-oss-process": "" } } as never);
      const answer = await http(server, url, {
        method: "POST",
        body: "x-oss-process=image/resize,w_1|sys/saveas,o_YQ",
      });
      expect([answer.status, tag(answer.body, "Code")]).toEqual([400, "NotImplemented"]);
    });

    test("metadata can be asked for by GET too", async () => {
      await client.put("k", Buffer.from("12345"));
      const meta = await http(server, client.signatureUrl("k", { subResource: { objectMeta: "" } } as never));
      expect([meta.status, meta.headers["content-length"]]).toEqual([200, "5"]);
      const missing = await http(server, client.signatureUrl("none", { subResource: { objectMeta: "" } } as never));
      expect([missing.status, tag(missing.body, "Code")]).toEqual([404, "NoSuchKey"]);
    });

    test("a missing object and bucket", async () => {
      expect(await failure(client.get("none"))).toMatchObject({
        code: "NoSuchKey",
        name: "NoSuchKeyError",
        status: 404,
        message: "The specified key does not exist.",
        ecCode: "0026-00000001",
        requestId: expect.stringMatching(/^[0-9A-F]{24}$/),
      });
      expect(await failure(client.head("none"))).toMatchObject({ code: "NoSuchKey", status: 404 });
      client.useBucket("no-such-bucket");
      expect(await failure(client.get("none"))).toMatchObject({ code: "NoSuchBucket", status: 404 });
    });

    test("forbid-overwrite, wrong digest and conditional puts are refused", async () => {
      const headers = { "x-oss-forbid-overwrite": "true" };
      await client.put("k", Buffer.from("1"), { headers });
      expect(await failure(client.put("k", Buffer.from("2"), { headers }))).toMatchObject({
        code: "FileAlreadyExists",
        status: 409,
      });
      const wrong = client.put("k", Buffer.from("2"), { headers: { "Content-MD5": "XrY7u+Ae7tCTyyK7j1rNww==" } });
      expect(await failure(wrong)).toMatchObject({ code: "InvalidDigest", status: 400 });
      const conditional = client.put("k", Buffer.from("2"), { headers: { "If-None-Match": "*" } });
      expect(await failure(conditional)).toMatchObject({ code: "NotImplemented", status: 400 });
      expect((await client.get("k")).content.toString()).toBe("1");
    });

    test("deleting one and many", async () => {
      await client.put("a", Buffer.from("1"));
      await client.put("b\u0001<&>", Buffer.from("1"));
      expect((await client.delete("never")).res.status).toBe(204);
      const { deleted } = await client.deleteMulti(["b&c", "a"]);
      expect(deleted).toEqual([{ Key: "b&c" }, { Key: "a" }]);
      const quiet = await client.deleteMulti(["b\u0001<&>"], { quiet: true });
      expect(quiet.deleted).toEqual([]);
      expect((await client.listV2({}, {})).keyCount).toBe(0);
    });

    test("copies keep or replace metadata and share nothing with their source", async () => {
      await client.put(KEY, Buffer.from("source"), { mime: "text/x-a", meta: { a: 1 } as never });
      const copy = await client.copy("copy", KEY);
      expect(copy.data).toMatchObject({ etag: `"${md5("source")}"` });
      await client.delete(KEY);
      const kept = await client.get("copy");
      expect(kept.content.toString()).toBe("source");
      expect(kept.res.headers).toMatchObject({ "content-type": "text/x-a", "x-oss-meta-a": "1" });
      await client.copy("copy", "copy", { meta: { b: 2 } as never });
      expect((await client.head("copy")).meta).toEqual({ b: "2" });
      const refused = await failure(client.copy("other", "copy", { headers: { "If-Match": '"0"' } } as never));
      expect(refused).toMatchObject({
        code: "PreconditionFailed",
        status: 412,
        message: "At least one of the pre-conditions you specified did not hold. (condition: If-Match)",
      });
      expect(await failure(client.copy("other", "none"))).toMatchObject({ code: "NoSuchKey", status: 404 });
    });

    test("object ACLs", async () => {
      await client.put("k", Buffer.from("x"));
      expect((await client.getACL("k")).acl).toBe("default");
      await client.putACL("k", "public-read");
      expect((await client.getACL("k")).acl).toBe("public-read");
      expect(await http(server, `/${bucket}/k`)).toMatchObject({ status: 200, body: "x" });
      expect((await http(server, `/${bucket}/k`, { method: "PUT", body: "y" })).status).toBe(403);
    });
  });

  describe("listings", () => {
    const keys = ["a", "dir/", "dir/1", "dir/sub/2", "x\u{1f600}", "z"];
    beforeEach(async () => {
      for (const key of keys) await client.put(key, Buffer.from(key));
    });

    test("version 1", async () => {
      const first = await client.list({ "max-keys": 2, delimiter: "/" }, {});
      expect(first.objects.map(({ name }) => name)).toEqual(["a"]);
      expect(first.objects[0]).toMatchObject({
        type: "Normal",
        size: 1,
        etag: `"${md5("a")}"`,
        storageClass: "Standard",
      });
      expect(first).toMatchObject({ prefixes: ["dir/"], isTruncated: true, nextMarker: "dir/" });
      const second = await client.list({ "max-keys": 100, delimiter: "/", marker: first.nextMarker }, {});
      expect(second.objects.map(({ name }) => name)).toEqual(["x\u{1f600}", "z"]);
      expect(second).toMatchObject({ prefixes: null, isTruncated: false });
    });

    test("version 2, page by page", async () => {
      const found: string[] = [];
      let token: string | undefined;
      do {
        const query = { "max-keys": "2", ...(token ? { "continuation-token": token } : {}) };
        const page = await client.listV2(query as never, {});
        found.push(...(page.objects ?? []).map(({ name }: { name: string }) => name));
        token = (page as { nextContinuationToken?: string }).nextContinuationToken;
      } while (token);
      expect(found).toEqual(keys);
    });

    test("prefix, delimiter, start-after, owner and encoding", async () => {
      const page = await client.listV2({ prefix: "dir/", delimiter: "/", "fetch-owner": "true" } as never, {});
      expect(page.objects).toMatchObject([{ name: "dir/" }, { name: "dir/1", owner: { id: "1234567890123456" } }]);
      expect(page).toMatchObject({ prefixes: ["dir/sub/"], keyCount: 3 });
      const after = await client.listV2({ "start-after": "dir/sub/2" } as never, {});
      expect(after.objects.map(({ name }: { name: string }) => name)).toEqual(["x\u{1f600}", "z"]);
      const encoded = await client.listV2({ prefix: "x", "encoding-type": "url" } as never, {});
      expect(encoded.objects).toMatchObject([{ name: "x%F0%9F%98%80" }]);
    });
  });

  describe("multipart", () => {
    const PART = 100 * 1024;
    const data = Buffer.alloc(PART * 2 + 5, "multipart ");

    test("the whole way, with metadata, CRC and one object at the end", async () => {
      const result = await client.multipartUpload("big", data, {
        partSize: PART,
        mime: "model/x",
        meta: { a: 1 } as never,
      });
      expect((result.res.headers as Record<string, string>)["x-oss-hash-crc64ecma"]).toMatch(/^\d+$/);
      const { content, res } = await client.get("big");
      expect(content.equals(data)).toBe(true);
      expect(res.headers).toMatchObject({
        "content-type": "model/x",
        "x-oss-meta-a": "1",
        "x-oss-object-type": "Multipart",
        etag: expect.stringMatching(/^"[0-9A-F]{32}-3"$/),
      });
      await client.put("single", data);
      const single = await client.head("single");
      expect((res.headers as Record<string, string>)["x-oss-hash-crc64ecma"]).toBe(
        (single.res.headers as Record<string, string>)["x-oss-hash-crc64ecma"],
      );
      const range = await client.get("big", undefined, {
        headers: { Range: `bytes=${PART - 3}-${PART * 2 + 1}` },
      } as never);
      expect(range.content.equals(data.subarray(PART - 3, PART * 2 + 2))).toBe(true);
    });

    test("parts are listed, replaced, taken in order; gaps are fine", async () => {
      const { uploadId } = await client.initMultipartUpload("k");
      const upload = (part: number, content: Buffer) =>
        client.uploadPart("k", uploadId, part, content as never, 0, content.length);
      await upload(3, Buffer.from("old"));
      const last = await upload(3, Buffer.from("end"));
      const first = await upload(1, data.subarray(0, PART));
      const { parts } = await client.listParts("k", uploadId, {} as never, {});
      expect(parts).toMatchObject([
        { PartNumber: "1", Size: String(PART), ETag: first.etag, HashCrc64ecma: expect.stringMatching(/^\d+$/) },
        { PartNumber: "3", Size: "3", ETag: last.etag },
      ]);
      const page = await client.listParts("k", uploadId, { "max-parts": 1 } as never, {});
      expect(page).toMatchObject({ isTruncated: "true", nextPartNumberMarker: "1" });
      await client.completeMultipartUpload("k", uploadId, [
        { number: 1, etag: first.etag },
        { number: 3, etag: last.etag },
      ]);
      expect((await client.get("k")).content.length).toBe(PART + 3);
      const dead = await failure(client.uploadPart("k", uploadId, 1, data as never, 0, 5));
      expect(dead).toMatchObject({ code: "NoSuchUpload", status: 404 });
    });

    test("completing is refused for wrong lists, and the upload lives on", async () => {
      const { uploadId } = await client.initMultipartUpload("k");
      const upload = (part: number, content: Buffer) =>
        client.uploadPart("k", uploadId, part, content as never, 0, content.length);
      const one = { number: 1, etag: (await upload(1, Buffer.from("short"))).etag };
      const two = { number: 2, etag: (await upload(2, Buffer.from("end"))).etag };
      const complete = (parts: { number: number; etag: string }[]) =>
        failure(client.completeMultipartUpload("k", uploadId, parts));
      expect(await complete([one, two])).toMatchObject({ code: "EntityTooSmall", status: 400 });
      expect(await complete([one, { ...two, etag: one.etag }])).toMatchObject({ code: "InvalidPart" });
      expect(await complete([{ ...one, number: 7 }])).toMatchObject({ code: "InvalidPart" });
      expect((await client.listUploads({}, {})).uploads).toHaveLength(1);
      await client.completeMultipartUpload("k", uploadId, [one]);
      expect((await client.get("k")).content.toString()).toBe("short");
    });

    test("aborting, and uploads in their order", async () => {
      const b = await client.initMultipartUpload("b");
      const a = [await client.initMultipartUpload("a"), await client.initMultipartUpload("a")];
      const ids = a.map(({ uploadId }) => uploadId).sort();
      const { uploads } = await client.listUploads({}, {});
      expect(uploads.map(({ name, uploadId }: { name: string; uploadId: string }) => [name, uploadId])).toEqual([
        ["a", ids[0]],
        ["a", ids[1]],
        ["b", b.uploadId],
      ]);
      const page = await client.listUploads({ "key-marker": "a", "upload-id-marker": ids[0] } as never, {});
      expect(page.uploads.map(({ uploadId }: { uploadId: string }) => uploadId)).toEqual([ids[1], b.uploadId]);
      expect((await client.abortMultipartUpload("b", b.uploadId)).res.status).toBe(204);
      expect(await failure(client.abortMultipartUpload("b", b.uploadId))).toMatchObject({ code: "NoSuchUpload" });
    });

    test("parts copied from an object", async () => {
      await client.put("source", data);
      const { uploadId } = await client.initMultipartUpload("k");
      const source = { sourceKey: "source", sourceBucketName: bucket };
      const one = await client.uploadPartCopy("k", uploadId, 1, `0-${PART - 1}`, source, {});
      const two = await client.uploadPartCopy("k", uploadId, 2, `${PART}-${data.length - 1}`, source, {});
      expect(one.etag).toBe(`"${md5(data.subarray(0, PART))}"`);
      await client.delete("source");
      await client.completeMultipartUpload("k", uploadId, [
        { number: 1, etag: one.etag },
        { number: 2, etag: two.etag },
      ]);
      expect((await client.get("k")).content.equals(data)).toBe(true);
    });
  });

  test("image thumbnails: the type stays, the size changes", async () => {
    const { default: sharp } = await import("sharp");
    const png = await sharp({ create: { width: 40, height: 20, channels: 3, background: "#f00" } })
      .png()
      .toBuffer();
    await client.put("red.png", png);
    const { content } = await client.get("red.png", { process: "image/resize,w_10" } as never);
    expect(await sharp(content).metadata()).toMatchObject({ format: "png", width: 10, height: 5 });
    const refused = await failure(client.get("red.png", { process: "image/watermark,text_eA" } as never));
    expect(refused).toMatchObject({ code: "NotImplemented", status: 400 });
  });
});

describe("presigned V4", () => {
  const bucket = "presigned";
  let client: Client;
  beforeAll(async () => {
    client = createClient(server, { bucket });
    await client.putBucket(bucket);
  });

  test("a whole multipart upload by URLs alone, as a browser does it", async () => {
    const queries = { uploads: null };
    const initiated = await http(server, await client.signatureUrlV4("POST", 60, { queries }, "m/w"), {
      method: "POST",
    });
    const uploadId = tag(initiated.body, "UploadId") ?? "";
    const part = await http(
      server,
      await client.signatureUrlV4("PUT", 60, { queries: { partNumber: 1, uploadId } }, "m/w"),
      {
        method: "PUT",
        body: "part",
      },
    );
    expect(part).toMatchObject({ status: 200, headers: { etag: `"${md5("part")}"` } });
    const parts = await http(server, await client.signatureUrlV4("GET", 60, { queries: { uploadId } }, "m/w"));
    expect(tag(parts.body, "HashCrc64ecma")).toBe(part.headers["x-oss-hash-crc64ecma"]);
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    const url = await client.signatureUrlV4("POST", 60, { queries: { uploadId } }, "m/w");
    expect(await http(server, url, { method: "POST", body })).toMatchObject({ status: 200 });
    const download = { "response-content-disposition": 'attachment; filename="模型.bin"' };
    const got = await http(server, await client.signatureUrlV4("GET", 60, { queries: download }, "m/w"));
    expect(got.body).toBe("part");
    const disposition = Buffer.from(String(got.headers["content-disposition"]), "latin1").toString("utf8");
    expect(disposition).toBe('attachment; filename="模型.bin"');
  });

  test("an exact size can be demanded", async () => {
    const headers = { "content-length": "4" };
    const url = await client.signatureUrlV4("PUT", 60, { headers }, "exact", ["content-length"]);
    expect((await http(server, url, { method: "PUT", body: "12345" })).status).toBe(403);
    expect((await http(server, url, { method: "PUT", body: "1234" })).status).toBe(200);
  });

  test("a header that was not signed may not be sent", async () => {
    const url = await client.signatureUrlV4("PUT", 60, {}, "k");
    const headers = { "content-type": "text/plain" };
    expect((await http(server, url, { method: "PUT", body: "x", headers })).status).toBe(403);
    expect((await http(server, url, { method: "PUT", body: "x" })).status).toBe(200);
  });
});

test("presigned V1 URLs, with plus signs left bare in the signature", async () => {
  const client = createClient(server, { v4: false, bucket: "presigned-v1" });
  await client.putBucket("presigned-v1");
  for (let number = 0; number < 8; number++) {
    const url = client.signatureUrl(`k ${number}`, { method: "PUT" });
    expect((await http(server, url.replaceAll("%2B", "+"), { method: "PUT", body: "x" })).status).toBe(200);
    expect((await http(server, client.signatureUrl(`k ${number}`))).body).toBe("x");
  }
});

test("a bucket addressed by the host name", async () => {
  const client = createClient(server, { bucket: "by-host" });
  await client.putBucket("by-host");
  await client.putBucketACL("by-host", "public-read-write");
  for (const host of [
    "by-host.localhost:9100",
    "by-host.oss-cn-hangzhou.aliyuncs.com",
    "by-host.cn-hangzhou.aliyuncs.com",
  ]) {
    const headers = { host };
    expect((await http(server, "/a/b", { method: "PUT", body: host, headers })).status).toBe(200);
    expect((await client.get("a/b")).content.toString()).toBe(host);
    expect((await http(server, "/a/b", { headers })).body).toBe(host);
  }
});
