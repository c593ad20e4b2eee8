import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { REGION, serviceConfig, startTestCloud, type TestCloud } from "./testing";
import { createSdk, type Sdk } from "./testing-sdk";

/* Every operation of eas-openapi.md §7.1 and every one on groups, as the official runtime sends and reads it. */

type Row = Record<string, unknown>;

let cloud: TestCloud;
let sdk: Sdk;
beforeEach(async () => {
  cloud = await startTestCloud();
  sdk = createSdk(cloud.easPort);
});
afterEach(() => cloud.close());

const at = (name: string, tail = "") => `/api/v2/services/${REGION}/${name}${tail}`;
const send = async (method: string, action: string, path: string, body?: unknown, query?: Record<string, string>) => {
  const reply = await sdk({ action, method, path, query, body });
  expect(reply.body.RequestId).toMatch(/^[0-9A-F-]{36}$/);
  const { RequestId: _, ...rest } = reply.body;
  return rest;
};
const describeIt = (name: string) => send("GET", "DescribeService", at(name));
const status = (name: string) => expect.poll(async () => (await describeIt(name)).Status, { interval: 10 });
const running = async (name: string, change?: Parameters<typeof serviceConfig>[1], query?: Record<string, string>) => {
  await send("POST", "CreateService", "/api/v2/services", serviceConfig(name, change), query);
  await status(name).toBe(query?.Develop === "true" ? "Developing" : "Running");
};
const refusal = (statusCode: number, code: string) => expect.objectContaining({ statusCode, code });

test("UpdateService, ListServiceVersions, UpdateServiceVersion", async () => {
  await running("demo");
  const change = { containers: serviceConfig("demo", { container: { command: "python other.py" } }).containers };
  expect(await send("PUT", "UpdateService", at("demo"), change, { UpdateType: "merge" })).toEqual({
    Message: `Succeed to update service [demo] in region [${REGION}]`,
  });
  await expect.poll(async () => (await describeIt("demo")).CurrentVersion).toBe(2);
  const list = await send("GET", "ListServiceVersions", at("demo", "/versions"), undefined, { PageSize: "1" });
  expect(list).toMatchObject({ PageNumber: 1, PageSize: 1, TotalCount: 2, Versions: [{ ImageId: 2 }] });
  expect(JSON.parse(String((list.Versions as Row[])[0]?.ServiceConfig))).toMatchObject(change);
  expect(await send("PUT", "UpdateServiceVersion", at("demo", "/version"), { Version: 1 })).toEqual({
    Message: `Service [demo] in region [${REGION}] is starting`,
  });
  await expect.poll(async () => (await describeIt("demo")).CurrentVersion).toBe(3);
  await expect(send("PUT", "UpdateServiceVersion", at("demo", "/version"), { Version: 3 })).rejects.toEqual(
    refusal(400, "InvalidParameter"),
  );
});

test("CreateService for development, CommitService, DevelopService", async () => {
  await running("demo", undefined, { Develop: "true", Labels: JSON.stringify({ a: "b" }) });
  expect(await send("PUT", "CommitService", at("demo", "/commit"))).toEqual({ Message: "Success" });
  await expect.poll(async () => (await describeIt("demo")).LatestVersion).toBe(2);
  await status("demo").toBe("Developing");
  await expect(send("PUT", "ScaleService", at("demo", "/scale"), { Instance: 2 })).rejects.toEqual(
    refusal(409, "OperationConflict"),
  );
  const leave = await send("PUT", "DevelopService", at("demo", "/develop"), undefined, { Exit: "true" });
  expect(leave).toEqual({ Message: "Success" });
  await status("demo").toBe("Running");
});

test("CloneService", async () => {
  await running("demo");
  const reply = await send("POST", "CloneService", at("demo", "/clone"), { name: "copy" }, { Labels: '{"a":"b"}' });
  expect(reply).toEqual({
    ServiceId: expect.stringMatching(/^eas-m-/),
    ServiceName: "copy",
    Status: "Cloning",
    InternetEndpoint: `http://localhost:${cloud.gatewayPort}/api/predict/copy`,
    IntranetEndpoint: `http://127.0.0.1:${cloud.gatewayPort}/api/predict/copy`,
  });
  await status("copy").toBe("Running");
  expect(await describeIt("copy")).toMatchObject({ Labels: [{ LabelKey: "a", LabelValue: "b" }] });
});

