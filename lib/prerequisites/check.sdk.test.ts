import { randomUUID } from "node:crypto";
import OSS from "ali-oss";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import type { Credentials } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { listImages } from "@/lib/eas/images";
import { openTestCloud, type TestCloud, testConfig } from "@/lib/eas/testing";
import { createOssClient } from "@/lib/oss/client";
import { consoleCorsRule } from "@/lib/oss/cors";
import { checkAccount } from "./check-account";
import { checkBucket, locate } from "./check-bucket";
import { closeLine, openLine } from "./line-probe";
import { policyFor } from "./policy";
import type { CheckId } from "./types";

/* Every refusal is provoked at the imitated cloud, and every line says its own. */

const ORIGIN = "http://console.example";
let cloud: TestCloud;
let ctx: Context;
beforeAll(async () => {
  cloud = await openTestCloud();
  const { connection, eas } = cloud;
  // Neither a store nor a person takes part.
  ctx = { connection, eas, oss: createOssClient(connection), clock: systemClock } as Context;
});
afterAll(() => cloud.close());
beforeEach(() => cloud.control("/reset", {}));

const refuse = (server: "eas" | "oss", operation: string, code: string) =>
  cloud.control("/faults", {
    kind: "vendor-error",
    parameters: { status: 403, code, message: "no" },
    scope: { server, operation },
  });

const account = async (only: CheckId) => (await checkAccount(ctx, { only }))[0];
const bucketCheck = async (bucket: string, only: CheckId) =>
  (await checkBucket(ctx, { bucket, origin: ORIGIN, only }))[0];

/** With a single Deny all else is allowed. */
async function assume(role: string, ...statements: object[]): Promise<Credentials> {
  const { sts } = cloud.connection;
  const { accessKeyId, accessKeySecret } = cloud.sandbox.account;
  const client = new OSS.STS({
    accessKeyId,
    accessKeySecret,
    endpoint: `${sts.protocol}://${sts.host}`,
  } as OSS.STSOptions);
  const isDenial = statements.some((statement) => "Effect" in statement && statement.Effect === "Deny");
  const all = isDenial ? [{ Effect: "Allow", Action: ["*"], Resource: ["*"] }] : [];
  const policy = statements.length > 0 ? { Version: "1", Statement: [...all, ...statements] } : undefined;
  const arn = `acs:ram::${cloud.sandbox.account.uid}:role/${role}`;
  const { credentials } = await client.assumeRole(arn, policy, 3600, "easel");
  return {
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    securityToken: credentials.SecurityToken,
  };
}

const as = (credentials: Credentials) => ({ ...ctx, connection: { ...cloud.connection, credentials } }) as Context;

async function newBucket(): Promise<string> {
  const bucket = `check-${randomUUID()}`;
  await ctx.oss.createBucket(bucket);
  return bucket;
}

test.each([
  ["eas_services", "eas", "ListServices", "Forbidden.RAM", "failed", "eas:ListServices"],
  ["eas_machines", "eas", "DescribeMachineSpec", "NoPermission", "failed", "eas:DescribeMachineSpec"],
  ["oss_buckets", "oss", "ListBuckets", "AccessDenied", "failed", "oss:ListBuckets"],
  ["workspace", "eas", "ListWorkspaces", "Forbidden.RAM", "warning", "paiworkspace:ListWorkspaces"],
] as const)(
  "without the right, %s alone is refused, with its policy",
  async (id, server, operation, code, state, right) => {
    await refuse(server, operation, code);
    const results = await checkAccount(ctx);
    const refused = results.find((result) => result.id === id);
    expect(refused).toMatchObject({ state, fix: "policy", error: { code: "permission_denied", vendor: { code } } });
    expect(refused?.error?.vendor?.requestId).toMatch(/\S/);
    expect(refused?.policy).toContain(right);
    // The role is looked for among the services, so it shares their fate.
    const others = results.filter((result) => result.id !== id && result.id !== "mount_role");
    expect(others.map((result) => [result.id, result.state])).toEqual(others.map((result) => [result.id, "ok"]));
  },
);

test.each([
  ["the account's own key", {}, "user", "easel"],
  ["a role that was assumed", { role: "easel-operator" }, "role", "easel-operator/easel"],
] as const)("tells whose key it is: %s", async (_, { role }: { role?: string }, reason, name) => {
  const world = role ? as(await assume(role)) : ctx;
  const [caller] = await checkAccount(world, { only: "caller" });
  expect(caller).toMatchObject({ state: "ok", params: { reason, name, account: "1234567890123456" } });
});

