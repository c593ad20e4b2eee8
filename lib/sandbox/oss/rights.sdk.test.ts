import { createHmac } from "node:crypto";
import OSS from "ali-oss";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parsePolicy } from "@/lib/sandbox/sts/policy";
import { ROLES } from "@/lib/sandbox/sts/roles";
import { OBJECTS_ROLE, sessionPolicy, startTestSts, type TestSts } from "@/lib/sandbox/sts/testing";
import { ACCOUNT, type Client, createClient, http, tag } from "./testing";

/* Temporary credentials in OSS, with ali-oss in both signature versions: inside the policy everything works, outside
 * nothing does, and after its time nothing at all. */

const BUCKET = "models";
const INSIDE = "u42/";
const PART = Buffer.alloc(100 * 1024, 7);

let sts: TestSts;
let owner: Client;
beforeEach(async () => {
  sts = await startTestSts();
  owner = createClient(sts.oss, { bucket: BUCKET });
  await owner.putBucket(BUCKET);
  await owner.putBucket("other");
  await owner.put("u43/theirs", Buffer.from("theirs"));
});
afterEach(() => sts.remove());

interface Keys {
  accessKeyId: string;
  accessKeySecret: string;
  stsToken: string;
}

/** As a browser gets them: from a server that asks STS, for one prefix. */
async function keysFor(policy: object = sessionPolicy(BUCKET, INSIDE), seconds = 900): Promise<Keys> {
  const client = new OSS.STS({
    accessKeyId: ACCOUNT.accessKeyId,
    accessKeySecret: ACCOUNT.accessKeySecret,
    endpoint: `http://localhost:${sts.port}`,
  } as ConstructorParameters<typeof OSS.STS>[0]);
  const { credentials } = await client.assumeRole(OBJECTS_ROLE, policy, seconds, "alice");
  return {
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    stsToken: credentials.SecurityToken,
  };
}

/** Not a moment longer, or the SDK's signatures would be too old as well. */
async function outlive(keys: Keys): Promise<void> {
  const expiresAt = sts.credentials.find(keys.accessKeyId)?.expiresAt ?? 0;
  await sts.clock.advance(expiresAt - sts.clock.now());
}

const DENIED = { status: 403, code: "AccessDenied", ecCode: "0003-00000301" };

