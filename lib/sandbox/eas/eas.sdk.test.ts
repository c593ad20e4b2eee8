import { createHash } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createManualClock } from "@/lib/clock";
import { createFaults } from "@/lib/sandbox/core/faults";
import { listen } from "@/lib/sandbox/core/listen";
import { createEasHandler } from "./server";
import { ACCOUNT, IMAGE, REGION, serviceConfig, startTestCloud, type TestCloud } from "./testing";
import { at, createSdk, type Rows, type Sdk, type SdkCall, SERVICES } from "./testing-sdk";

let cloud: TestCloud;
let sdk: Sdk;
beforeEach(async () => {
  cloud = await startTestCloud();
  sdk = createSdk(cloud.easPort);
});
afterEach(() => cloud.close());

const create = async (name: string, change?: Parameters<typeof serviceConfig>[1], query?: Record<string, string>) =>
  (await sdk({ action: "CreateService", method: "POST", path: SERVICES, query, body: serviceConfig(name, change) }))
    .body;
const read = async (action: string, path: string, query?: Record<string, string>) =>
  (await sdk({ action, method: "GET", path, query })).body;
const put = async (action: string, path: string, body?: unknown, query?: Record<string, string>) =>
  (await sdk({ action, method: "PUT", path, query, body })).body;
const describeIt = (name: string) => read("DescribeService", at(name));
const status = (name: string) => expect.poll(async () => (await describeIt(name)).Status, { interval: 10 });
const running = async (name: string, change?: Parameters<typeof serviceConfig>[1]) => {
  const created = await create(name, change);
  await status(name).toBe("Running");
  return created;
};
const refusal = (status: number, code: string, message?: RegExp) =>
  expect.objectContaining({
    statusCode: status,
    code,
    data: expect.objectContaining({
      Code: code,
      Message: message ? expect.stringMatching(message) : expect.any(String),
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      HostId: `localhost:${cloud.easPort}`,
      Recommend: expect.stringContaining(code),
    }),
  });

