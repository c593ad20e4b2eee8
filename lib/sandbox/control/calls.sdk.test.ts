import { createHash } from "node:crypto";
import OSS from "ali-oss";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, REGION } from "@/lib/sandbox/eas/testing";
import { createClient } from "@/lib/sandbox/oss/testing";
import { type FaultyCloud, startFaultyCloud } from "./testing";

/* Faults of the line and of the servers' answers, as the vendor's own clients meet them. */

let cloud: FaultyCloud;
beforeAll(async () => {
  cloud = await startFaultyCloud();
  await cloud.oss().putBucket("free");
  await cloud
    .oss()
    .putBucketCORS("free", [{ allowedOrigin: "*", allowedMethod: "GET", exposeHeader: ["ETag", "x-oss-request-id"] }]);
});
afterEach(() => cloud.control.reset());
afterAll(() => cloud.close());

const SERVICES = "/api/v2/services";
const BYTES = Buffer.alloc(300_000, "easel");
const free = () => cloud.oss("free");
const fired = async () => (await cloud.control.status()).counters;
const md5 = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex").toUpperCase()}"`;

async function failure(work: Promise<unknown>): Promise<Record<string, unknown>> {
  return work.then(
    () => ({}),
    (error: Record<string, unknown>) => error,
  );
}

describe("the line", () => {
  test("latency: an answer comes later", async () => {
    await cloud.control.add({ kind: "latency", parameters: { delayMs: 60 }, scope: { operation: "GetBucketInfo" } });
    const started = performance.now();
    await cloud.oss().getBucketInfo("free");
    expect(performance.now() - started).toBeGreaterThanOrEqual(59);
    expect((await fired()).latency).toBe(1);
  });

  test("bandwidth: a put takes its time, and arrives whole", async () => {
    await cloud.control.add({ kind: "bandwidth", parameters: { bytesPerSecond: 2_000_000, direction: "request" } });
    const started = performance.now();
    await free().put("slow", BYTES);
    expect(performance.now() - started).toBeGreaterThanOrEqual(149);
    await cloud.control.reset();
    expect(Buffer.from((await free().get("slow")).content).equals(BYTES)).toBe(true);
  });

  test("reset of a request: nothing is left of the object", async () => {
    await cloud.control.add({
      kind: "reset",
      parameters: { afterBytes: 100_000 },
      scope: { bucket: "free" },
      times: 1,
    });
    expect((await failure(free().put("broken", BYTES))).status).toBe(-1);
    expect((await failure(free().head("broken"))).status).toBe(404);
    await free().put("broken", BYTES);
  });

  test("reset before the answer: the upload is complete, and its client does not know", async () => {
    await cloud.control.add({
      kind: "reset",
      parameters: { afterBytes: 0, direction: "answer" },
      scope: { operation: "CompleteMultipartUpload" },
      times: 1,
    });
    expect((await failure(free().multipartUpload("whole", BYTES, { partSize: 102_400 }))).status).toBe(-1);
    expect((await free().head("whole")).res.headers).toMatchObject({ "content-length": String(BYTES.length) });
  });

  test("corrupted answer: the bytes are not those of the ETag", async () => {
    await free().put("true", BYTES);
    await cloud.control.add({
      kind: "corrupted-answer",
      parameters: { at: 1000 },
      scope: { operation: "GetObject", prefix: "true" },
    });
    const { content, res } = await free().get("true");
    expect(content.length).toBe(BYTES.length);
    expect(md5(BYTES)).toBe(res.headers["etag" as keyof typeof res.headers]);
    expect(md5(Buffer.from(content))).not.toBe(md5(BYTES));
  });

  test("balancer's page: the vendor's runtime cannot read it", async () => {
    await cloud.control.add({ kind: "gateway-page", scope: { server: "eas" }, times: 1 });
    expect(await failure(cloud.sdk("ListServices", SERVICES))).toBeInstanceOf(SyntaxError);
    expect(await cloud.sdk("ListServices", SERVICES)).toMatchObject({ Services: [] });
  });
});

describe("vendor errors", () => {
  test("OSS, by bucket and key", async () => {
    await cloud.control.add({
      kind: "vendor-error",
      parameters: { status: 503, code: "ServiceUnavailable", message: "Please reduce your request rate." },
      scope: { server: "oss", bucket: "free", prefix: "hot/" },
    });
    expect(await failure(free().put("hot/a", BYTES))).toMatchObject({ status: 503, code: "ServiceUnavailable" });
    await free().put("cold/a", BYTES);
  });

  test("EAS: throttled, with the time to wait", async () => {
    await cloud.control.add({
      kind: "vendor-error",
      parameters: { status: 429, code: "Throttling.User", message: "slow down", retryAfterMs: 700 },
      scope: { operation: "ListServices" },
      times: 1,
    });
    expect(await failure(cloud.sdk("ListServices", SERVICES))).toMatchObject({
      name: "ThrottlingError",
      code: "Throttling.User",
      statusCode: 429,
      retryAfter: 700,
    });
    await cloud.sdk("ListServices", SERVICES);
  });

  test("a rate strikes some calls and lets others pass", async () => {
    const { id } = await cloud.control.add({
      kind: "vendor-error",
      rate: 0.5,
      seed: 3,
      scope: { operation: "DescribeRegions" },
    });
    const outcomes: boolean[] = [];
    for (let n = 0; n < 12; n++)
      outcomes.push("code" in (await failure(cloud.sdk("DescribeRegions", "/api/v2/regions"))));
    expect(new Set(outcomes).size).toBe(2);
    const fault = (await cloud.control.status()).faults.find((one) => one.id === id);
    expect(outcomes.filter(Boolean)).toHaveLength(fault?.fired ?? 0);
  });
  test("the short form", async () => {
    await cloud.control.add({ operation: "ListBuckets", status: 500, code: "InternalError", message: "no" });
    expect(await failure(cloud.oss().listBuckets({}))).toMatchObject({ status: 500, code: "InternalError" });
    await cloud.oss().listBuckets({});
  });
});

describe("expired credentials", () => {
  const expire = (what: "any" | "token" | "key" | "url") =>
    cloud.control.add({ kind: "expired-credentials", parameters: { what }, times: 1 });

  const sts = () => {
    const settings = { ...ACCOUNT, endpoint: `http://localhost:${cloud.sandbox.ports.sts}` };
    return new OSS.STS(settings);
  };
  const assume = async () => {
    const [role = ""] = (await cloud.control.status()).roles;
    return sts().assumeRole(role, "", 3600, "session");
  };

  test("a key of OSS, of EAS and of STS", async () => {
    await expire("key");
    expect(await failure(free().list({ "max-keys": 1 }, {}))).toMatchObject({
      status: 403,
      code: "InvalidAccessKeyId",
    });
    await expire("any");
    expect(await failure(cloud.sdk("ListServices", SERVICES))).toMatchObject({ code: "InvalidAccessKeyId.NotFound" });
    await expire("any");
    expect(await failure(assume())).toMatchObject({ code: "InvalidAccessKeyId.NotFound" });
  });

  test("temporary credentials, and only theirs", async () => {
    const { credentials } = await assume();
    const temporary = createClient(
      { port: cloud.sandbox.ports.oss },
      {
        accessKeyId: credentials.AccessKeyId,
        accessKeySecret: credentials.AccessKeySecret,
        stsToken: credentials.SecurityToken,
        bucket: "free",
      },
    );
    await expire("token");
    await free().list({ "max-keys": 1 }, {});
    expect(await failure(temporary.list({ "max-keys": 1 }, {}))).toMatchObject({
      status: 403,
      code: "SecurityTokenExpired",
    });
    await temporary.list({ "max-keys": 1 }, {});
  });

  test("a signed address", async () => {
    await free().put("signed", BYTES);
    const url = await free().signatureUrlV4("GET", 60, {}, "signed");
    await expire("url");
    await free().head("signed");
    const refused = await fetch(url);
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("Request has expired.")]);
    expect((await fetch(url)).status).toBe(200);
  });
});