describe.each([
  ["V4", true],
  ["V1", false],
] as const)("a session with one prefix, signature %s", (_, v4) => {
  const session = async (keys?: Keys) => createClient(sts.oss, { bucket: BUCKET, v4, ...(keys ?? (await keysFor())) });

  test("inside it, everything works", async () => {
    const client = await session();
    await client.put(`${INSIDE}a b+(1)/分片.bin`, Buffer.from("content"), {
      headers: { "x-oss-object-acl": "private" },
    });
    expect((await client.get(`${INSIDE}a b+(1)/分片.bin`)).content.toString()).toBe("content");
    expect((await client.head(`${INSIDE}a b+(1)/分片.bin`)).status).toBe(200);
    await client.copy(`${INSIDE}copy`, `${INSIDE}a b+(1)/分片.bin`);
    const listed = await client.list({ prefix: INSIDE, "max-keys": 10 }, {});
    expect(listed.objects.map(({ name }) => name)).toEqual([`${INSIDE}a b+(1)/分片.bin`, `${INSIDE}copy`]);
    expect((await client.getACL(`${INSIDE}copy`)).acl).toBe("default");
    await client.deleteMulti([`${INSIDE}copy`, `${INSIDE}a b+(1)/分片.bin`]);
    expect((await owner.list({ prefix: INSIDE, "max-keys": 10 }, {})).objects ?? []).toEqual([]);
  });

  test("an upload in parts: begun, listed, finished, or given up", async () => {
    const client = await session();
    const key = `${INSIDE}big`;
    const { uploadId } = await client.initMultipartUpload(key);
    const done = [];
    for (const number of [1, 2]) {
      const { etag } = await client.uploadPart(key, uploadId, number, PART as never, 0, PART.length);
      done.push({ number, etag });
    }
    expect((await client.listParts(key, uploadId)).parts).toHaveLength(2);
    await client.completeMultipartUpload(key, uploadId, done);
    expect((await owner.head(key)).res.headers).toMatchObject({ "content-length": String(2 * PART.length) });
    const second = await client.initMultipartUpload(key);
    await client.uploadPartCopy(
      key,
      second.uploadId,
      1,
      `0-${PART.length}`,
      { sourceKey: key, sourceBucketName: BUCKET },
      {},
    );
    await client.abortMultipartUpload(key, second.uploadId);
  });

  test("outside it, nothing does", async () => {
    const client = await session();
    await owner.put(`${INSIDE}mine`, Buffer.from("mine"));
    const upload = await owner.initMultipartUpload("u43/big");
    const tries: [string, () => Promise<unknown>][] = [
      ["put", () => client.put("u43/x", Buffer.from("x"))],
      ["a sibling that begins alike", () => client.put("u42", Buffer.from("x"))],
      ["get", () => client.get("u43/theirs")],
      ["delete", () => client.delete("u43/theirs")],
      ["one of many", () => client.deleteMulti([`${INSIDE}mine`, "u43/theirs"])],
      ["copy from outside", () => client.copy(`${INSIDE}stolen`, "u43/theirs")],
      ["copy to outside", () => client.copy("u43/copy", `${INSIDE}mine`)],
      ["begin an upload", () => client.initMultipartUpload("u43/x")],
      ["a part", () => client.uploadPart("u43/big", upload.uploadId, 1, PART as never, 0, PART.length)],
      ["parts", () => client.listParts("u43/big", upload.uploadId)],
      ["give up", () => client.abortMultipartUpload("u43/big", upload.uploadId)],
      ["list all", () => client.list({ "max-keys": 10 }, {})],
      ["list a shorter prefix", () => client.list({ prefix: "u4", "max-keys": 10 }, {})],
      ["list uploads", () => client.listUploads({ "max-uploads": 10 })],
      ["list buckets", () => client.listBuckets({})],
      ["the bucket's ACL", () => client.getBucketACL(BUCKET)],
      ["make public", () => client.putBucketACL(BUCKET, "public-read")],
      ["remove", () => client.deleteBucket("other")],
    ];
    for (const [name, attempt] of tries) await expect(attempt(), name).rejects.toMatchObject(DENIED);
    await expect(client.head("u43/theirs")).rejects.toMatchObject({ status: 403 });
    expect((await owner.get(`${INSIDE}mine`)).content.toString()).toBe("mine");
    expect((await owner.get("u43/theirs")).content.toString()).toBe("theirs");
  });

  test("after its time, nothing at all", async () => {
    const keys = await keysFor();
    const client = await session(keys);
    const urls = await Promise.all([
      client.signatureUrlV4("GET", 3600, {}, `${INSIDE}k`),
      client.signatureUrl(`${INSIDE}k`, { expires: 3600 }),
    ]);
    await client.put(`${INSIDE}k`, Buffer.from("x"));
    for (const url of urls) expect((await http(sts.oss, url)).status).toBe(200);
    await outlive(keys);
    const expired = { status: 403, code: "SecurityTokenExpired", ecCode: "0002-00000007" };
    await expect(client.get(`${INSIDE}k`)).rejects.toMatchObject(expired);
    for (const url of urls) {
      const { status, body } = await http(sts.oss, url);
      expect({ status, code: tag(body, "Code") }).toEqual({ status: 403, code: "SecurityTokenExpired" });
    }
  });

  test("URLs carry the token, and reach no further than the policy", async () => {
    const client = await session();
    await owner.put(`${INSIDE}k`, Buffer.from("content"));
    const v4Url = await client.signatureUrlV4("GET", 60, {}, `${INSIDE}k`);
    expect(v4Url).toContain("x-oss-security-token=");
    expect((await http(sts.oss, v4Url)).body).toBe("content");
    const v1Url = client.signatureUrl(`${INSIDE}k`, { expires: 60 });
    expect(v1Url).toContain("security-token=");
    expect((await http(sts.oss, v1Url)).body).toBe("content");
    for (const url of [await client.signatureUrlV4("GET", 60, {}, "u43/theirs"), client.signatureUrl("u43/theirs")]) {
      expect(tag((await http(sts.oss, url)).body, "EC")).toBe("0003-00000301");
    }
  });

  test("a token that is missing, another's, nobody's, or beside the account's key", async () => {
    const [one, other] = await Promise.all([keysFor(), keysFor()]);
    const get = async (keys: Partial<Keys>) => (await session({ ...one, ...keys })).get(`${INSIDE}k`);
    await expect(get({ stsToken: undefined })).rejects.toMatchObject({
      status: 403,
      code: "InvalidAccessKeyId",
      ecCode: "0002-00000003",
    });
    await expect(get({ stsToken: other.stsToken })).rejects.toMatchObject({
      status: 403,
      code: "AccessKeyIdAndSecurityTokenNotMatch",
      ecCode: "0002-00000004",
    });
    await expect(get({ stsToken: "x" })).rejects.toMatchObject({ status: 403, code: "InvalidSecurityToken" });
    await expect(get({ ...ACCOUNT })).rejects.toMatchObject({ code: "AccessKeyIdAndSecurityTokenNotMatch" });
    await expect(get({ accessKeySecret: other.accessKeySecret })).rejects.toMatchObject({
      code: "SignatureDoesNotMatch",
    });
  });
});

