import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Operation } from "@/lib/sandbox/eas/operations";
import { REGION, serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud, type Row, request } from "@/lib/sandbox/eas/testing-clock";

let world: ManualCloud;

beforeEach(async () => {
  world = await openManualCloud();
});
afterEach(() => world.close());

const running = async (instance = 1, change: Parameters<typeof serviceConfig>[1] = {}) => {
  await world.call(
    "CreateService",
    {},
    serviceConfig("demo", { ...change, metadata: { ...change.metadata, instance } }),
  );
  await world.running("demo", instance);
};
const rows = async (query = "") =>
  (await world.call("ListServiceInstances", { service: "demo" }, {}, query)).Instances as Row[];
const nameOf = (index = 0) => world.record("demo").instances[index]?.name ?? "";
const remove = (query: string) => world.call("DeleteServiceInstances", { service: "demo" }, {}, query);
const change = (body: object, index = 0) =>
  world.call("UpdateServiceInstance", { service: "demo", instance: nameOf(index) }, body);
const upstreams = () => world.cloud.lifeCycle.upstreams(world.record("demo")).map(({ instance }) => instance);
const on = (operation: Operation, params: Record<string, string> = {}, body: object = {}) =>
  world.call(operation, { service: "demo", instance: nameOf(), ...params }, body);

describe("DeleteServiceInstances", () => {
  test("rebuilds: others come in their place", async () => {
    await running(2);
    const [first, second] = [nameOf(0), nameOf(1)];
    expect((await remove(`InstanceList=${first},${second}`)).Message).toBe(
      `Instance(s) [${first},${second}]  for service [demo] in region [${REGION}] was deleted successfully`,
    );
    await world.running("demo", 2);
    await world.clock.advance(3000);
    const names = (await rows()).map(({ InstanceName }) => InstanceName);
    expect(names).toHaveLength(2);
    expect(names).not.toContain(first);
    expect(world.record("demo").latestVersion).toBe(1);
  });

  test("SoftRestart starts the process again in the same instance, without a back-off", async () => {
    await running();
    const name = nameOf();
    await remove(`InstanceList=${name}&SoftRestart=true&Container=worker0`);
    await world.clock.advance(0);
    expect(world.containers.started[0]?.stopped).toBe(true);
    expect(await rows()).toMatchObject([
      { InstanceName: name, Status: "Running", ReadyProcesses: 1, TotalProcesses: 2, RestartCount: 1 },
    ]);
    await world.running("demo");
    expect(await rows()).toMatchObject([
      {
        InstanceName: name,
        ReadyProcesses: 2,
        RestartCount: 1,
        LastState: [{ terminated: { exitCode: 143, reason: "Completed" } }],
      },
    ]);
    const { Events } = await world.call("DescribeServiceEvent", { service: "demo" }, {}, "EventType=Warning");
    expect(Events).toEqual([]);
    expect(world.containers.started).toHaveLength(2);
  });

  test("SoftRestart helps a process that never gets ready", async () => {
    world.containers.readyAtOnce = false;
    await world.call("CreateService", {}, serviceConfig("demo"));
    await world.until(() => world.containers.started.length === 1);
    world.containers.readyAtOnce = true;
    await remove(`InstanceList=${nameOf()}&SoftRestart=true`);
    await world.running("demo");
  });

  test.each([
    ["no list", "", 400, /InstanceList/],
    ["an unknown name", "InstanceList=nobody", 404, /nobody/],
    ["a container without SoftRestart", "InstanceList=X&Container=worker0", 400, /SoftRestart/],
    ["an unknown container", "InstanceList=X&SoftRestart=true&Container=worker7", 400, /worker7/],
    ["replicas of several machines", "InstanceList=X&IsReplica=true", 400, /IsReplica/],
  ])("refuses %s", async (_, query, status, message) => {
    await running();
    await expect(remove(query.replace("X", nameOf()))).rejects.toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
    expect(await rows()).toHaveLength(1);
  });
});