test.each([3600, -3600])("clock skew of %d s: OSS says its time, EAS refuses the date", async (seconds) => {
  await cloud.control.add({ kind: "clock-skew", parameters: { seconds } });
  const refused = await failure(free().list({ "max-keys": 1 }, {}));
  expect(refused).toMatchObject({ status: 403, code: "RequestTimeTooSkewed" });
  expect(await failure(cloud.sdk("ListServices", SERVICES))).toMatchObject({ code: "InvalidTimeStamp.Expired" });
});

test("clock skew: a signed address is over before its time", async () => {
  await free().put("early", BYTES);
  const url = await free().signatureUrlV4("GET", 60, {}, "early");
  await cloud.control.add({ kind: "clock-skew", parameters: { seconds: 120 }, times: 1 });
  const refused = await fetch(url);
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("Request has expired.")]);
  expect((await fetch(url)).status).toBe(200);
});

test("lost ETag: a page may read the other headers, not this one", async () => {
  const exposed = async () => {
    const headers = { origin: "http://console.example" };
    const url = await free().signatureUrlV4("GET", 60, {}, "page");
    return (await fetch(url, { headers })).headers.get("access-control-expose-headers");
  };
  await free().put("page", BYTES);
  await cloud.control.add({ kind: "lost-etag", scope: { bucket: "free" }, times: 1 });
  expect(await exposed()).toBe("x-oss-request-id");
  expect(await exposed()).toBe("ETag, x-oss-request-id");
});

test("nothing of this concerns the control port", async () => {
  for (const kind of ["latency", "gateway-page", "vendor-error"] as const) await cloud.control.add({ kind });
  expect((await cloud.control.status()).region).toBe(REGION);
});
