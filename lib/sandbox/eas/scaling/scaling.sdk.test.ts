import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serviceConfig, startTestCloud, type TestCloud } from "@/lib/sandbox/eas/testing";
import { at, createSdk, type Rows, type Sdk, SERVICES } from "@/lib/sandbox/eas/testing-sdk";

let cloud: TestCloud;
let sdk: Sdk;

beforeEach(async () => {
  cloud = await startTestCloud();
  sdk = createSdk(cloud.easPort);
  await sdk({ action: "CreateService", method: "POST", path: SERVICES, body: serviceConfig("foo") });
});
afterEach(() => cloud.close());

const METHODS = { Create: "POST", Update: "PUT", Describe: "GET", Delete: "DELETE" } as const;
const call = async (verb: keyof typeof METHODS, what: "AutoScaler" | "CronScaler", body?: unknown) =>
  (
    await sdk({
      action: `${verb}Service${what}`,
      method: METHODS[verb],
      path: at("foo", `/${what.toLowerCase()}`),
      body,
    })
  ).body;
const described = async () => (await sdk({ action: "DescribeService", method: "GET", path: at("foo") })).body;
const enabled = async (parameter: string) =>
  (
    (await sdk({ action: "ListServices", method: "GET", path: SERVICES, query: { [parameter]: "true" } })).body
      .Services as Rows
  ).length;
const refused = (statusCode: number, code: string, message: RegExp) =>
  expect.objectContaining({
    statusCode,
    code,
    data: expect.objectContaining({ Message: expect.stringMatching(message) }),
  });

describe("autoscaler", () => {
  const body = {
    min: 1,
    max: 8,
    scaleStrategies: [
      { metricName: "qps", threshold: 10 },
      { metricName: "gpu[util]", threshold: 60 },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 150 } },
  };

  test("is created, described in its own casing, updated and deleted", async () => {
    expect(await described()).toMatchObject({ AutoscalerEnabled: false });
    expect(await call("Create", "AutoScaler", body)).toEqual({
      RequestId: expect.any(String),
      Message: "Succeed to auto scale service [foo]",
    });
    expect(await call("Describe", "AutoScaler")).toEqual({
      RequestId: expect.any(String),
      ServiceName: "foo",
      MinReplica: 1,
      MaxReplica: 8,
      ScaleStrategies: [
        { metricName: "QPS", threshold: 10, service: "foo" },
        { metricName: "gpu[util]", threshold: 60, service: "foo" },
      ],
      CurrentMetrics: [
        { metricName: "QPS", value: 0, service: "foo" },
        { metricName: "gpu[util]", value: 0, service: "foo" },
      ],
      Behavior: { behavior: body.behavior },
    });
    expect(await described()).toMatchObject({ AutoscalerEnabled: true });
    expect(await enabled("AutoscalerEnabled")).toBe(1);
    expect((await call("Update", "AutoScaler", { ...body, max: 9 })).Message).toBe(
      "Update auto scale for service [foo] successfully",
    );
    expect(await call("Describe", "AutoScaler")).toMatchObject({ MaxReplica: 9 });
    expect((await call("Delete", "AutoScaler")).Message).toBe("Autoscaler for service [foo] deleted successfully");
    expect(await enabled("AutoscalerEnabled")).toBe(0);
  });

  test.each(["Update", "Describe", "Delete"] as const)("%s without one finds nothing", async (verb) => {
    await expect(call(verb, "AutoScaler", verb === "Update" ? body : undefined)).rejects.toEqual(
      refused(404, "InvalidAutoScaler.NotFound", /foo/),
    );
  });

  test("a second one is refused", async () => {
    await call("Create", "AutoScaler", body);
    await expect(call("Create", "AutoScaler", body)).rejects.toEqual(
      refused(400, "InvalidParameter", /already exists/),
    );
  });

  test.each([
    ["keys in Pascal case", { Min: 1, Max: 2 }, /min is required/],
    ["max that is not above min", { max: 1 }, /max \[1\] must be greater than min \[1\]/],
    ["half a replica", { max: 2.5 }, /max/],
    ["min below 0", { min: -1 }, /min/],
    ["min 0 without behavior.onZero", { min: 0 }, /onZero/],
    ["no strategies", { scaleStrategies: [] }, /scaleStrategies/],
    ["an unknown metric", { scaleStrategies: [{ metricName: "luck", threshold: 1 }] }, /metricName \[luck\]/],
    ["no threshold", { scaleStrategies: [{ metricName: "qps" }] }, /threshold/],
    ["a threshold of 0", { scaleStrategies: [{ metricName: "qps", threshold: 0 }] }, /threshold/],
    [
      "a queue's metric without a queue",
      { scaleStrategies: [{ metricName: "queue[backlog]", threshold: 1 }] },
      /asynchronous/,
    ],
    ["an unknown service", { scaleStrategies: [{ metricName: "qps", threshold: 1, service: "bar" }] }, /bar/],
    ["a window that is no number", { behavior: { scaleUp: { stabilizationWindowSeconds: "10" } } }, /stabilization/],
  ])("refuses %s", async (name, change, message) => {
    const given = name === "keys in Pascal case" ? change : { ...body, ...change };
    await expect(call("Create", "AutoScaler", given)).rejects.toEqual(refused(400, "InvalidParameter", message));
    expect(await described()).toMatchObject({ AutoscalerEnabled: false });
  });

  test("create takes min 0 with behavior.onZero, update does not", async () => {
    const zero = { ...body, min: 0, behavior: { onZero: { scaleDownGracePeriodSeconds: 600 } } };
    await call("Create", "AutoScaler", zero);
    await expect(call("Update", "AutoScaler", zero)).rejects.toEqual(refused(400, "InvalidParameter", /min \[0\]/));
  });

  test("a locked service keeps its autoscaler as it is", async () => {
    await call("Create", "AutoScaler", body);
    await sdk({ action: "UpdateServiceSafetyLock", method: "PUT", path: at("foo", "/lock"), body: { Lock: "all" } });
    await expect(call("Delete", "AutoScaler")).rejects.toMatchObject({ statusCode: 409 });
    expect(await described()).toMatchObject({ AutoscalerEnabled: true });
  });
});