describe("life cycle operations", () => {
  test("CreateService, then Running and a prediction", async () => {
    const created = await running("first_one");
    expect(created).toEqual({
      RequestId: expect.any(String),
      ServiceId: expect.stringMatching(/^eas-m-[a-z0-9]+$/),
      ServiceName: "first_one",
      Status: "Creating",
      Region: REGION,
      InternetEndpoint: `http://localhost:${cloud.gatewayPort}/api/predict/first_one`,
      IntranetEndpoint: `http://127.0.0.1:${cloud.gatewayPort}/api/predict/first_one`,
    });
    const { InternetEndpoint, AccessToken } = await describeIt("first_one");
    const answer = await fetch(String(InternetEndpoint), {
      method: "POST",
      headers: { authorization: String(AccessToken) },
      body: "{}",
    });
    expect(await answer.json()).toEqual({ method: "POST", url: "/", body: "{}" });
  });

  test("CreateService takes labels and the workspace from the query", async () => {
    const { Workspaces } = await listWorkspaces();
    const id = String((Workspaces as Rows)[0]?.WorkspaceId);
    const labels = JSON.stringify({ "team*": "华东 (1) + ~!'&=" });
    await create("labelled", { top: { labels: { a: "b" } } }, { Labels: labels, WorkspaceId: id, Develop: "false" });
    expect(await describeIt("labelled")).toMatchObject({
      WorkspaceId: id,
      Labels: [
        { LabelKey: "a", LabelValue: "b" },
        { LabelKey: "team*", LabelValue: "华东 (1) + ~!'&=" },
      ],
    });
  });

  test("CreateService sends a ready text as it is", async () => {
    const body = JSON.stringify(serviceConfig("as_text"), null, 2);
    expect((await sdk({ action: "CreateService", method: "POST", path: SERVICES, body })).body.ServiceName).toBe(
      "as_text",
    );
  });

  test("CreateService refuses what is wrong, by name", async () => {
    await create("taken");
    await expect(create("taken")).rejects.toEqual(refusal(400, "InvalidParameter", /\[taken\].*already exists/));
    await expect(create("Bad-Name")).rejects.toEqual(refusal(400, "InvalidParameter", /metadata\.name/));
    await expect(create("demo", undefined, { WorkspaceId: "1" })).rejects.toEqual(
      refusal(400, "InvalidParameter", /WorkspaceId/),
    );
    await expect(create("demo", undefined, { Labels: "[]" })).rejects.toEqual(
      refusal(400, "InvalidParameter", /Labels/),
    );
  });

  test("StopService, StartService, RestartService, ScaleService, UpdateService, DeleteService", async () => {
    await running("demo");
    expect((await put("StopService", at("demo", "/stop"))).Message).toBe(
      `Service [demo] in region [${REGION}] is stopping`,
    );
    await status("demo").toBe("Stopped");
    expect((await put("StartService", at("demo", "/start"))).Message).toContain("is starting");
    await status("demo").toBe("Running");
    expect((await put("RestartService", at("demo", "/restart"))).Message).toBe("Service is restarting");
    await status("demo").toBe("Running");
    expect((await put("ScaleService", at("demo", "/scale"), { Instance: 2 })).Message).toContain("is scaling");
    await expect.poll(async () => (await describeIt("demo")).RunningInstance).toBe(2);
    const updated = await put(
      "UpdateService",
      at("demo"),
      { metadata: { rpc: { keepalive: 9000 } } },
      { UpdateType: "merge" },
    );
    expect(updated.Message).toBe(`Succeed to update service [demo] in region [${REGION}]`);
    await status("demo").toBe("Running");
    expect(await describeIt("demo")).toMatchObject({ CurrentVersion: 2, LatestVersion: 2 });
    const removed = await sdk({ action: "DeleteService", method: "DELETE", path: at("demo") });
    expect(removed.body.Message).toBe(`Service [demo] in region [${REGION}] is terminating`);
    await expect
      .poll(() =>
        describeIt("demo").then(
          () => "there",
          (error: unknown) => error,
        ),
      )
      .toEqual(refusal(404, "InvalidService.NotFound"));
  });

  test("ScaleService and UpdateService refuse what is wrong", async () => {
    await running("demo");
    await expect(put("ScaleService", at("demo", "/scale"), { Instance: "2" })).rejects.toEqual(
      refusal(400, "InvalidParameter"),
    );
    await expect(put("UpdateService", at("demo"), {}, { UpdateType: "patch" })).rejects.toEqual(
      refusal(400, "InvalidParameter"),
    );
    await expect(put("UpdateService", at("demo"), { metadata: { name: "other" } })).rejects.toEqual(
      refusal(400, "InvalidParameter", /cannot change/),
    );
    await expect(put("StartService", at("demo", "/start"))).rejects.toEqual(refusal(409, "OperationConflict"));
  });
});