test("the root key is worth a word, and STS that does not answer stops nothing", async () => {
  await cloud.control("/faults", {
    kind: "vendor-error",
    parameters: { status: 503, code: "Busy", message: "no" },
    scope: { server: "sts" },
  });
  expect(await account("caller")).toMatchObject({ state: "warning", error: { vendor: { code: "Busy" } } });
});

test("what was answered well has its request ids too", async () => {
  const bucket = await newBucket();
  for (const result of [
    ...(await checkAccount(ctx, { name: "nobody_has_it" })),
    await bucketCheck(bucket, "bucket_objects"),
  ]) {
    expect(result?.requestIds.length, result?.id).toBeGreaterThan(0);
    expect(new Set(result?.requestIds).size, result?.id).toBe(result?.requestIds.length);
  }
  expect((await bucketCheck(bucket, "bucket_objects"))?.requestIds).toHaveLength(3);
});

test("a name is free, taken, or taken by another user of the account", async () => {
  const check = async (name: string) => (await checkAccount(ctx, { name, only: "name_free" }))[0];
  expect(await check("still_free")).toMatchObject({ state: "ok", params: { name: "still_free" } });
  await cloud.eas.createService(testConfig("not_free"));
  expect(await check("not_free")).toMatchObject({ state: "failed", params: { reason: "taken" } });
  await refuse("eas", "DescribeService", "Forbidden.PrivilegeCheckFailed");
  expect(await check("not_ours")).toMatchObject({ state: "failed", params: { reason: "foreign" } });
});

/** RAM users that lack one right: sessions of a role that may do all, under a policy that allows all but that. */
const ALL = ["caller", "eas_services", "eas_machines", "oss_buckets", "workspace"] as const;
test.each<[CheckId, string]>([
  ["eas_services", "eas:ListServices"],
  ["eas_machines", "eas:DescribeMachineSpec"],
  ["oss_buckets", "oss:ListBuckets"],
  ["workspace", "paiworkspace:ListWorkspaces"],
])("a user whose policy lacks %s is told so, and the policy that is offered is enough", async (id, action) => {
  const lacking = as(await assume("easel-operator", { Effect: "Deny", Action: [action], Resource: ["*"] }));
  const results = await checkAccount(lacking);
  for (const one of ALL) {
    const result = results.find((found) => found.id === one);
    expect(result?.state === "ok", one).toBe(one !== id);
  }
  const refused = results.find((result) => result.id === id);
  expect(refused).toMatchObject({ fix: "policy", error: { code: "permission_denied" } });
  const granted = as(await assume("easel-operator", ...JSON.parse(refused?.policy ?? "").Statement));
  expect((await checkAccount(granted, { only: id }))[0]).toMatchObject({ state: "ok" });
  // Nothing beyond: the other checks stay refused.
  const others = (await checkAccount(granted)).filter(
    (one) => one.id !== id && one.id !== "caller" && one.id !== "mount_role",
  );
  expect(others.map(({ state }) => state)).not.toContain("ok");
});

test.each<[CheckId, string]>([
  ["bucket_region", "oss:GetBucketLocation"],
  ["bucket_objects", "oss:PutObject"],
  ["bucket_multipart", "oss:AbortMultipartUpload"],
  ["bucket_cors", "oss:GetBucketCors"],
])(
  "a user whose policy lacks %s of the bucket is told so, and the policy that is offered is enough",
  async (id, action) => {
    const bucket = await newBucket();
    await ctx.oss.putCors(bucket, [consoleCorsRule(ORIGIN)]);
    const lacking = as(await assume("easel-operator", { Effect: "Deny", Action: [action], Resource: ["*"] }));
    const input = { bucket, origin: ORIGIN, only: id };
    const [refused] = await checkBucket(lacking, input);
    expect(refused).toMatchObject({ state: "failed", fix: "policy" });
    const granted = as(await assume("easel-operator", ...JSON.parse(refused?.policy ?? "").Statement));
    expect((await checkBucket(granted, input))[0]).toMatchObject({ state: "ok" });
    const elsewhere = await newBucket();
    expect((await checkBucket(granted, { ...input, bucket: elsewhere }))[0]).toMatchObject({ state: "failed" });
  },
);

test("the policy for workspaces lets images be listed too", async () => {
  const { Statement } = JSON.parse(policyFor("workspace"));
  const { connection } = as(await assume("easel-operator", ...Statement));
  expect((await listImages(connection)).length).toBeGreaterThan(0);
});

