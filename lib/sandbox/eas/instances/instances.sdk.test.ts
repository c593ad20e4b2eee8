import { afterEach, beforeEach, expect, test } from "vitest";
import { REGION, serviceConfig, startTestCloud, type TestCloud } from "@/lib/sandbox/eas/testing";
import { at, createSdk, type Rows, type Sdk, SERVICES } from "@/lib/sandbox/eas/testing-sdk";

let cloud: TestCloud;
let sdk: Sdk;
let name: string;

beforeEach(async () => {
  cloud = await startTestCloud();
  sdk = createSdk(cloud.easPort);
  await sdk({ action: "CreateService", method: "POST", path: SERVICES, body: serviceConfig("foo") });
  await expect.poll(async () => (await describeIt()).Status).toBe("Running");
  name = String((await list())[0]?.InstanceName);
});
afterEach(() => cloud.close());

const describeIt = async () => (await sdk({ action: "DescribeService", method: "GET", path: at("foo") })).body;
const list = async (query?: Record<string, string>) =>
  (await sdk({ action: "ListServiceInstances", method: "GET", path: at("foo", "/instances"), query })).body
    .Instances as Rows;
const on = async (action: string, method: string, tail: string, body?: unknown, query?: Record<string, string>) =>
  (await sdk({ action, method, path: at("foo", `/instances/${name}${tail}`), body, query })).body;

test("DeleteServiceInstances rebuilds", async () => {
  const { body } = await sdk({
    action: "DeleteServiceInstances",
    method: "DELETE",
    path: at("foo", "/instances"),
    query: { InstanceList: name },
  });
  expect(body.Message).toBe(`Instance(s) [${name}]  for service [foo] in region [${REGION}] was deleted successfully`);
  await expect
    .poll(async () => (await list({ InstanceStatus: "Running" })).map(({ InstanceName }) => InstanceName))
    .not.toContain(name);
  await expect.poll(async () => (await describeIt()).RunningInstance).toBe(1);
});

test("UpdateServiceInstance isolates", async () => {
  expect(await on("UpdateServiceInstance", "PUT", "", { Isolate: true }, { IsReplica: "false" })).toMatchObject({
    Message: "Success",
  });
  expect(await list()).toMatchObject([{ Isolated: true, Detached: false }]);
  const answer = await fetch(`http://localhost:${cloud.gatewayPort}/api/predict/foo`, {
    method: "POST",
    headers: { authorization: String((await describeIt()).AccessToken) },
    body: "{}",
  });
  expect(answer.status).toBe(503);
});

test("CreateServiceInstanceToken gives a page of the vendor's", async () => {
  const { WorkbenchUrl, ...rest } = await on("CreateServiceInstanceToken", "GET", "/token", undefined, {
    ActionType: "WorkBench",
    WorkerName: "worker0",
  });
  expect(rest).toEqual({ RequestId: expect.any(String) });
  const url = new URL(String(WorkbenchUrl));
  expect(url.hostname).toMatch(/\.aliyun\.com$/);
  expect(url.searchParams.get("instanceName")).toBe(name);
  await expect(on("CreateServiceInstanceToken", "GET", "/token", undefined, { WorkerName: "worker5" })).rejects.toEqual(
    expect.objectContaining({ statusCode: 400, code: "InvalidParameter" }),
  );
});

test("faults are injected, listed and deleted", async () => {
  const fault = { FaultType: "NetworkTask", FaultArgs: { FaultAction: "delay", Time: 10, Offset: 1 } };
  await on("CreateFaultInjection", "POST", "/faults", fault);
  expect(await on("ListServiceInstanceFaultInjectionInfo", "GET", "/faults")).toMatchObject({
    FaultInfoList: [{ ...fault, FaultStatus: { FaultStatus: "FaultInjectedSuccess" } }],
  });
  await on("DeleteFaultInjection", "DELETE", "/faults/NetworkTask");
  expect(await on("ListServiceInstanceFaultInjectionInfo", "GET", "/faults")).toMatchObject({ FaultInfoList: [] });
});

test("DescribeServiceInstanceDiagnosis is one object, empty when all is well", async () => {
  expect(await on("DescribeServiceInstanceDiagnosis", "GET", "/diagnosis")).toEqual({
    RequestId: expect.any(String),
    Diagnosis: { Error: "", Causes: [], Advices: [] },
  });
});

test("DescribeServiceEvent of one instance, of one kind, within times", async () => {
  const events = async (query: Record<string, string>) =>
    (await sdk({ action: "DescribeServiceEvent", method: "GET", path: at("foo", "/events"), query })).body
      .Events as Rows;
  const own = await events({ InstanceName: name, EventType: "Normal" });
  expect(own.length).toBeGreaterThan(3);
  expect(own.every(({ Resource }) => Resource === "Pod")).toBe(true);
  expect(await events({ EndTime: "2020-01-01 00:00:00" })).toEqual([]);
  for (const [key, value] of [
    ["EventType", "Error"],
    ["StartTime", "2026-01-01T00:00:00Z"],
  ] as const)
    await expect(events({ [key]: value })).rejects.toEqual(
      expect.objectContaining({ statusCode: 400, code: "InvalidParameter" }),
    );
});
