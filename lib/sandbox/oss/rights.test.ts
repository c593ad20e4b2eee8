import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePolicy } from "@/lib/sandbox/sts/policy";
import { startTestSts, type TestSts } from "@/lib/sandbox/sts/testing";
import type { Operation } from "./operation";
import { OPERATION_RIGHTS } from "./rights";
import { createClient, http, tag } from "./testing";

/* For each operation a request of its own: a session that may do exactly the named action on exactly the named resource
 * gets past the rights, one that may do everything else does not. */

const BUCKET = "rights";
const KEY = "folder/k";
const PART = { partNumber: 1, uploadId: "0" };
const SOURCE = { "x-oss-copy-source": `/${BUCKET}/source` };
const LIST = "<Delete><Object><Key>folder/k</Key></Object></Delete>";

interface Asked {
  method: string;
  /** Of an operation on a key. */
  key?: string;
  queries?: Record<string, string | number | null>;
  headers?: Record<string, string>;
  body?: string;
}

const get = (asked: Omit<Asked, "method"> = {}): Asked => ({ method: "GET", ...asked });
const put = (asked: Omit<Asked, "method"> = {}): Asked => ({ method: "PUT", ...asked });
const post = (asked: Omit<Asked, "method"> = {}): Asked => ({ method: "POST", ...asked });
const remove = (asked: Omit<Asked, "method"> = {}): Asked => ({ method: "DELETE", ...asked });
const sub = (name: string) => ({ queries: { [name]: null } });

const OBJECT = `${BUCKET}/${KEY}`;
/** A form has another signature: `rights.sdk.test.ts`. ListBuckets is asked without a bucket, below. */
type Elsewhere = "PostObject" | "ListBuckets";

