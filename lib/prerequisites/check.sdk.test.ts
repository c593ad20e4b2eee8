import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import type { Context } from "@/lib/context.server";
import { openTestCloud, type TestCloud, testConfig } from "@/lib/eas/testing";
import { createOssClient } from "@/lib/oss/client";
import { consoleCorsRule } from "@/lib/oss/cors";
import { checkAccount } from "./check-account";
import { checkBucket } from "./check-bucket";
import { closeLine, openLine } from "./line-probe";
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
  const bucket = await newBucket();
  const elsewhere = { ...ctx, connection: { ...cloud.connection, region: "cn-beijing" } } as Context;
  const [moved] = await checkBucket(elsewhere, { bucket, origin: ORIGIN, only: "bucket_region" });
  expect(moved).toMatchObject({ state: "failed", fix: "choose_bucket", params: { region: "cn-hangzhou" } });
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