describe("reading operations", () => {
  test("DescribeService is flat, with numbers as numbers and the configuration as text", async () => {
    await running("demo");
    const service = await describeIt("demo");
    expect(service).toMatchObject({
      ServiceName: "demo",
      Namespace: "demo",
      Reason: "RUNNING",
      Cpu: 8,
      Memory: 30000,
      Gpu: 1,
      Image: IMAGE,
      ParentUid: ACCOUNT.uid,
      ServiceType: "Standard",
      SafetyLock: "none",
      CreateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      AccessToken: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
    });
    expect(JSON.parse(String(service.ServiceConfig))).toMatchObject(serviceConfig("demo"));
    expect(service).not.toHaveProperty("SecondaryInternetEndpoint");
  });

  test("ListServices filters, sorts and pages, and tells neither addresses nor tokens", async () => {
    for (const name of ["alpha", "beta", "gamma"]) await running(name, { top: { labels: { first: name[0] } } });
    const names = async (query?: Record<string, string>) =>
      ((await read("ListServices", SERVICES, query)).Services as Rows).map(({ ServiceName }) => ServiceName);
    expect(await names({ Sort: "ServiceName", Order: "asc" })).toEqual(["alpha", "beta", "gamma"]);
    expect(await names({ Sort: "ServiceName" })).toEqual(["gamma", "beta", "alpha"]);
    expect(await names({ Filter: "et" })).toEqual(["beta"]);
    expect(await names({ Label: JSON.stringify({ first: "g" }) })).toEqual(["gamma"]);
    expect(await names({ ServiceStatus: "Stopped" })).toEqual([]);
    expect(await names({ ServiceType: "Async" })).toEqual([]);
    expect(await names({ IncludeNoWorkspace: "false" })).toEqual([]);
    const page = await read("ListServices", SERVICES, {
      Sort: "ServiceName",
      Order: "asc",
      PageNumber: "2",
      PageSize: "2",
    });
    expect(page).toMatchObject({ PageNumber: 2, PageSize: 2, TotalCount: 3, Services: [{ ServiceName: "gamma" }] });
    for (const key of ["AccessToken", "InternetEndpoint"]) expect((page.Services as Rows)[0]).not.toHaveProperty(key);
    await expect(names({ PageSize: "many" })).rejects.toEqual(refusal(400, "InvalidParameter", /PageSize/));
  });

  test("ListServiceInstances and ListServiceContainers", async () => {
    await running("two_words", { metadata: { instance: 2 } });
    const list = await read("ListServiceInstances", at("two_words", "/instances"), {
      PageSize: "1",
      InstanceStatus: "Running",
    });
    const [instance] = list.Instances as Rows;
    expect(list).toMatchObject({ TotalCount: 2, PageNumber: 1, PageSize: 1 });
    expect(instance).toMatchObject({
      Status: "Running",
      Reason: "RUNNING",
      ReadyProcesses: 2,
      TotalProcesses: 2,
      RestartCount: 0,
      LastState: [],
      Role: "Standard",
      InstanceType: "ml.gu7i.c8m30.1-gu30",
      IsSpot: false,
      InnerIP: expect.stringMatching(/^10\./),
    });
    const name = String(instance?.InstanceName);
    expect(await read("ListServiceContainers", at("two_words", `/instances/${name}/containers`))).toMatchObject({
      ServiceName: "two_words",
      Containers: [
        { Name: "worker0", Image: IMAGE, Port: 8000, Ready: true, CurrentStatus: "Running", CurrentReaon: "" },
      ],
    });
    await expect(read("ListServiceContainers", at("two_words", "/instances/none/containers"))).rejects.toEqual(
      refusal(404, "InvalidInstance.NotFound"),
    );
  });

  test("DescribeServiceEvent: blank-separated UTC times, JSON messages of the service", async () => {
    await running("demo");
    const all = await read("DescribeServiceEvent", at("demo", "/events"));
    const events = all.Events as Rows;
    expect(all).toMatchObject({ PageNum: 1, TotalPageNum: 1, TotalCount: events.length });
    expect(all).not.toHaveProperty("PageSize");
    for (const event of events) {
      expect(event.Time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      if (event.Resource === "Service")
        expect(JSON.parse(String(event.Message))).toEqual({
          versionId: 1,
          message: expect.any(String),
          availableInstance: expect.any(Number),
          unavailableInstance: expect.any(Number),
        });
    }
    const page = await read("DescribeServiceEvent", at("demo", "/events"), {
      PageNum: "2",
      PageSize: "3",
      EventType: "Normal",
    });
    expect(page).toMatchObject({ PageNum: 2, TotalCount: events.length, TotalPageNum: Math.ceil(events.length / 3) });
    await expect(
      read("DescribeServiceEvent", at("demo", "/events"), { StartTime: "2026-01-01T00:00:00Z" }),
    ).rejects.toEqual(refusal(400, "InvalidParameter", /StartTime/));
  });

  test("DescribeServiceLog: keyword, time, pages of 500", async () => {
    await running("demo");
    for (let n = 1; n <= 501; n++) cloud.containers.started[0]?.log(`line ${n}`);
    const log = (query?: Record<string, string>) => read("DescribeServiceLog", at("demo", "/logs"), query);
    const first = await log();
    expect(first).toMatchObject({ PageNum: 1, TotalCount: 501, TotalPageNum: 2 });
    expect(first.Logs).toHaveLength(500);
    expect((first.Logs as string[])[0]).toBe("line 1");
    expect((await log({ PageNum: "2" })).Logs).toEqual(["line 501"]);
    expect((await log({ Keyword: "line 42" })).TotalCount).toBe(11);
    expect((await log({ Keyword: "LINE" })).TotalCount).toBe(0);
    expect((await log({ EndTime: "2020-01-01 00:00:00" })).TotalCount).toBe(0);
    expect((await log({ Previous: "true" })).TotalCount).toBe(0);
    await expect(log({ StartTime: "2026-01-01T00:00:00Z" })).rejects.toEqual(
      refusal(400, "InvalidParameter", /StartTime/),
    );
    await expect(log({ InstanceName: "none" })).rejects.toEqual(refusal(404, "InvalidInstance.NotFound"));
  });

  test("DescribeServiceEndpoints and DescribeServiceDiagnosis", async () => {
    await running("demo");
    const { AccessToken } = await describeIt("demo");
    expect(await read("DescribeServiceEndpoints", at("demo", "/endpoints"))).toMatchObject({
      AccessToken,
      Endpoints: [
        {
          EndpointType: "DefaultGateway",
          BackendId: "default",
          PathType: "Service",
          InternetEndpoints: [`http://localhost:${cloud.gatewayPort}/api/predict/demo`],
          IntranetEndpoints: [`http://127.0.0.1:${cloud.gatewayPort}/api/predict/demo`],
        },
      ],
    });
    expect((await read("DescribeServiceDiagnosis", at("demo", "/diagnosis"))).DiagnosisList).toEqual([]);
  });

  test("another region's service is not found", async () => {
    await running("demo");
    await expect(read("DescribeService", `${SERVICES}/cn-beijing/demo`)).rejects.toEqual(
      refusal(404, "InvalidService.NotFound"),
    );
  });
});

const listWorkspaces = async (query?: Record<string, string>) =>
  (await sdk({ action: "ListWorkspaces", method: "GET", path: "/api/v1/workspaces", query, version: "2021-02-04" }))
    .body;

describe("catalogue and workspaces", () => {
  test("DescribeMachineSpec has numbers, stock and no prices", async () => {
    await cloud.cloud.stock.set("ecs.gn6i-c4g1.xlarge", false);
    const reply = await read("DescribeMachineSpec", "/api/v2/public/instance_types");
    const types = reply.InstanceMetas as Rows;
    expect(types.find(({ InstanceType }) => InstanceType === "ml.gu7i.c8m30.1-gu30")).toEqual({
      InstanceType: "ml.gu7i.c8m30.1-gu30",
      CPU: 8,
      Memory: 30,
      GPU: "GU30",
      GPUAmount: 1,
      GPUMemory: 24,
      IsAvailable: true,
      StockStatus: "WithStock",
      Vendor: "ECS",
    });
    expect(types.find(({ InstanceType }) => InstanceType === "ecs.gn6i-c4g1.xlarge")).toMatchObject({
      IsAvailable: false,
    });
    expect(types.find(({ InstanceType }) => InstanceType === "ecs.r7.large")).not.toHaveProperty("GPU");
    expect(reply.Types).toContainEqual({ CPU: 2, Memory: [4, 8, 16] });
    expect(JSON.stringify(reply)).not.toMatch(/price/i);
  });

  test("DescribeRegions names regions in Chinese, with a blank", async () => {
    expect((await read("DescribeRegions", "/api/v2/regions")).Regions).toContainEqual({
      RegionId: "cn-shanghai",
      RegionName: "华东 2（上海）",
    });
  });

  test("ListWorkspaces, GetWorkspace and ListImages answer on the same port, with their own version", async () => {
    const list = await listWorkspaces({ PageSize: "10" });
    expect(list).toMatchObject({ TotalCount: 1, Workspaces: [{ IsDefault: true, Status: "ENABLED" }] });
    const [workspace] = list.Workspaces as Rows;
    const version = "2021-02-04";
    const path = `/api/v1/workspaces/${workspace?.WorkspaceId}`;
    expect((await sdk({ action: "GetWorkspace", method: "GET", path, version })).body).toMatchObject(workspace ?? {});
    const images = await sdk({
      action: "ListImages",
      method: "GET",
      path: "/api/v1/images",
      query: { Labels: "system.official=true,system.supported.eas=true", Verbose: "true" },
      version,
    });
    expect(images.body).toMatchObject({ TotalCount: 1, Images: [{ ImageUri: IMAGE }] });
    await expect(read("ListWorkspaces", "/api/v1/workspaces")).rejects.toEqual(refusal(404, "InvalidVersion"));
  });
});

describe("what is refused", () => {
  test.each([
    ["an operation the sandbox does not have", "CreateGateway", "POST", "/api/v2/gateways"],
    ["an action that is not the path's", "ListServices", "GET", "/api/v2/regions"],
    ["a path with a slash too many", "ListServices", "GET", `${SERVICES}/`],
  ])("%s", async (_, action, method, path) => {
    await expect(sdk({ action, method, path })).rejects.toEqual(refusal(404, "InvalidAction.NotFound"));
  });

  test.each([
    ["another secret", { accessKeySecret: "wrong" }, refusalOf(400, "SignatureDoesNotMatch")],
    ["an unknown key", { accessKeyId: "LTAI5tNobody" }, refusalOf(404, "InvalidAccessKeyId.NotFound")],
    ["an unknown security token", { securityToken: "CAISxxx" }, refusalOf(400, "InvalidSecurityToken.Malformed")],
    [
      "another secret, legacy signature",
      { accessKeySecret: "wrong", signatureAlgorithm: "v2" },
      refusalOf(400, "SignatureDoesNotMatch"),
    ],
  ])("%s", async (_, options, expected) => {
    const other = createSdk(cloud.easPort, options);
    await expect(other({ action: "DescribeRegions", method: "GET", path: "/api/v2/regions" })).rejects.toEqual(
      expected,
    );
  });

  test.each([-16, 16])("a date %i minutes away", async (minutes) => {
    const elsewhen = await startTestCloud({ clock: createManualClock(Date.now() + minutes * 60_000) });
    try {
      await expect(
        createSdk(elsewhen.easPort)({ action: "DescribeRegions", method: "GET", path: "/api/v2/regions" }),
      ).rejects.toEqual(refusalOf(400, "InvalidTimeStamp.Expired"));
    } finally {
      await elsewhen.close();
    }
  });

  test("a fault that was asked for, once", async () => {
    cloud.faults.add({
      operation: "DescribeRegions",
      status: 503,
      code: "ServiceUnavailable",
      message: "try again",
      times: 1,
    });
    const regions = () => read("DescribeRegions", "/api/v2/regions");
    await expect(regions()).rejects.toEqual(refusal(503, "ServiceUnavailable"));
    expect(await regions()).toHaveProperty("Regions");
  });
});

function refusalOf(statusCode: number, code: string) {
  return expect.objectContaining({ statusCode, code });
}

test.each([
  ["ACS3", undefined],
  ["legacy HMAC-SHA1", "v2"],
])("awkward query values pass under the %s signature", async (_, signatureAlgorithm) => {
  const client = createSdk(cloud.easPort, { signatureAlgorithm });
  for (const Filter of ["* ~ ! ' ( )", "a+b&c=d", "华东 1（杭州）", "%41", ""]) {
    const reply = await client({
      action: "ListServices",
      method: "GET",
      path: SERVICES,
      query: { Filter, ServiceName: "x" },
    });
    expect(reply.body.TotalCount).toBe(0);
  }
});

describe("a signed request that was changed on its way", () => {
  interface Captured {
    method: string;
    target: string;
    headers: Record<string, string>;
    body: string;
  }

  /** The SDK's own request, taken down by a server that is not the sandbox. */
  async function capture(call: SdkCall): Promise<Captured> {
    let captured: Captured | undefined;
    const recorder = await listen(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      );
      delete headers["transfer-encoding"];
      delete headers.connection;
      captured = {
        method: incoming.method ?? "",
        target: incoming.url ?? "",
        headers,
        body: Buffer.concat(chunks).toString(),
      };
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    }, 0);
    await createSdk(recorder.port)(call);
    await recorder.close();
    if (!captured) throw new Error("nothing was captured");
    return captured;
  }

  function send({ method, target, headers, body }: Captured): Promise<{ status: number; code: unknown }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: "127.0.0.1", port: cloud.easPort, method, path: target, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const reply: { Code?: string } = JSON.parse(Buffer.concat(chunks).toString());
            resolve({ status: response.statusCode ?? 0, code: reply.Code });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  const aMinuteAgo = () => `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
  const creation = { action: "CreateService", method: "POST", path: SERVICES, query: { Develop: "false" } };
  const captureCreation = () => capture({ ...creation, body: serviceConfig("demo") });

  test("unchanged it passes, a second time its nonce is spent", async () => {
    const captured = await captureCreation();
    expect(await send(captured)).toEqual({ status: 200, code: undefined });
    expect(await send(captured)).toEqual({ status: 400, code: "SignatureNonceUsed" });
  });

  test.each<[string, (captured: Captured) => Captured]>([
    ["body", (c) => ({ ...c, body: c.body.replace("demo", "evil") })],
    [
      "body with its hash",
      (c) => {
        const body = c.body.replace("demo", "evil");
        const hash = createHash("sha256").update(body).digest("hex");
        return { ...c, body, headers: { ...c.headers, "x-acs-content-sha256": hash } };
      },
    ],
    ["query", (c) => ({ ...c, target: c.target.replace("false", "true") })],
    ["query, one parameter more", (c) => ({ ...c, target: `${c.target}&WorkspaceId=1` })],
    ["path", (c) => ({ ...c, target: c.target.replace("/services", "/services/x/y") })],
    ["method", (c) => ({ ...c, method: "PUT" })],
    ["host", (c) => ({ ...c, headers: { ...c.headers, host: "localhost:1" } })],
    ["action", (c) => ({ ...c, headers: { ...c.headers, "x-acs-action": "ListServices" } })],
    ["date", (c) => ({ ...c, headers: { ...c.headers, "x-acs-date": aMinuteAgo() } })],
  ])("%s", async (_, change) => {
    expect(await send(change(await captureCreation()))).toEqual({ status: 400, code: "SignatureDoesNotMatch" });
    expect(cloud.cloud.services.all()).toEqual([]);
  });

  test("without a signature, or with headers left unsigned", async () => {
    const captured = await captureCreation();
    const { authorization = "", ...unsigned } = captured.headers;
    const incomplete = { status: 400, code: "IncompleteSignature" };
    expect(await send({ ...captured, headers: unsigned })).toEqual(incomplete);
    const fewer = authorization.replace("x-acs-date;", "");
    expect(await send({ ...captured, headers: { ...unsigned, authorization: fewer } })).toEqual(incomplete);
  });

  test("a refused request leaves its nonce unspent", async () => {
    const captured = await captureCreation();
    await send({ ...captured, body: "{}" });
    expect(await send(captured)).toMatchObject({ status: 200 });
  });
});

test("a client that leaves in the middle of its body is no failure of the API", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const handle = createEasHandler(cloud.cloud, createFaults());
  let settle: (outcome: unknown) => void = () => undefined;
  const left = new Promise<unknown>((resolve) => {
    settle = resolve;
  });
  const server = await listen((incoming, response) => {
    const handled = Promise.resolve(handle(incoming, response));
    handled.then(settle, settle);
    return handled;
  }, 0);
  const socket = connect(server.port, "127.0.0.1");
  socket.write("POST /api/v2/services HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe", () =>
    socket.destroy(),
  );
  expect(await left).toMatchObject({ code: "ECONNRESET" });
  await server.close();
  expect(log).not.toHaveBeenCalled();
  log.mockRestore();
});
