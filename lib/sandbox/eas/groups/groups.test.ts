import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "@/lib/sandbox/eas/operations";
import { serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud, type Row } from "@/lib/sandbox/eas/testing-clock";
import { findServiceGroup } from "./membership";

let eas: ManualCloud;
beforeEach(async () => {
  eas = await openManualCloud();
});
afterEach(() => eas.close());

const create = async (name: string, metadata: object = {}) => {
  await eas.call("CreateService", {}, serviceConfig(name, { metadata }));
  await eas.until(async () => (await eas.status(name)) === "Running");
};
const onGroup = (operation: Operation, group: string, body: unknown = {}, query = "") =>
  eas.call(operation, { group }, body, query);
const release = (service: string, body: object) => eas.call("ReleaseService", { service }, body);
const shares = (group: string) =>
  Object.fromEntries(
    (findServiceGroup(eas.cloud, group)?.members ?? []).map(({ service, share }) => [service.name, share]),
  );
const groupNames = async (query = "") =>
  ((await eas.call("ListGroups", {}, {}, query)).Groups as Row[]).map(({ Name }) => Name);

describe("a group", () => {
  test("is made by CreateGroup, with the vendor's spelling of the workspace", async () => {
    const id = eas.cloud.account.uid.slice(-6);
    const network = { VpcId: "vpc-1", VSwitchId: "vsw-1", SecurityGroupId: "sg-1" };
    const body = { Name: "together", WorkSpaceId: id, Labels: { a: "b" }, Network: network };
    expect(await eas.call("CreateGroup", {}, body)).toEqual({ Message: "Create service group together successfully" });
    expect(await onGroup("DescribeGroup", "together")).toEqual({
      Name: "together",
      ClusterId: "cn-hangzhou",
      AccessToken: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
      InternetEndpoint: "http://localhost:1/api/predict/together",
      IntranetEndpoint: "http://127.0.0.1:1/api/predict/together",
      QueueService: "",
      TrafficMode: "auto",
      Labels: [{ LabelKey: "a", LabelValue: "b" }],
      Network: { GatewayId: "", ...network },
      CallerUid: eas.cloud.account.uid,
      ParentUid: eas.cloud.account.uid,
      CreateTime: expect.stringMatching(/Z$/),
      UpdateTime: expect.stringMatching(/Z$/),
    });
  });

  test("is made by the first service that names it, with a token of its own", async () => {
    await create("first_one", { group: "together" });
    const service = await eas.call("DescribeService", { service: "first_one" });
    const group = await onGroup("DescribeGroup", "together");
    expect(service).toMatchObject({ ServiceGroup: "together", TrafficState: "grouping" });
    expect(group.AccessToken).not.toBe(service.AccessToken);
    expect(await onGroup("DescribeGroupEndpoints", "together")).toMatchObject({
      AccessToken: group.AccessToken,
      Endpoints: [{ EndpointType: "DefaultGateway", BackendId: "default", PathType: "Group" }],
    });
    await eas.reopen();
    expect((await onGroup("DescribeGroup", "together")).AccessToken).toBe(group.AccessToken);
  });

  test("is joined by an update, and left", async () => {
    await create("first_one");
    await eas.call("UpdateService", { service: "first_one" }, { metadata: { group: "together" } });
    expect(await groupNames()).toEqual(["together"]);
    expect(shares("together")).toEqual({ first_one: 1 });
    await eas.clock.advance(5000);
    const { group: _, ...metadata } = { group: 1, ...serviceConfig("first_one").metadata };
    await eas.call(
      "UpdateService",
      { service: "first_one" },
      { ...serviceConfig("first_one"), metadata },
      "UpdateType=replace",
    );
    expect(shares("together")).toEqual({});
    expect(await groupNames()).toEqual(["together"]);
  });

  test("goes with its services when told to, and not before", async () => {
    await create("first_one", { group: "together" });
    await expect(onGroup("DeleteGroup", "together")).rejects.toMatchObject({ status: 409 });
    expect(await onGroup("DeleteGroup", "together", {}, "CascadeDelete=true")).toEqual({
      Message: "Delete service group together successfully",
    });
    expect(await groupNames()).toEqual([]);
    await eas.clock.advance(5000);
    await expect(eas.status("first_one")).rejects.toMatchObject({ code: "InvalidService.NotFound" });
    await expect(onGroup("DescribeGroup", "together")).rejects.toMatchObject({
      status: 404,
      code: "InvalidGroup.NotFound",
    });
  });

  test("lists are filtered, sorted and paged", async () => {
    for (const Name of ["one_group", "two_group", "other"]) {
      await eas.call("CreateGroup", {}, { Name, Labels: { first: Name[0] } });
      await eas.clock.advance(1000);
    }
    await onGroup("UpdateGroup", "other", { TrafficMode: "customized" });
    expect(await groupNames()).toEqual(["other", "two_group", "one_group"]);
    expect(await groupNames("Order=asc&Sort=Name")).toEqual(["one_group", "other", "two_group"]);
    expect(await groupNames("Filter=group&Order=asc")).toEqual(["one_group", "two_group"]);
    expect(await groupNames("TrafficMode=customized")).toEqual(["other"]);
    expect(await groupNames(`Labels=${JSON.stringify({ first: "t" })}`)).toEqual(["two_group"]);
    expect(await eas.call("ListGroups", {}, {}, "PageNumber=2&PageSize=2")).toMatchObject({
      PageNumber: 2,
      PageSize: 2,
      TotalCount: 3,
      Groups: [{ Name: "one_group" }],
    });
  });

  test.each([
    [{}, /Name/],
    [{ Name: "Up-Case" }, /Name \[Up-Case\]/],
    [{ Name: "alone" }, /taken by a service/],
    [{ Name: "together", WorkSpaceId: "1" }, /WorkSpaceId \[1\]/],
    [{ Name: "together", Network: { GatewayId: "gw-1" } }, /GatewayId \[gw-1\] is not found/],
    [{ Name: "together", Network: { VpcId: "vpc-1" } }, /must be given together/],
    [{ Name: "together", Labels: { a: 1 } }, /Labels\.a/],
  ])("%j is refused", async (body, message) => {
    await create("alone");
    await expect(eas.call("CreateGroup", {}, body)).rejects.toMatchObject({
      status: 400,
      code: "InvalidParameter",
      message: expect.stringMatching(message),
    });
  });

  test("twice, or under a service's name, it is refused", async () => {
    await eas.call("CreateGroup", {}, { Name: "together" });
    await expect(eas.call("CreateGroup", {}, { Name: "together" })).rejects.toMatchObject({ status: 400 });
    await expect(create("together")).rejects.toMatchObject({ message: expect.stringContaining("service group") });
    await create("alone");
    for (const group of ["alone", "self_named"])
      await expect(create("self_named", { group })).rejects.toMatchObject({ message: expect.stringContaining("[") });
  });
});