const TABLE: Record<Exclude<Operation, Elsewhere>, [asked: Asked, action: string, resource: string]> = {
  PutBucket: [put(), "PutBucket", BUCKET],
  GetBucketInfo: [get(sub("bucketInfo")), "GetBucketInfo", BUCKET],
  GetBucketLocation: [get(sub("location")), "GetBucketLocation", BUCKET],
  GetBucketStat: [get(sub("stat")), "GetBucketStat", BUCKET],
  GetBucketAcl: [get(sub("acl")), "GetBucketAcl", BUCKET],
  PutBucketAcl: [put(sub("acl")), "PutBucketAcl", BUCKET],
  GetBucketCors: [get(sub("cors")), "GetBucketCors", BUCKET],
  PutBucketCors: [put(sub("cors")), "PutBucketCors", BUCKET],
  DeleteBucketCors: [remove(sub("cors")), "DeleteBucketCors", BUCKET],
  GetBucketLifecycle: [get(sub("lifecycle")), "GetBucketLifecycle", BUCKET],
  PutBucketLifecycle: [put(sub("lifecycle")), "PutBucketLifecycle", BUCKET],
  DeleteBucketLifecycle: [remove(sub("lifecycle")), "DeleteBucketLifecycle", BUCKET],
  GetBucketReferer: [get(sub("referer")), "GetBucketReferer", BUCKET],
  PutBucketReferer: [put(sub("referer")), "PutBucketReferer", BUCKET],
  GetBucketWebsite: [get(sub("website")), "GetBucketWebsite", BUCKET],
  PutBucketWebsite: [put(sub("website")), "PutBucketWebsite", BUCKET],
  DeleteBucketWebsite: [remove(sub("website")), "DeleteBucketWebsite", BUCKET],
  GetBucketTags: [get(sub("tagging")), "GetBucketTagging", BUCKET],
  PutBucketTags: [put(sub("tagging")), "PutBucketTagging", BUCKET],
  DeleteBucketTags: [remove(sub("tagging")), "DeleteBucketTagging", BUCKET],
  ListObjects: [get(), "ListObjects", BUCKET],
  ListObjectsV2: [get({ queries: { "list-type": 2 } }), "ListObjects", BUCKET],
  ListLiveChannel: [get(sub("live")), "ListLiveChannel", BUCKET],
  ListMultipartUploads: [get(sub("uploads")), "ListMultipartUploads", BUCKET],
  DeleteMultipleObjects: [
    post({
      ...sub("delete"),
      headers: { "Content-MD5": createHash("md5").update(LIST).digest("base64") },
      body: LIST,
    }),
    "DeleteObject",
    OBJECT,
  ],
  GetObjectAcl: [get({ key: KEY, ...sub("acl") }), "GetObjectAcl", OBJECT],
  PutObjectAcl: [put({ key: KEY, ...sub("acl") }), "PutObjectAcl", OBJECT],
  GetObjectTagging: [get({ key: KEY, ...sub("tagging") }), "GetObjectTagging", OBJECT],
  PutObjectTagging: [put({ key: KEY, ...sub("tagging") }), "PutObjectTagging", OBJECT],
  DeleteObjectTagging: [remove({ key: KEY, ...sub("tagging") }), "DeleteObjectTagging", OBJECT],
  PutSymlink: [
    put({ key: KEY, ...sub("symlink"), headers: { "x-oss-symlink-target": "source" } }),
    "PutObject",
    OBJECT,
  ],
  GetSymlink: [get({ key: KEY, ...sub("symlink") }), "GetObject", OBJECT],
  PutObject: [put({ key: KEY }), "PutObject", OBJECT],
  AppendObject: [post({ key: KEY, queries: { append: null, position: 0 } }), "PutObject", OBJECT],
  CopyObject: [put({ key: KEY, headers: SOURCE }), "PutObject", OBJECT],
  RestoreObject: [post({ key: KEY, ...sub("restore") }), "RestoreObject", OBJECT],
  GetObject: [get({ key: KEY }), "GetObject", OBJECT],
  HeadObject: [{ method: "HEAD", key: KEY }, "GetObject", OBJECT],
  GetObjectMeta: [{ method: "HEAD", key: KEY, ...sub("objectMeta") }, "GetObject", OBJECT],
  DeleteObject: [remove({ key: KEY }), "DeleteObject", OBJECT],
  InitiateMultipartUpload: [post({ key: KEY, ...sub("uploads") }), "PutObject", OBJECT],
  UploadPart: [put({ key: KEY, queries: PART }), "PutObject", OBJECT],
  UploadPartCopy: [put({ key: KEY, queries: PART, headers: SOURCE }), "PutObject", OBJECT],
  CompleteMultipartUpload: [post({ key: KEY, queries: { uploadId: "0" } }), "PutObject", OBJECT],
  AbortMultipartUpload: [remove({ key: KEY, queries: { uploadId: "0" } }), "AbortMultipartUpload", OBJECT],
  ListParts: [get({ key: KEY, queries: { uploadId: "0" } }), "ListParts", OBJECT],
  DeleteBucket: [remove(), "DeleteBucket", BUCKET],
};

let sts: TestSts;
beforeAll(async () => {
  sts = await startTestSts();
  const owner = createClient(sts.oss, { bucket: BUCKET });
  await owner.putBucket(BUCKET);
  await owner.put("source", Buffer.from("x"));
});
afterAll(() => sts.remove());

async function ask({ method, key, queries = {}, headers = {}, body }: Asked, ...statements: object[]) {
  const policyOf = (statement: object[]) => parsePolicy(JSON.stringify({ Version: "1", Statement: statement }));
  const rolePolicy = policyOf([{ Effect: "Allow", Action: "*", Resource: "*" }]);
  if (!rolePolicy) throw new Error("no policy");
  const session = { roleName: "easel-operator", sessionName: "alice", rolePolicy, sessionPolicy: policyOf(statements) };
  const { securityToken, ...keys } = await sts.credentials.issue(session, sts.clock.now() + 900_000);
  const client = createClient(sts.oss, { ...keys, stsToken: securityToken, bucket: BUCKET });
  const url = await client.signatureUrlV4(method, 60, { queries, headers }, key);
  const answer = await http(sts.oss, url, { method, headers, body });
  const error = answer.headers["x-oss-err"];
  const xml = typeof error === "string" ? Buffer.from(error, "base64").toString() : answer.body;
  return { status: answer.status, ec: tag(xml, "EC"), action: tag(xml, "AuthAction") };
}

const DENIED = "0003-00000301";

