import { describe, expect, it } from "vitest";
import { mapEndpoints, mapEvent, mapInstance, mapMachineSpec, mapService, toRfc3339 } from "./mapping";
import { DescribeMachineSpecReply, EndpointsReply, EventReply, InstanceReply, ServiceReply } from "./wire";

describe("service", () => {
  const reply = {
    ServiceId: "eas-m-1",
    ServiceUid: "eas-m-1",
    ServiceName: "foo",
    Status: "Running",
    Reason: "RUNNING",
    Message: "Service start successfully",
    Region: "cn-hangzhou",
    CreateTime: "2026-01-29T11:13:20Z",
    UpdateTime: "2026-01-30T11:13:20Z",
    TotalInstance: 2,
    RunningInstance: 1,
    PendingInstance: 1,
    CurrentVersion: 1,
    LatestVersion: 2,
    Cpu: 8,
    Memory: 30000,
    Gpu: 1,
    Labels: [{ LabelKey: "team", LabelValue: "art" }],
    AccessToken: "secret-token",
    InternetEndpoint: "http://1.cn-hangzhou.pai-eas.aliyuncs.com/api/predict/foo",
    ServiceConfig: "{}",
    RequestId: "R",
  };

  it("is renamed and grouped", () => {
    expect(mapService(ServiceReply.parse(reply))).toMatchObject({
      id: "eas-m-1",
      name: "foo",
      status: "Running",
      instances: { total: 2, running: 1, pending: 1 },
      version: { current: 1, latest: 2 },
      resources: { cpu: 8, memoryMb: 30000, gpu: 1 },
      labels: { team: "art" },
      internetEndpoint: "http://1.cn-hangzhou.pai-eas.aliyuncs.com/api/predict/foo",
      config: "{}",
    });
  });

  it("never carries the token", () => {
    expect(JSON.stringify(mapService(ServiceReply.parse(reply)))).not.toContain("secret-token");
  });

  it("is understood when nearly everything is missing or null", () => {
    const service = mapService(ServiceReply.parse({ ServiceName: "foo", Labels: null, Cpu: null, WorkspaceId: "" }));
    expect(service).toMatchObject({ id: "foo", status: "Unknown", labels: {}, instances: { total: 0 } });
    expect(service.workspaceId).toBeUndefined();
  });

  it("is refused without a name", () => {
    expect(ServiceReply.safeParse({ Status: "Running" }).success).toBe(false);
  });
});

it("instance", () => {
  const reply = { InstanceName: "foo-1", Status: "Running", ReadyProcesses: 1, TotalProcesses: 2, RestartCount: 3 };
  expect(mapInstance(InstanceReply.parse({ ...reply, LastState: [{ reason: "Error" }] }))).toMatchObject({
    name: "foo-1",
    ready: { processes: 1, total: 2 },
    restartCount: 3,
    isSpot: false,
    lastState: [{ reason: "Error" }],
  });
});

it("event, with EAS's blank-separated time", () => {
  const reply = { Time: "2026-11-22 10:11:12", Type: "Warning", Reason: "FailedMount", Message: "m", Resource: "Pod" };
  expect(mapEvent(EventReply.parse(reply))).toEqual({
    time: "2026-11-22T10:11:12Z",
    type: "Warning",
    reason: "FailedMount",
    message: "m",
    resource: "Pod",
  });
  expect(toRfc3339("2026-11-22T10:11:12Z")).toBe("2026-11-22T10:11:12Z");
});

it("endpoints, the one place with the token", () => {
  const reply = EndpointsReply.parse({
    AccessToken: "t",
    Endpoints: [{ EndpointType: "DefaultGateway", InternetEndpoints: ["http://a"], IntranetEndpoints: null }],
  });
  expect(mapEndpoints(reply)).toEqual({
    accessToken: "t",
    endpoints: [{ type: "DefaultGateway", pathType: "", internet: ["http://a"], intranet: [] }],
  });
});

it("instance types with and without a card", () => {
  const { InstanceMetas } = DescribeMachineSpecReply.parse({
    InstanceMetas: [
      {
        InstanceType: "g",
        CPU: 8,
        Memory: 30,
        GPU: "GU30",
        GPUAmount: 1,
        GPUMemory: 24,
        IsAvailable: true,
        StockStatus: "WithStock",
      },
      { InstanceType: "c", CPU: 2, Memory: 4, IsAvailable: false },
    ],
  });
  expect(InstanceMetas.map(mapMachineSpec)).toMatchObject([
    { instanceType: "g", gpu: { model: "GU30", count: 1, memoryGb: 24 }, available: true, stockStatus: "WithStock" },
    { instanceType: "c", gpu: undefined, available: false },
  ]);
});

it("shows the addresses of a service whose token is not given", () => {
  const reply = EndpointsReply.parse({
    Endpoints: [{ EndpointType: "DefaultGateway", InternetEndpoints: ["http://x"] }],
  });
  expect(mapEndpoints(reply)).toMatchObject({ accessToken: "", endpoints: [{ internet: ["http://x"] }] });
});

it("keeps secrets out of events", () => {
  const reply = EventReply.parse({ Time: "2026-01-29 11:13:20", Message: "run HF_TOKEN=abc app.py" });
  expect(mapEvent(reply).message).toBe("run HF_TOKEN=[hidden] app.py");
});