describe("policies", () => {
  const statement = (change: object) => ({
    Version: "1",
    Statement: [
      { Effect: "Allow", Action: "oss:*", Resource: "*" },
      { Effect: "Deny", Action: "oss:PutObject", Resource: "*", ...change },
    ],
  });
  const put = async (policy: object) => {
    const client = createClient(sts.oss, { bucket: BUCKET, ...(await keysFor(policy)) });
    return client.put("k", Buffer.from("x"));
  };

  test.each<[string, object]>([
    ["an action", {}],
    ["a key", { Resource: `acs:oss:*:*:${BUCKET}/k` }],
    ["plain HTTP", { Condition: { Bool: { "acs:SecureTransport": "false" } } }],
    ["this machine", { Condition: { IpAddress: { "acs:SourceIp": ["127.0.0.0/8", "::1"] } } }],
    ["the SDK's name", { Condition: { StringLike: { "acs:UserAgent": "aliyun-sdk-nodejs/*" } } }],
    ["all times after 2020", { Condition: { DateGreaterThan: { "acs:CurrentTime": "2020-01-01T00:00:00Z" } } }],
  ])("that deny %s", async (_, change) => {
    await expect(put(statement(change))).rejects.toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test.each<[string, object]>([
    ["another key", { Resource: `acs:oss:*:*:${BUCKET}/k/*` }],
    ["HTTPS", { Condition: { Bool: { "acs:SecureTransport": "true" } } }],
    ["other machines", { Condition: { NotIpAddress: { "acs:SourceIp": ["127.0.0.0/8", "::1"] } } }],
  ])("that deny %s do not concern it", async (_, change) => {
    expect((await put(statement(change))).res.status).toBe(200);
  });

  test("the session's cannot give what the role's does not", async () => {
    const keys = await keysFor({ Version: "1", Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
    const client = createClient(sts.oss, { bucket: BUCKET, ...keys });
    await client.put("k", Buffer.from("x"));
    await expect(client.deleteBucket("other")).rejects.toMatchObject({
      status: 403,
      code: "AccessDenied",
      ecCode: "0003-00000001",
    });
  });

  test("where the role's is silent, a public ACL still lets in; where it denies, none does", async () => {
    await owner.putBucketACL(BUCKET, "public-read");
    const sessionOf = async (text: string) => {
      const rolePolicy = parsePolicy(text);
      if (!rolePolicy) throw new Error("no policy");
      const session = { roleName: ROLES[0]?.name ?? "", sessionName: "bob", rolePolicy };
      const issued = await sts.credentials.issue(session, sts.clock.now() + 900_000);
      return createClient(sts.oss, { bucket: BUCKET, ...issued, stsToken: issued.securityToken });
    };
    const silent = { Effect: "Allow", Action: "oss:ListParts", Resource: "*" };
    const client = await sessionOf(JSON.stringify({ Version: "1", Statement: silent }));
    expect((await client.get("u43/theirs")).content.toString()).toBe("theirs");
    await expect(client.put("k", Buffer.from("x"))).rejects.toMatchObject({ code: "AccessDenied" });
    const deny = { Effect: "Deny", Action: "oss:GetObject", Resource: "*" };
    const denied = await sessionOf(JSON.stringify({ Version: "1", Statement: [silent, deny] }));
    await expect(denied.get("u43/theirs")).rejects.toMatchObject({ code: "AccessDenied", ecCode: "0003-00000201" });
  });

  test("a refusal says which policy, for whom, and which action", async () => {
    const keys = await keysFor();
    const client = createClient(sts.oss, { bucket: BUCKET, ...keys });
    const url = await client.signatureUrlV4("GET", 60, {}, "u43/theirs");
    const { status, headers, body } = await http(sts.oss, url);
    expect(status).toBe(403);
    expect(headers["x-oss-ec"]).toBe("0003-00000301");
    expect(tag(body, "Message")).toBe("Access denied by authorizer's policy.".replace("'", "&apos;"));
    const detail = tag(body, "AccessDeniedDetail") ?? "";
    expect(tag(detail, "PolicyType")).toBe("SessionPolicy");
    expect(tag(detail, "AuthPrincipalType")).toBe("AssumedRoleUser");
    expect(tag(detail, "AuthPrincipalOwnerId")).toBe(ACCOUNT.uid);
    expect(tag(detail, "AuthPrincipalDisplayName")).toMatch(/^3\d{17}:alice$/);
    expect(tag(detail, "NoPermissionType")).toBe("ImplicitDeny");
    expect(tag(detail, "AuthAction")).toBe("oss:GetObject");
  });
});

describe("a form signed by a session", () => {
  const policy = () => {
    const expiration = new Date(sts.clock.now() + 3_600_000).toISOString();
    return Buffer.from(JSON.stringify({ expiration, conditions: [["starts-with", "$key", ""]] })).toString("base64");
  };
  const signV1 = (keys: Keys): Record<string, string> => ({
    policy: policy(),
    OSSAccessKeyId: keys.accessKeyId,
    Signature: createHmac("sha1", keys.accessKeySecret).update(policy()).digest("base64"),
  });
  const signV4 = (keys: Keys): Record<string, string> => {
    const time = `${new Date(sts.clock.now()).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
    const scope = [time.slice(0, 8), "cn-hangzhou", "oss", "aliyun_v4_request"];
    let key: Buffer = Buffer.from(`aliyun_v4${keys.accessKeySecret}`);
    for (const step of scope) key = createHmac("sha256", key).update(step).digest();
    return {
      policy: policy(),
      "x-oss-signature-version": "OSS4-HMAC-SHA256",
      "x-oss-credential": [keys.accessKeyId, ...scope].join("/"),
      "x-oss-date": time,
      "x-oss-signature": createHmac("sha256", key).update(policy()).digest("hex"),
    };
  };
  async function post(fields: Record<string, string>) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("file", new Blob(["content"]));
    const encoded = new Response(form);
    const headers = { "content-type": encoded.headers.get("content-type") ?? "" };
    const body = Buffer.from(await encoded.arrayBuffer());
    const answer = await http(sts.oss, `/${BUCKET}/`, { method: "POST", headers, body });
    return { status: answer.status, code: tag(answer.body, "Code"), body: answer.body };
  }

  test.each([
    ["V1", signV1],
    ["V4", signV4],
  ] as const)("%s: held to the policy and to the token", async (_, sign) => {
    const keys = await keysFor();
    const token = { "x-oss-security-token": keys.stsToken };
    expect(await post({ key: `${INSIDE}form`, ...token, ...sign(keys) })).toMatchObject({ status: 204 });
    expect((await owner.get(`${INSIDE}form`)).content.toString()).toBe("content");
    expect(await post({ key: "u43/form", ...token, ...sign(keys) })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
    expect(await post({ key: `${INSIDE}x`, ...sign(keys) })).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
    const other = { "x-oss-security-token": (await keysFor()).stsToken };
    expect(await post({ key: `${INSIDE}x`, ...other, ...sign(keys) })).toMatchObject({
      code: "AccessKeyIdAndSecurityTokenNotMatch",
    });
    const wrong = await post({ key: `${INSIDE}x`, ...token, ...sign({ ...keys, accessKeySecret: "wrong" }) });
    expect(wrong).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
    expect(tag(wrong.body, "StringToSignBytes")).toMatch(/^([0-9A-F]{2} )+$/);
    await outlive(keys);
    expect(await post({ key: `${INSIDE}x`, ...token, ...sign(keys) })).toMatchObject({ code: "SecurityTokenExpired" });
  });
});

test("credentials go on after a restart", async () => {
  const keys = await keysFor();
  const url = await createClient(sts.oss, { bucket: BUCKET, ...keys }).signatureUrlV4("PUT", 60, {}, `${INSIDE}k`);
  sts = await sts.restart();
  expect((await http(sts.oss, url, { method: "PUT", body: "x" })).status).toBe(200);
});