describe("UpdateServiceInstance", () => {
  test("an isolated instance is alive without traffic, until it is let back in", async () => {
    await running(2);
    await world.clock.advance(2000);
    expect(upstreams()).toHaveLength(2);
    expect(await change({ Isolate: true })).toEqual({ Message: "Success" });
    expect(upstreams()).toEqual([nameOf(1)]);
    await world.clock.advance(60_000);
    expect(await rows("Order=asc")).toHaveLength(2);
    expect((await rows()).find(({ InstanceName }) => InstanceName === nameOf())).toMatchObject({
      Isolated: true,
      Detached: false,
      Status: "Running",
      ReadyProcesses: 2,
    });
    await change({ Isolate: false });
    expect(upstreams()).toHaveLength(2);
  });

  test("an isolated instance takes nothing from the queue, until it is let back in", async () => {
    await running(1, { metadata: { type: "Async" } });
    await world.clock.advance(2000);
    let taken = 0;
    world.containers.handle = async () => {
      taken += 1;
      return { status: 200, headers: {}, body: Buffer.from("done") };
    };
    await change({ Isolate: true });
    const queues = world.cloud.queues.serving(world.record("demo"))?.queues;
    queues?.input.put({ data: Buffer.from("{}"), tags: { requestId: "1" }, priority: 0 });
    await world.clock.advance(5000);
    expect(taken).toBe(0);
    await change({ Isolate: false });
    await world.clock.advance(5000);
    expect(taken).toBe(1);
  });

  test("a detached instance stays for the eyes only, and another takes its place", async () => {
    await running();
    const detached = nameOf();
    await change({ Detach: true });
    await world.until(() => world.record("demo").instances.filter(({ ready }) => ready).length === 2);
    await world.clock.advance(2000);
    expect(upstreams()).toEqual([nameOf(1)]);
    expect(await world.call("DescribeService", { service: "demo" })).toMatchObject({
      Status: "Running",
      TotalInstance: 1,
      RunningInstance: 1,
    });
    await expect(change({ Detach: false })).rejects.toMatchObject({ status: 400 });
    await expect(change({ Isolate: false })).rejects.toMatchObject({ status: 409 });
    await remove(`InstanceList=${detached}`);
    await world.clock.advance(3000);
    expect((await rows()).map(({ InstanceName }) => InstanceName)).toEqual([nameOf()]);
    expect(nameOf()).not.toBe(detached);
  });

  test("a hibernating instance sleeps and wakes up", async () => {
    await running();
    await world.clock.advance(2000);
    await change({ Hibernate: true });
    expect(upstreams()).toEqual([]);
    expect(await rows()).toMatchObject([{ Reason: "HIBERNATED" }]);
    await change({ Hibernate: false });
    expect(upstreams()).toEqual([nameOf()]);
    expect(await rows()).toMatchObject([{ Reason: "RUNNING" }]);
  });

  test.each([
    ["nothing to do", {}, /Isolate, Detach and Hibernate/],
    ["a text for a flag", { Isolate: "true" }, /Isolate must be a boolean/],
  ])("refuses %s", async (_, body, message) => {
    await running();
    await expect(change(body)).rejects.toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });

  test("nothing of this while a lock is on", async () => {
    await running();
    await world.call("UpdateServiceSafetyLock", { service: "demo" }, { Lock: "all" });
    await expect(change({ Isolate: true })).rejects.toMatchObject({ status: 409 });
    await expect(remove(`InstanceList=${nameOf()}`)).rejects.toMatchObject({ status: 409 });
  });
});