describe("cron scaler", () => {
  const job = { Name: "scale-job-1", Schedule: "0 18 * * * *", TargetSize: 1, TimeZone: "Asia/Shanghai" };

  test("is created, described, updated and deleted", async () => {
    expect((await call("Create", "CronScaler", { ScaleJobs: [job], ExcludeDates: ["* * * 1 10 *"] })).Message).toBe(
      "Create cron scaler for service [foo] successfully",
    );
    expect(await call("Describe", "CronScaler")).toEqual({
      RequestId: expect.any(String),
      ServiceName: "foo",
      ScaleJobs: [
        {
          ...job,
          CreateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          LastProbeTime: "",
          State: "Submitted",
          Message: "",
        },
      ],
      ExcludeDates: ["* * * 1 10 *"],
    });
    expect(await described()).toMatchObject({ CronscalerEnabled: true });
    expect(await enabled("CronscalerEnabled")).toBe(1);
    expect((await call("Update", "CronScaler", { ScaleJobs: [{ ...job, TargetSize: 2 }] })).Message).toBe(
      "Update cron scaler for service [foo] successfully",
    );
    expect(await call("Describe", "CronScaler")).toMatchObject({ ScaleJobs: [{ TargetSize: 2 }], ExcludeDates: [] });
    expect((await call("Delete", "CronScaler")).Message).toBe("Cronscaler for service [foo] deleted successfully");
    await expect(call("Describe", "CronScaler")).rejects.toEqual(refused(404, "InvalidCronScaler.NotFound", /foo/));
  });

  test.each([
    ["no jobs", {}, /ScaleJobs/],
    ["five fields", { ScaleJobs: [{ ...job, Schedule: "18 * * * *" }] }, /Schedule.*six fields/],
    ["no target", { ScaleJobs: [{ Name: "a", Schedule: job.Schedule }] }, /TargetSize/],
    ["a target of a billion", { ScaleJobs: [{ ...job, TargetSize: 1e9 }] }, /TargetSize/],
    ["a target below 0", { ScaleJobs: [{ ...job, TargetSize: -1 }] }, /TargetSize/],
    ["an unknown time zone", { ScaleJobs: [{ ...job, TimeZone: "Mars/Olympus" }] }, /TimeZone/],
    ["a name twice", { ScaleJobs: [job, job] }, /given twice/],
    ["a date that is no expression", { ScaleJobs: [job], ExcludeDates: ["2026-10-01"] }, /ExcludeDates\[0\]/],
  ])("refuses %s", async (_, body, message) => {
    await expect(call("Create", "CronScaler", body)).rejects.toEqual(refused(400, "InvalidParameter", message));
  });
});