describe("shares", () => {
  beforeEach(async () => {
    await create("canary", { group: "together" });
    await create("stable", { group: "together", instance: 3 });
  });

  test("by ready instances as long as nobody says otherwise", () => {
    expect(shares("together")).toEqual({ canary: 0.25, stable: 0.75 });
  });

  test("by weights once one is set; −1 and 0 take a member out", async () => {
    expect(await release("canary", { Weight: 300 })).toEqual({
      Message: "Releasing service [canary] in region [cn-hangzhou] with weight [300], service status: [Running]",
    });
    expect(await onGroup("DescribeGroup", "together")).toMatchObject({ TrafficMode: "customized" });
    await release("stable", { Weight: 100 });
    expect(shares("together")).toEqual({ canary: 0.75, stable: 0.25 });
    for (const Weight of [-1, 0]) {
      await release("canary", { Weight });
      expect(shares("together")).toEqual({ canary: 0, stable: 1 });
    }
    await onGroup("UpdateGroup", "together", { TrafficMode: "auto" });
    expect(shares("together")).toEqual({ canary: 0.25, stable: 0.75 });
  });

  test("a member that stands alone, or does not serve, has none", async () => {
    await release("canary", { TrafficState: "standalone" });
    expect(await eas.call("DescribeService", { service: "canary" })).toMatchObject({ TrafficState: "standalone" });
    expect(shares("together")).toEqual({ canary: 0, stable: 1 });
    await release("canary", { TrafficState: "grouping" });
    await eas.call("StopService", { service: "stable" });
    expect(shares("together")).toEqual({ canary: 1, stable: 0 });
  });

  test.each([{}, { Weight: 1001 }, { Weight: -2 }, { Weight: "40" }, { Weight: 1.5 }, { TrafficState: "blue" }])(
    "%j is refused",
    async (body) => {
      await expect(release("canary", body)).rejects.toMatchObject({ status: 400, code: "InvalidParameter" });
    },
  );

  test("a service outside any group cannot be released", async () => {
    await create("alone");
    await expect(release("alone", { Weight: 1 })).rejects.toMatchObject({ message: expect.stringContaining("group") });
  });
});

