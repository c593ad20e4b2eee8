import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serviceConfig } from "./testing";
import { type ManualCloud, openManualCloud, type Row } from "./testing-clock";

/* DescribeService key by key, ListServices filter by filter (reference: eas-openapi.md §6.1, §7.2). */

let eas: ManualCloud;
let workspace = "";
beforeAll(async () => {
  eas = await openManualCloud();
  workspace = String(((await eas.call("ListWorkspaces")).Workspaces as Row[])[0]?.WorkspaceId);
  const create = async (name: string, change?: Parameters<typeof serviceConfig>[1], query = "") => {
    await eas.call("CreateService", {}, serviceConfig(name, change), query);
    await eas.until(async () => (await eas.status(name)) === "Running");
    await eas.clock.advance(1000);
  };
  await create("alpha", { top: { labels: { team: "art", stage: "test" } } }, `WorkspaceId=${workspace}`);
  await create("beta", { metadata: { group: "together" }, top: { labels: { team: "art" } } });
  await create("gamma", { metadata: { type: "Async" } });
  await create("inner", { top: { networking: { disable_internet_endpoint: true } } });
  await eas.call("ReleaseService", { service: "beta" }, { TrafficState: "standalone" });
  await eas.call("StopService", { service: "alpha" });
  await eas.until(async () => (await eas.status("alpha")) === "Stopped");
});
afterAll(() => eas.close());

const list = (query = "") => eas.call("ListServices", {}, {}, query);
const names = async (query = "") => ((await list(query)).Services as Row[]).map(({ ServiceName }) => ServiceName);