test("one check is tried alone", async () => {
  expect((await checkAccount(ctx, { only: "oss_buckets" })).map(({ id }) => id)).toEqual(["oss_buckets"]);
});

test("a region without a free GPU warns", async () => {
  await cloud.control("/faults", { kind: "out-of-stock" });
  expect(await account("eas_machines")).toMatchObject({ state: "warning", params: { count: 0 } });
});

test("the role for mounts is not known before a service runs with a bucket mounted, which proves it", async () => {
  expect(await account("mount_role")).toMatchObject({ state: "unknown", fix: "open_pai" });
  const bucket = await newBucket();
  const storage = [{ mount_path: "/oss", oss: { path: `oss://${bucket}/m/`, readOnly: false } }];
  await cloud.eas.createService(testConfig("mounted", { storage }));
  await cloud.until("mounted", "Running");
  expect(await account("mount_role")).toMatchObject({ state: "ok", params: { service: "mounted" } });
});

test.each([
  ["bucket_region", "GetBucketLocation", "oss:GetBucketLocation"],
  ["bucket_objects", "PutObject", "oss:PutObject"],
  ["bucket_multipart", "InitiateMultipartUpload", "oss:PutObject"],
  ["bucket_cors", "GetBucketCors", "oss:GetBucketCors"],
] as const)("without the right, %s fails with a policy on this bucket", async (id, operation, right) => {
  const bucket = await newBucket();
  await refuse("oss", operation, "AccessDenied");
  const refused = await bucketCheck(bucket, id);
  expect(refused).toMatchObject({ state: "failed", fix: "policy", error: { vendor: { code: "AccessDenied" } } });
  expect(refused?.policy).toContain(right);
  expect(refused?.policy).toContain(bucket);
});

test("a bucket of another region, and one that is not there, ask for another choice", async () => {
  expect(locate("models", "cn-beijing", "cn-hangzhou")).toMatchObject({
    state: "failed",
    fix: "choose_bucket",
    params: { region: "cn-hangzhou", wanted: "cn-beijing" },
  });
  // What OSS says where the bucket is asked for at another region's address.
  const message = "The bucket you are attempting to access must be addressed using the specified endpoint.";
  await cloud.control("/faults", {
    kind: "vendor-error",
    parameters: { status: 403, code: "AccessDenied", message },
    scope: { server: "oss", operation: "GetBucketLocation" },
    times: 1,
  });
  expect(await bucketCheck(await newBucket(), "bucket_region")).toMatchObject({
    state: "failed",
    fix: "choose_bucket",
    params: { reason: "elsewhere" },
  });
  expect(await bucketCheck("check-never-made", "bucket_region")).toMatchObject({
    state: "failed",
    fix: "choose_bucket",
  });
});

test("CORS: refused without a rule, shadowed by an earlier one, good with ours in front", async () => {
  const bucket = await newBucket();
  expect(await bucketCheck(bucket, "bucket_cors")).toMatchObject({ state: "failed", params: { reason: "refused" } });
  const mute = {
    allowedOrigins: ["*"],
    allowedMethods: ["PUT", "POST", "GET", "HEAD"],
    allowedHeaders: ["*"],
    exposeHeaders: [],
  };
  await ctx.oss.putCors(bucket, [mute]);
  expect(await bucketCheck(bucket, "bucket_cors")).toMatchObject({ state: "failed", params: { reason: "hidden" } });
  await ctx.oss.putCors(bucket, [mute, consoleCorsRule(ORIGIN)]);
  expect(await bucketCheck(bucket, "bucket_cors")).toMatchObject({ fix: "apply_cors", params: { reason: "shadowed" } });
  await ctx.oss.putCors(bucket, [consoleCorsRule(ORIGIN), mute]);
  expect(await bucketCheck(bucket, "bucket_cors")).toMatchObject({ state: "ok" });
});

test("what the browser is given to send reaches the bucket from outside, and nothing of it stays", async () => {
  const bucket = await newBucket();
  const probe = await openLine(ctx, { bucket });
  const sent = await fetch(probe.url, { method: "PUT", body: new Blob([new TextEncoder().encode("easel")]) });
  expect(sent.headers.get("etag")).toMatch(/\S/);
  await closeLine(ctx, { bucket, path: probe.path, uploadId: probe.uploadId });
  expect((await ctx.oss.listObjects(bucket)).objects).toEqual([]);
  expect(await ctx.oss.listParts(bucket, `.easel-check/${probe.path}`, probe.uploadId).catch(({ code }) => code)).toBe(
    "not_found",
  );
});