describe("injected faults", () => {
  const inject = (FaultType: string, FaultArgs: object) => on("CreateFaultInjection", {}, { FaultType, FaultArgs });
  const list = async () => (await on("ListServiceInstanceFaultInjectionInfo")).FaultInfoList;
  const callIt = () => world.cloud.lifeCycle.upstreams(world.record("demo"))[0]?.handle(request());
  const ready = async () => {
    await running();
    await world.clock.advance(2000);
  };

  test("are listed with their arguments until they are taken back", async () => {
    await ready();
    const disk = { FaultAction: "burn", Read: true, Write: false, Size: 100 };
    await inject("DiskBurnTask", disk);
    await inject("DiskFillTask", { FaultAction: "fill", Percent: 80 });
    const injected = { FaultStatus: "FaultInjectedSuccess", FaultStatusMessage: "" };
    expect(await list()).toEqual([
      { FaultType: "DiskBurnTask", FaultArgs: disk, FaultStatus: injected },
      { FaultType: "DiskFillTask", FaultArgs: { FaultAction: "fill", Percent: 80 }, FaultStatus: injected },
    ]);
    await on("DeleteFaultInjection", { fault: "DiskBurnTask" });
    expect(await list()).toMatchObject([{ FaultType: "DiskFillTask" }]);
    await expect(on("DeleteFaultInjection", { fault: "DiskBurnTask" })).rejects.toMatchObject({ status: 404 });
  });

  test("a network that delays", async () => {
    await ready();
    await inject("NetworkTask", { FaultAction: "delay", Time: 3000 });
    let answered = false;
    const call = callIt()?.then(() => {
      answered = true;
    });
    await world.clock.advance(2900);
    expect(answered).toBe(false);
    await world.clock.advance(200);
    await call;
    expect(answered).toBe(true);
  });

  test("a network that loses everything", async () => {
    await ready();
    await inject("NetworkTask", { FaultAction: "loss", Percent: 100 });
    const call = callIt();
    await world.clock.advance(20_000);
    expect(await call).toMatchObject({ status: 504 });
    await on("DeleteFaultInjection", { fault: "NetworkTask" });
    expect(await callIt()).toMatchObject({ status: 200 });
  });

  test("memory that is taken to the brim gets the container killed, and with it what took it", async () => {
    await ready();
    await inject("MemLoadTask", { FaultAction: "load", MemPercent: 99 });
    await world.clock.advance(0);
    const container = async () => ((await on("ListServiceContainers")).Containers as Row[])[0];
    expect(await container()).toMatchObject({
      Ready: false,
      CurrentStatus: "Waiting",
      CurrentReaon: "CrashLoopBackOff",
      LastStatus: "Terminated",
      LastReason: "OOMKilled",
    });
    expect(await on("DescribeServiceInstanceDiagnosis")).toMatchObject({
      Diagnosis: { Error: "Container worker0 was OOMKilled." },
    });
    await world.running("demo");
    expect(await container()).toMatchObject({ Ready: true, RestartCount: 1, LastReason: "OOMKilled" });
    expect(await list()).toEqual([]);
  });

  test.each([
    ["an unknown type", "NoTask", {}, /FaultType/],
    ["no arguments", "CpuFullloadTask", undefined, /FaultArgs/],
    ["another type's action", "CpuFullloadTask", { FaultAction: "load", CpuPercent: 50 }, /FaultAction/],
    ["a share above 100", "MemLoadTask", { FaultAction: "load", MemPercent: 101 }, /MemPercent/],
    ["a delay without a time", "NetworkTask", { FaultAction: "delay" }, /Time/],
    ["a disk neither read nor written", "DiskBurnTask", { FaultAction: "burn", Read: false }, /Read/],
  ])("refuse %s", async (_, type, args, message) => {
    await ready();
    await expect(inject(type, args as object)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(message),
    });
    expect(await list()).toEqual([]);
  });

  test("refuse a second of the same type, and an instance that is not there yet", async () => {
    await ready();
    await inject("CpuFullloadTask", { FaultAction: "fullload", CpuPercent: 50 });
    await expect(inject("CpuFullloadTask", { FaultAction: "fullload", CpuPercent: 60 })).rejects.toMatchObject({
      status: 400,
    });
    await remove(`InstanceList=${nameOf()}`);
    await world.clock.advance(2600);
    await expect(inject("CpuFullloadTask", { FaultAction: "fullload", CpuPercent: 60 })).rejects.toMatchObject({
      status: 409,
    });
  });
});

