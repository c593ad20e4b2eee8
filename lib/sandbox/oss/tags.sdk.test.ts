import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient, http, startTestServer, type TestServer, tag } from "./testing";

const BUCKET = "tagged";

/** `@types/ali-oss` lacks them. */
interface Tagging {
  putObjectTagging(name: string, tags: Record<string, string>): Promise<unknown>;
  getObjectTagging(name: string): Promise<{ tag: Record<string, string> }>;
  deleteObjectTagging(name: string): Promise<unknown>;
  putBucketTags(name: string, tags: Record<string, string>): Promise<unknown>;
  getBucketTags(name: string): Promise<{ tag: Record<string, string> }>;
  deleteBucketTags(name: string): Promise<unknown>;
}

let server: TestServer;
let client: Client & Tagging;
beforeAll(async () => {
  server = await startTestServer();
  client = createClient(server, { bucket: BUCKET }) as Client & Tagging;
  await client.putBucket(BUCKET);
});
afterAll(() => server.remove());

test("tags of an object come with the header, are counted, replaced, copied and removed", async () => {
  await client.put("k", Buffer.from("x"), { headers: { "x-oss-tagging": "a=1&b%20c=%E5%88%86" } });
  expect((await client.getObjectTagging("k")).tag).toEqual({ a: "1", "b c": "分" });
  expect((await client.head("k")).res.headers).toMatchObject({ "x-oss-tagging-count": "2" });
  await client.copy("copied", "k");
  expect((await client.getObjectTagging("copied")).tag).toEqual({ a: "1", "b c": "分" });
  await client.copy("replaced", "k", {
    headers: { "x-oss-tagging-directive": "REPLACE", "x-oss-tagging": "z=9" },
  } as never);
  expect((await client.getObjectTagging("replaced")).tag).toEqual({ z: "9" });
  await client.putObjectTagging("k", { only: "one" });
  expect((await client.getObjectTagging("k")).tag).toEqual({ only: "one" });
  await client.deleteObjectTagging("k");
  expect((await client.getObjectTagging("k")).tag).toEqual({});
});

test("tags given at the start of a multipart upload are the object's", async () => {
  const headers = { "x-oss-tagging": "m=1" };
  const { uploadId } = await client.initMultipartUpload("big", { headers });
  const { etag } = await client.uploadPart("big", uploadId, 1, Buffer.from("part") as never, 0, 4);
  await client.completeMultipartUpload("big", uploadId, [{ number: 1, etag }]);
  expect((await client.getObjectTagging("big")).tag).toEqual({ m: "1" });
});

test.each([
  ["too many", Array.from({ length: 11 }, (_, index) => `k${index}=v`).join("&")],
  ["an empty key", "=v"],
  ["one key twice", "a=1&a=2"],
  ["a strange key", "%25%40a=v"],
  ["a strange value", "a=%25"],
  ["a long value", `a=${"v".repeat(257)}`],
])("%s: refused, nothing stored", async (_, header) => {
  const headers = { "x-oss-tagging": header };
  const url = await client.signatureUrlV4("PUT", 60, { headers }, "refused");
  const answer = await http(server, url, { method: "PUT", body: "x", headers });
  expect([answer.status, tag(answer.body, "Code")]).toEqual([400, "InvalidArgument"]);
  await expect(client.head("refused")).rejects.toMatchObject({ status: 404 });
});

test("a lifecycle rule for a tag that no object can have is refused", async () => {
  const rule = "<ID>r</ID><Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>";
  const body = `<LifecycleConfiguration><Rule>${rule}<Tag><Key>%</Key><Value/></Tag></Rule></LifecycleConfiguration>`;
  const url = await client.signatureUrlV4("PUT", 60, { queries: { lifecycle: null } }, "");
  expect(tag((await http(server, url, { method: "PUT", body })).body, "Code")).toBe("InvalidArgument");
});

test("wrong tags on a later append are ignored like right ones", async () => {
  await client.append("log", Buffer.from("a"));
  await client.append("log", Buffer.from("b"), { position: "1", headers: { "x-oss-tagging": "=v" } } as never);
  expect((await client.getObjectTagging("log")).tag).toEqual({});
});

test("buckets are listed by their tags, which are told then", async () => {
  await client.putBucket("tagged-too");
  await client.putBucketTags(BUCKET, { a: "1", b: "2" });
  await client.putBucketTags("tagged-too", { a: "1" });
  const names = async (query: object) =>
    ((await client.listBuckets(query as never)).buckets ?? []).map((bucket) => [
      bucket.name,
      (bucket as { tag?: unknown }).tag,
    ]);
  expect(await names({ subres: { tagging: '"a":"1","b":"2"' } })).toEqual([[BUCKET, { a: "1", b: "2" }]]);
  expect(await names({ "tag-key": "a", "tag-value": "1" })).toHaveLength(2);
  expect(await names({ "tag-key": "b" })).toHaveLength(1);
  expect(await names({ "tag-key": "a", "tag-value": "2" })).toEqual([]);
  await expect(names({ subres: { tagging: "a" } })).rejects.toMatchObject({ code: "InvalidArgument" });
});

test("tags of a bucket", async () => {
  await client.putBucketTags(BUCKET, { a: "1", "%@b": "2" });
  expect((await client.getBucketTags(BUCKET)).tag).toEqual({ a: "1", "%@b": "2" });
  await client.deleteBucketTags(BUCKET);
  expect((await client.getBucketTags(BUCKET)).tag).toEqual({});
});
