import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "@/lib/sandbox/eas/operations";
import { serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud } from "@/lib/sandbox/eas/testing-clock";

let eas: ManualCloud;
beforeEach(async () => {
  eas = await openManualCloud();
});
afterEach(() => eas.close());

const call = (operation: Operation, body?: unknown, query?: string) =>
  eas.call(operation, { service: "demo" }, body, query);
const become = (status: string) => eas.until(async () => (await eas.status("demo")) === status);
const develop = async (instance = 1) => {
  await eas.call("CreateService", {}, serviceConfig("demo", { metadata: { instance } }), "Develop=true");
  await become("Developing");
};

test("a service that is created for development becomes Developing, with one instance", async () => {
  await develop(3);
  expect(await call("DescribeService")).toMatchObject({ Status: "Developing", TotalInstance: 1, RunningInstance: 1 });
});

test("committing bakes the container into an image and a version, without a rebuild", async () => {
  await develop();
  const [before] = eas.record("demo").instances;
  expect(await call("CommitService")).toEqual({ Message: "Success" });
  expect(await eas.status("demo")).toBe("Committing");
  await expect(call("StopService")).rejects.toMatchObject({ status: 409 });
  await become("Developing");
  const service = await call("DescribeService");
  expect(service).toMatchObject({
    CurrentVersion: 2,
    LatestVersion: 2,
    Image: "registry-vpc.cn-hangzhou.aliyuncs.com/eas-commit/demo:v2",
  });
  expect(eas.record("demo").instances.map(({ name }) => name)).toEqual([before?.name]);
  await call("DevelopService", {}, "Exit=true");
  await become("Running");
  expect(eas.containers.started.at(-1)?.spec.image).toBe(service.Image);
});

test("a commit that the sandbox is closed during goes on", async () => {
  await develop();
  await call("CommitService");
  await eas.reopen();
  await become("Developing");
  expect(await call("DescribeService")).toMatchObject({ LatestVersion: 2 });
});

test("a running service enters and leaves; all its replicas come back", async () => {
  await eas.call("CreateService", {}, serviceConfig("demo", { metadata: { instance: 2 } }));
  await eas.running("demo", 2);
  expect(await call("DevelopService")).toEqual({ Message: "Success" });
  await become("Developing");
  expect(await call("DescribeService")).toMatchObject({ RunningInstance: 1 });
  await call("StopService");
  await become("Stopped");
  await call("StartService");
  await become("Developing");
  await call("DevelopService", {}, "Exit=true");
  await eas.running("demo", 2);
});

describe("what is refused", () => {
  test.each<[Operation, unknown]>([
    ["UpdateService", { metadata: { rpc: { keepalive: 1 } } }],
    ["ScaleService", { Instance: 2 }],
    ["RestartService", {}],
    ["UpdateServiceVersion", { Version: 1 }],
    ["CreateServiceRollout", { Partition: { Partition: "1" } }],
    ["ReleaseService", { Weight: 1 }],
    ["DevelopService", {}],
  ])("%s in development mode", async (operation, body) => {
    await develop();
    await expect(call(operation, body)).rejects.toMatchObject({
      status: 409,
      code: "OperationConflict",
      message: expect.stringContaining("in development mode"),
    });
    expect(await eas.status("demo")).toBe("Developing");
  });

  test.each<[Operation, string]>([
    ["CommitService", ""],
    ["DevelopService", "Exit=true"],
  ])("%s?%s outside of it", async (operation, query) => {
    await eas.call("CreateService", {}, serviceConfig("demo"));
    await eas.running("demo");
    await expect(call(operation, {}, query)).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining("not in development mode"),
    });
  });
});