describe("an asynchronous service", () => {
  const list = async (query = "") =>
    ((await eas.call("ListServices", {}, {}, query)).Services as Row[]).map(({ ServiceName }) => ServiceName);
  beforeEach(async () => {
    await create("plain");
    await create("later", { type: "Async" });
  });

  test("comes with a group of its name and a queue, and takes them along", async () => {
    expect(await onGroup("DescribeGroup", "later")).toMatchObject({ QueueService: "later-queue" });
    expect(await eas.call("DescribeService", { service: "later" })).toMatchObject({ ServiceGroup: "later" });
    await eas.call("DeleteService", { service: "later" });
    await eas.clock.advance(5000);
    expect(await groupNames()).toEqual([]);
    await expect(eas.status("later-queue")).rejects.toMatchObject({ code: "InvalidService.NotFound" });
  });

  test("does not outlive its service when the sandbox ends between the two", async () => {
    const group = eas.cloud.groups.get("later");
    await eas.call("DeleteService", { service: "later" });
    await eas.until(() => eas.cloud.services.get("later") === undefined);
    if (group) eas.cloud.groups.put(group);
    await eas.reopen();
    expect(await groupNames()).not.toContain("later");
  });

  test("of a time before groups were kept gets its own when the sandbox starts", async () => {
    eas.cloud.groups.remove("later");
    await eas.cloud.groups.flush();
    await eas.reopen();
    expect(await groupNames()).toEqual(["later"]);
  });

  test("that becomes a standard one leaves its group and its queue behind", async () => {
    await eas.call("UpdateService", { service: "later" }, { metadata: { type: "" } });
    await eas.until(async () => (await eas.status("later")) === "Running");
    expect(await groupNames()).toEqual([]);
    expect(await eas.call("DescribeService", { service: "later" })).toMatchObject({ ServiceType: "Standard" });
    await expect(eas.status("later-queue")).rejects.toMatchObject({ code: "InvalidService.NotFound" });
  });

  test("has a queue that is listed when it is asked for", async () => {
    const { ServiceId } = await eas.call("DescribeService", { service: "later" });
    expect(await list()).toEqual(["later", "plain"]);
    for (const query of ["Role=Queue", "ServiceType=Queue", `ParentServiceUid=${ServiceId}`, "ServiceName=later-queue"])
      expect(await list(query)).toEqual(["later-queue"]);
    expect((await list("GroupName=later")).sort()).toEqual(["later", "later-queue"]);
    expect(await list("ServiceType=Async")).toEqual(["later"]);
    expect(await list("ParentServiceUid=eas-m-none")).toEqual([]);
  });

  test("has a queue that is described like any service, and moves only with its owner", async () => {
    const owner = await eas.call("DescribeService", { service: "later" });
    const queue = await eas.call("DescribeService", { service: "later-queue" });
    expect(queue).toMatchObject({
      ServiceName: "later-queue",
      Status: "Running",
      Role: "Queue",
      ServiceType: "Queue",
      ServiceGroup: "later",
      TotalInstance: 1,
      RunningInstance: 1,
      Cpu: 1,
      Memory: 4000,
      AccessToken: owner.AccessToken,
      InternetEndpoint: owner.InternetEndpoint,
    });
    expect(Object.keys(queue).filter((key) => !(key in owner))).toEqual([]);
    expect(JSON.parse(String(queue.RoleAttrs))).toEqual({
      ApproxMaxLength: expect.any(Number),
      Length: 0,
      MaxPayloadBytes: expect.any(Number),
    });
    for (const operation of ["StopService", "DeleteService", "UpdateService"] as const)
      await expect(eas.call(operation, { service: "later-queue" })).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining("queue of service [later]"),
      });
  });
});