describe("ListServices", () => {
  test.each([
    ["", ["inner", "gamma", "beta", "alpha"]],
    ["Order=asc", ["alpha", "beta", "gamma", "inner"]],
    ["Sort=ServiceName&Order=desc", ["inner", "gamma", "beta", "alpha"]],
    ["Sort=UpdateTime", ["alpha", "beta", "inner", "gamma"]],
    ["Filter=a&Order=asc", ["alpha", "beta", "gamma"]],
    ["ServiceName=beta", ["beta"]],
    ["ServiceStatus=Stopped", ["alpha"]],
    ["ServiceStatus=SomethingNew", []],
    ["ServiceType=Async", ["gamma"]],
    ["ServiceType=Standard&Order=asc", ["alpha", "beta", "inner"]],
    ["ServiceType=LLM", []],
    ['Label={"team":"art"}&Order=asc', ["alpha", "beta"]],
    ['Label={"team":"art","stage":"test"}', ["alpha"]],
    ['Label={"team":"other"}', []],
    ["IncludeNoWorkspace=false", ["alpha"]],
    ["WorkspaceId=other", ["inner", "gamma", "beta"]],
    ["WorkspaceId=other&IncludeNoWorkspace=false", []],
    ["GroupName=together", ["beta"]],
    ["Gateway=gw-1", []],
    ["ResourceId=eas-r-1", []],
    ["ResourceName=mine", []],
    ["ResourceAliasName=mine", []],
    ["ResourceType=PublicResource&Order=asc", ["alpha", "beta", "gamma", "inner"]],
    ["ResourceType=Lingjun", []],
    ["ResourceBurstable=true", []],
    ["QuotaId=quota1", []],
    ["Role=Queue", ["gamma-queue"]],
    ["Role=DataLoader", []],
    ["CallerUid=1", []],
    ["TrafficState=standalone&Order=asc", ["alpha", "beta", "inner"]],
    ["TrafficState=grouping", ["gamma"]],
    ["AutoscalerEnabled=true", []],
    ["CronscalerEnabled=false&Order=asc", ["alpha", "beta", "gamma", "inner"]],
    ["Unknown=parameter&Order=asc&PageSize=1", ["alpha"]],
  ])("?%s", async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test("by identity", async () => {
    const { ServiceUid, CallerUid } = await eas.call("DescribeService", { service: "beta" });
    expect(await names(`ServiceUid=${ServiceUid}`)).toEqual(["beta"]);
    expect(await names(`CallerUid=${CallerUid}&PageSize=1`)).toEqual(["inner"]);
    expect(await names(`WorkspaceId=${workspace}&IncludeNoWorkspace=false`)).toEqual(["alpha"]);
  });

  test("pages, with numbers as numbers", async () => {
    expect(await list("PageNumber=2&PageSize=3")).toMatchObject({ PageNumber: 2, PageSize: 3, TotalCount: 4 });
    expect(await list("PageNumber=9")).toMatchObject({ Services: [], PageNumber: 9, PageSize: 100, TotalCount: 4 });
  });

  test.each([
    "Order=up",
    "PageSize=0",
    "PageNumber=x",
    "Label=[]",
    "Label=x",
    "IncludeNoWorkspace=1",
    "ResourceType=Own",
  ])("?%s is refused", async (query) => {
    await expect(list(query)).rejects.toMatchObject({ status: 400, code: "InvalidParameter" });
  });
});

describe("DescribeService", () => {
  const KEYS = (
    "AccessToken AppConfig AppSpecName AppType AppVersion AutoscalerEnabled CallerUid Cpu CreateTime CronscalerEnabled " +
    "CurrentVersion ExtraData Gateway Gpu Image InstanceCountInResource InternetEndpoint IntranetEndpoint Labels " +
    "LatestVersion Memory Message Namespace ParentUid PendingInstance QuotaId Reason Region Resource ResourceAlias " +
    "ResourceBurstable Role RoleAttrs RunningInstance SafetyLock ServiceConfig ServiceGroup ServiceId ServiceName " +
    "ServiceType ServiceUid Source Status TotalInstance TrafficState UpdateTime Weight WorkloadType WorkspaceId"
  ).split(" ");

  test("has these keys and no other", async () => {
    const service = await eas.call("DescribeService", { service: "beta" });
    expect(Object.keys(service).sort()).toEqual(KEYS);
    const later = await eas.call("DescribeService", { service: "gamma" });
    expect(Object.keys(later).filter((key) => !KEYS.includes(key))).toEqual([
      "SecondaryInternetEndpoint",
      "SecondaryIntranetEndpoint",
    ]);
  });

  test("has numbers as numbers, switches as booleans and JSON as text", async () => {
    const service = await eas.call("DescribeService", { service: "beta" });
    const typesOf = (type: string) => KEYS.filter((key) => typeof service[key] === type);
    expect(typesOf("number")).toEqual(
      "Cpu CurrentVersion Gpu LatestVersion Memory PendingInstance RunningInstance TotalInstance Weight".split(" "),
    );
    expect(typesOf("boolean")).toEqual(["AutoscalerEnabled", "CronscalerEnabled", "ResourceBurstable"]);
    expect(typesOf("object")).toEqual(["InstanceCountInResource", "Labels"]);
    expect(service).toMatchObject({
      InstanceCountInResource: { Dedicated: 0, Public: 1, Quota: 0 },
      Labels: [{ LabelKey: "team", LabelValue: "art" }],
      ServiceGroup: "together",
      TrafficState: "standalone",
    });
    expect(JSON.parse(String(service.ServiceConfig))).toMatchObject({ name: "beta", metadata: { group: "together" } });
  });

  test("without an Internet endpoint, one is empty", async () => {
    expect(await eas.call("DescribeService", { service: "inner" })).toMatchObject({
      InternetEndpoint: "",
      IntranetEndpoint: "http://127.0.0.1:1/api/predict/inner",
    });
    expect(await eas.call("DescribeServiceEndpoints", { service: "inner" })).toMatchObject({
      Endpoints: [{ InternetEndpoints: [], IntranetEndpoints: ["http://127.0.0.1:1/api/predict/inner"] }],
    });
  });
});