describe("ListServiceInstances", () => {
  test("has every key, spelt as the vendor spells it", async () => {
    await running();
    expect(Object.keys((await rows())[0] ?? {}).sort()).toEqual(
      (
        "CreateTime Detached ExternalIP ExternalInstancePort HostIP HostName InnerIP InstanceName InstancePort " +
        "InstanceType IsLatest IsReplica IsSpot Isolated LastState Namespace ReadyProcesses Reason ReplicaName " +
        "ResourceType RestartCount Role StartAt StartTime Status TenantHostIP TenantInstanceIP TotalProcesses Zone"
      ).split(" "),
    );
    expect(Object.keys(((await on("ListServiceContainers")).Containers as Row[])[0] ?? {}).sort()).toEqual(
      (
        "CurrentReaon CurrentStatus CurrentTimestamp Image LastReason LastStatus LastTimestamp Name Port Ready " +
        "RestartCount"
      ).split(" "),
    );
  });

  test("every filter takes what fits and leaves what does not", async () => {
    await running(2);
    const [row] = await rows("Order=asc");
    const values: Record<string, unknown> = {
      InstanceName: row?.InstanceName,
      InstanceStatus: "Running",
      InstanceType: "ml.gu7i.c8m30.1-gu30",
      InstanceIP: row?.InnerIP,
      HostIP: row?.HostIP,
      IsSpot: "false",
      Role: "Standard",
      ResourceType: "PublicResource",
      ListReplica: "false",
      Filter: String(row?.InstanceName).slice(-5),
    };
    for (const [name, value] of Object.entries(values)) {
      expect(await rows(`${name}=${value}`), name).toContainEqual(row);
      const other = { IsSpot: "true", ListReplica: "true" }[name] ?? "nothing";
      expect(await rows(`${name}=${other}`), name).toEqual([]);
    }
    for (const name of ["Resource", "QuotaId", "MemberType", "ReplicaName"])
      expect(await rows(`${name}=any`), name).toEqual([]);
    await expect(rows("Sort=Colour")).rejects.toMatchObject({ status: 400 });
    await expect(rows("IsSpot=maybe")).rejects.toMatchObject({ status: 400 });
  });

  test("is ordered by the start, newest first unless told", async () => {
    await running();
    await world.clock.advance(5000);
    await world.call("ScaleService", { service: "demo" }, { Instance: 2 });
    await world.running("demo", 2);
    const names = async (query: string) => (await rows(query)).map(({ InstanceName }) => InstanceName);
    expect(await names("Sort=StartTime&Order=asc")).toEqual([nameOf(0), nameOf(1)]);
    expect(await names("")).toEqual([nameOf(1), nameOf(0)]);
    expect(await names("PageNumber=2&PageSize=1")).toEqual([nameOf(0)]);
  });

  test("a machine that was bid for is a spot instance", async () => {
    await running(1, {
      top: {
        cloud: { computing: { instances: [{ type: "ecs.gn7i-c8g1.2xlarge", spot_price_limit: 8 }] } },
      },
    });
    const [spot] = await rows("IsSpot=true");
    expect(spot).toMatchObject({ InstanceType: "ecs.gn7i-c8g1.2xlarge", IsSpot: true, OriginalAmount: 8 });
    expect(Number(spot?.CurrentAmount)).toBeGreaterThan(0);
    expect(Number(spot?.CurrentAmount)).toBeLessThan(8 * 0.5);
  });
});

describe("DescribeServiceLog", () => {
  const logs = async (query = "") => (await world.call("DescribeServiceLog", { service: "demo" }, {}, query)).Logs;

  test("with a keyword and a time at once the application's lines are missing", async () => {
    await running();
    world.containers.started[0]?.log("Uvicorn running");
    expect(await logs("Keyword=Uvicorn")).toEqual(["Uvicorn running"]);
    expect(await logs("StartTime=2026-01-02 00:00:00")).toEqual(["Uvicorn running"]);
    expect(await logs("Keyword=Uvicorn&StartTime=2026-01-02 00:00:00")).toEqual([]);
  });

  test("Previous shows the run before", async () => {
    await running();
    world.containers.started[0]?.log("first run");
    await remove(`InstanceList=${nameOf()}&SoftRestart=true`);
    await world.running("demo");
    world.containers.started[1]?.log("second run");
    expect(await logs()).toEqual(["second run"]);
    expect(await logs("Previous=true")).toEqual(["first run"]);
  });

  test("takes UTC times with a blank, and one container", async () => {
    await running();
    world.containers.started[0]?.log("early");
    await world.clock.advance(120_000);
    world.containers.started[0]?.log("late");
    expect(await logs("StartTime=2026-01-02 03:05:30")).toEqual(["late"]);
    expect(await logs("EndTime=2026-01-02 03:05:30")).toEqual(["early"]);
    await expect(logs("StartTime=2026-01-02T03:05:30Z")).rejects.toMatchObject({ code: "InvalidParameter" });
    await expect(logs("StartTime=2026-01-03 00:00:00&EndTime=2026-01-02 00:00:00")).rejects.toMatchObject({
      code: "InvalidParameter",
    });
    await expect(logs("ContainerName=worker9")).rejects.toMatchObject({ code: "InvalidParameter" });
  });
});