test.each(Object.entries(TABLE))("%s", async (operation, [asked, action, resource]) => {
  const exact = { Effect: "Allow", Action: `oss:${action}`, Resource: `acs:oss:*:*:${resource}` };
  // What an operation needs besides stands in its own test.
  const source = { Effect: "Allow", Action: "oss:GetObject", Resource: `acs:oss:*:*:${BUCKET}/source` };
  const copies = operation.endsWith("Copy") || operation === "CopyObject";
  expect((await ask(asked, exact, ...(copies ? [source] : []))).ec).not.toBe(DENIED);

  const refused = { status: 403, ec: DENIED, action: `oss:${action}` };
  const allowAll = { Effect: "Allow", Action: "*", Resource: "*" };
  expect(await ask(asked, { ...allowAll, Action: undefined, NotAction: `oss:${action}` })).toEqual(refused);
  const elsewhere = { ...allowAll, Resource: undefined, NotResource: `acs:oss:*:*:${resource}` };
  expect(await ask(asked, elsewhere)).toEqual(refused);
});

test.each(["CopyObject", "UploadPartCopy"] as const)("%s also needs to read its source", async (operation) => {
  const [asked] = TABLE[operation];
  const target = { Effect: "Allow", Action: "oss:*", Resource: `acs:oss:*:*:${OBJECT}` };
  const { ec, action } = await ask(asked, target);
  // Without an upload nothing is copied: the upload is looked for first.
  if (operation === "CopyObject") expect({ ec, action }).toEqual({ ec: DENIED, action: "oss:GetObject" });
  else expect(ec).not.toBe(undefined);
});

test.each([
  ["PutObject", put({ key: KEY })],
  ["InitiateMultipartUpload", post({ key: KEY, ...sub("uploads") })],
])("%s with tags also needs to tag", async (_, asked) => {
  const tagged = { ...asked, headers: { "x-oss-tagging": "a=1" } };
  const write = { Effect: "Allow", Action: "oss:PutObject", Resource: "*" };
  expect(await ask(tagged, write)).toMatchObject({ ec: DENIED, action: "oss:PutObjectTagging" });
  const tag = { Effect: "Allow", Action: "oss:PutObjectTagging", Resource: "*" };
  expect((await ask(tagged, write, tag)).status).toBe(200);
});

test("a link leads nowhere that may not be read", async () => {
  const link = { ...sub("symlink"), headers: { "x-oss-symlink-target": "source" } };
  const inside = { Effect: "Allow", Action: "oss:*", Resource: `acs:oss:*:*:${BUCKET}/folder/*` };
  expect((await ask(put({ key: "folder/link", ...link }), inside)).status).toBe(200);
  expect(await ask(get({ key: "folder/link" }), inside)).toMatchObject({ status: 403, ec: DENIED });
  const target = { Effect: "Allow", Action: "oss:GetObject", Resource: `acs:oss:*:*:${BUCKET}/source` };
  expect((await ask(get({ key: "folder/link" }), inside, target)).status).toBe(200);
});

test("a listing is held to its prefix and delimiter; without a prefix it has the empty one", async () => {
  const only = (operator: string, key: string, value: string) => ({
    Effect: "Allow",
    Action: "oss:ListObjects",
    Resource: `acs:oss:*:*:${BUCKET}`,
    Condition: { [operator]: { [key]: value } },
  });
  const list = (queries: Record<string, string>, statement: object) => ask(get({ queries }), statement);
  const inside = only("StringLike", "oss:Prefix", "folder/*");
  expect((await list({ prefix: "folder/" }, inside)).status).toBe(200);
  expect((await list({ prefix: "folder/sub" }, inside)).status).toBe(200);
  expect((await list({ prefix: "folder" }, inside)).ec).toBe(DENIED);
  expect((await list({}, inside)).ec).toBe(DENIED);
  expect((await list({}, only("StringEquals", "oss:Prefix", ""))).status).toBe(200);
  expect((await list({ delimiter: "/" }, only("StringEquals", "oss:Delimiter", "/"))).status).toBe(200);
  expect((await list({}, only("StringEquals", "oss:Delimiter", "/"))).ec).toBe(DENIED);
});

test("every operation has its row", () => {
  expect([...Object.keys(TABLE), "PostObject", "ListBuckets"].sort()).toEqual(Object.keys(OPERATION_RIGHTS).sort());
});