test("UpdateServiceLabel, DeleteServiceLabel, UpdateServiceSafetyLock", async () => {
  await running("demo");
  await send("PUT", "UpdateServiceLabel", at("demo", "/label"), { Labels: { a: "1", b: "2", c: "3" } });
  await send("DELETE", "DeleteServiceLabel", at("demo", "/label"), undefined, { LabelKeys: '["a"]' });
  await send("DELETE", "DeleteServiceLabel", at("demo", "/label"), undefined, { Keys: "b" });
  expect((await describeIt("demo")).Labels).toEqual([{ LabelKey: "c", LabelValue: "3" }]);
  expect(await send("PUT", "UpdateServiceSafetyLock", at("demo", "/lock"), { Lock: "dangerous" })).toEqual({
    Message: "service safety lock updated to dangerous",
  });
  await expect(send("DELETE", "DeleteService", at("demo"))).rejects.toEqual(refusal(409, "OperationConflict"));
});

test("CreateServiceRollout, UpdateServiceRollout, DescribeServiceRollout, DeleteServiceRollout", async () => {
  await running("demo", { metadata: { instance: 2 } });
  const path = at("demo", "/rollout");
  await send("POST", "CreateServiceRollout", path, { Partition: { Partition: "1" }, Paused: true });
  expect(await send("GET", "DescribeServiceRollout", path)).toEqual({
    Rollout: {
      Status: {
        Phase: "Pending",
        TotalReplicas: 2,
        UpdatedReplicas: 0,
        CurrentRevision: "demo-v1",
        UpdateRevision: "demo-v1",
        NextBatchStartTime: "",
      },
      Strategy: { Partition: { Partition: "1" } },
    },
  });
  await send("PUT", "UpdateServiceRollout", path, { Batch: { BatchSize: "2", Interval: "5m" }, Paused: false });
  expect(await send("GET", "DescribeServiceRollout", path)).toMatchObject({
    Rollout: { Strategy: { Batch: { BatchSize: "2", Interval: "5m" } } },
  });
  await send("DELETE", "DeleteServiceRollout", path);
  await expect(send("GET", "DescribeServiceRollout", path)).rejects.toEqual(refusal(404, "InvalidRollout.NotFound"));
});

describe("groups", () => {
  const GROUPS = "/api/v2/groups";
  const group = (name: string, tail = "") => `${GROUPS}/${REGION}/${name}${tail}`;

  test("CreateGroup, UpdateGroup, ListGroups, DescribeGroup, DescribeGroupEndpoints, DeleteGroup", async () => {
    expect(await send("POST", "CreateGroup", GROUPS, { Name: "together", Labels: { a: "b" } })).toEqual({
      Message: "Create service group together successfully",
    });
    await send("PUT", "UpdateGroup", group("together"), { TrafficMode: "customized" });
    const list = await send("GET", "ListGroups", GROUPS, undefined, { Labels: '{"a":"b"}', PageSize: "5" });
    expect(list).toMatchObject({ PageNumber: 1, PageSize: 5, TotalCount: 1 });
    expect(await send("GET", "DescribeGroup", group("together"))).toEqual((list.Groups as Row[])[0]);
    const { AccessToken, TrafficMode } = await send("GET", "DescribeGroup", group("together"));
    expect(TrafficMode).toBe("customized");
    expect(await send("GET", "DescribeGroupEndpoints", group("together", "/endpoints"))).toEqual({
      AccessToken,
      Endpoints: [
        {
          EndpointType: "DefaultGateway",
          BackendId: "default",
          PathType: "Group",
          InternetEndpoints: [`http://localhost:${cloud.gatewayPort}/api/predict/together`],
          IntranetEndpoints: [`http://127.0.0.1:${cloud.gatewayPort}/api/predict/together`],
        },
      ],
      Message: "Execution successful.",
    });
    await send("DELETE", "DeleteGroup", group("together"), undefined, { CascadeDelete: "false" });
    await expect(send("GET", "DescribeGroup", group("together"))).rejects.toEqual(
      refusal(404, "InvalidGroup.NotFound"),
    );
  });

  test("ReleaseService", async () => {
    await running("demo", { metadata: { group: "together" } });
    const body = { TrafficState: "grouping", Weight: 40 };
    expect(await send("PUT", "ReleaseService", at("demo", "/release"), body)).toEqual({
      Message: `Releasing service [demo] in region [${REGION}] with weight [40], service status: [Running]`,
    });
    expect(await describeIt("demo")).toMatchObject({ ServiceGroup: "together", TrafficState: "grouping", Weight: 40 });
  });
});
