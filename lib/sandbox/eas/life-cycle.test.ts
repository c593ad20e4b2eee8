import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { ContainerExit } from "@/lib/sandbox/core/types";
import type { Cloud } from "./cloud";
import { HANDLERS } from "./handlers";
import { openCloud } from "./open-cloud";
import type { Operation } from "./operations";
import {
  ACCOUNT,
  createBucketStore,
  createFakeContainers,
  type FakeContainers,
  REGION,
  serviceConfig,
} from "./testing";

let dataDir: string;
let clock: ManualClock;
let containers: FakeContainers;
let buckets: Set<string>;
let cloud: Cloud;

async function open(readyAtOnce = true, speed = 1): Promise<void> {
  containers = createFakeContainers({ readyAtOnce });
  cloud = await openCloud({
    dataDir,
    region: REGION,
    account: ACCOUNT,
    speed,
    clock,
    store: createBucketStore(buckets),
    startContainer: containers.start,
    gatewayPort: () => 1,
  });
  cloud.lifeCycle.resume();
}

async function reopen(): Promise<void> {
  cloud.lifeCycle.close();
  await cloud.services.flush();
  await open();
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "easel-life-"));
  clock = createManualClock();
  buckets = new Set(["models"]);
});
afterEach(async () => {
  cloud.lifeCycle.close();
  await cloud.services.flush();
  await rm(dataDir, { recursive: true, force: true });
});

async function call(operation: Operation, params: Record<string, string> = {}, body: unknown = {}, query = "") {
  const reply = await HANDLERS[operation]({
    cloud,
    params: { cluster: REGION, ...params },
    query: new URLSearchParams(query),
    body: Buffer.from(JSON.stringify(body)),
  });
  return reply as Record<string, unknown>;
}

const create = (name: string, change?: Parameters<typeof serviceConfig>[1]) =>
  call("CreateService", {}, serviceConfig(name, change));
const describeIt = (service: string) => call("DescribeService", { service });
const status = async (service: string) => (await describeIt(service)).Status;
const rows = async (operation: Operation, key: string, service: string, query = "") =>
  (await call(operation, { service }, {}, query))[key] as Record<string, unknown>[];
const events = (service: string) => rows("DescribeServiceEvent", "Events", service);
const instances = (service: string) => rows("ListServiceInstances", "Instances", service);
const reasons = async (service: string) => (await events(service)).map(({ Reason }) => Reason).reverse();

/** Advances in small steps until the status is reached; returns how long it took. */
async function until(service: string, wanted: string, limitMs = 120_000): Promise<number> {
  const began = clock.now();
  while ((await status(service)) !== wanted) {
    if (clock.now() - began > limitMs) throw new Error(`${service} is ${await status(service)}, not ${wanted}`);
    await clock.advance(100);
  }
  return clock.now() - began;
}

describe("a start", () => {
  test("goes Creating → Waiting → Running, in about as long as a demonstration takes", async () => {
    await open(false);
    await create("demo");
    expect(await status("demo")).toBe("Creating");
    await until("demo", "Waiting");
    expect(await describeIt("demo")).toMatchObject({ TotalInstance: 1, RunningInstance: 0, PendingInstance: 1 });
    await clock.advance(7000);
    expect(await instances("demo")).toMatchObject([{ Status: "Running", ReadyProcesses: 1, TotalProcesses: 2 }]);
    containers.started[0]?.becomeReady();
    await until("demo", "Running");
    expect(await instances("demo")).toMatchObject([{ Reason: "RUNNING", ReadyProcesses: 2, TotalProcesses: 2 }]);
    expect(await describeIt("demo")).toMatchObject({
      Message: "Service start successfully",
      Reason: "RUNNING",
      RunningInstance: 1,
      PendingInstance: 0,
    });
    expect(await reasons("demo")).toEqual([
      "Creating",
      "Updating",
      "Scheduled",
      "Pulling",
      "Pulled",
      "Created",
      "Started",
      "Started",
    ]);
  });

  test("the gateway knows the instances a moment after Running", async () => {
    await open();
    await create("demo");
    await until("demo", "Running");
    const service = cloud.services.get("demo");
    if (!service) throw new Error("gone");
    expect(cloud.lifeCycle.upstreams(service)).toHaveLength(0);
    await clock.advance(1500);
    expect(cloud.lifeCycle.upstreams(service)).toHaveLength(1);
  });

  test("an instance is named after its service, with underscores turned", async () => {
    await open();
    await create("two_words", { metadata: { instance: 3 } });
    await until("two_words", "Running");
    const names = (await instances("two_words")).map(({ InstanceName }) => String(InstanceName));
    for (const name of names) expect(name).toMatch(/^two-words-[a-z0-9]{10}-[a-z0-9]{5}$/);
    expect(new Set(names.map((name) => name.slice(0, -6))).size).toBe(1);
    expect(new Set(names).size).toBe(3);
  });

  test("at speed 0 nothing waits for the clock", async () => {
    await open(true, 0);
    await create("demo");
    await clock.advance(0);
    expect(await status("demo")).toBe("Running");
    expect(cloud.lifeCycle.upstreams(cloud.services.get("demo") ?? fail())).toHaveLength(1);
  });

  test("an asynchronous service has a queue instance, which counts for no replica", async () => {
    await open();
    await create("later", { metadata: { type: "Async" } });
    await until("later", "Running");
    expect((await instances("later")).map(({ Role }) => Role).sort()).toEqual(["Queue", "Standard"]);
    expect(await describeIt("later")).toMatchObject({
      ServiceType: "Async",
      TotalInstance: 1,
      SecondaryInternetEndpoint: "http://localhost:1/api/predict/async_path.later",
    });
  });
});

function fail(): never {
  throw new Error("absent");
}

describe("what keeps a service from starting", () => {
  test("a process that ends is started again with growing pauses; the third time the service fails", async () => {
    await open(false);
    await create("demo");
    await clock.advance(9000);
    for (const attempt of [1, 2, 3]) {
      const container = containers.started[attempt - 1] ?? fail();
      container.log(`ValueError: attempt ${attempt}`);
      container.exit(1);
      await clock.advance(0);
      expect(await instances("demo")).toMatchObject([{ Reason: "CrashLoopBackOff", RestartCount: attempt - 1 }]);
      await clock.advance(4000);
    }
    const [instance] = await instances("demo");
    expect(containers.started).toHaveLength(3);
    expect(await describeIt("demo")).toMatchObject({
      Status: "Failed",
      Message: `Instance ${instance?.InstanceName} not healthy: Instance crashed, please inspect instance log.`,
    });
    expect(instance).toMatchObject({ LastState: [{ terminated: { exitCode: 1, reason: "Error" } }] });
    const logs = (query = "") => call("DescribeServiceLog", { service: "demo" }, {}, query);
    expect((await logs()).Logs).toEqual(["ValueError: attempt 3"]);
    expect((await logs("Previous=true")).Logs).toEqual(["ValueError: attempt 2"]);
    const container = await call("ListServiceContainers", {
      service: "demo",
      instance: String(instance?.InstanceName),
    });
    expect(container.Containers).toMatchObject([
      { Name: "worker0", CurrentStatus: "Waiting", CurrentReaon: "CrashLoopBackOff", LastReason: "Error" },
    ]);
    expect((await call("DescribeServiceDiagnosis", { service: "demo" })).DiagnosisList).toMatchObject([
      { Error: "Container worker0 crashed." },
    ]);
  });

  test("a failed service starts again when it is told to", async () => {
    await open(false);
    await create("demo");
    await clock.advance(9000);
    for (let n = 0; n < 3; n++) {
      containers.started[n]?.exit(1);
      await clock.advance(4000);
    }
    expect(await status("demo")).toBe("Failed");
    await call("StartService", { service: "demo" });
    await clock.advance(9000);
    containers.started[3]?.becomeReady();
    await until("demo", "Running");
    expect(await instances("demo")).toMatchObject([{ RestartCount: 0 }]);
  });

  test("a process that dies at work is started again, and the service serves again", async () => {
    await open();
    await create("demo");
    await until("demo", "Running");
    await clock.advance(2000);
    const upstreams = () => cloud.lifeCycle.upstreams(cloud.services.get("demo") ?? fail());
    containers.handle = () => Promise.reject(new ContainerExit(137));
    const request = { method: "POST", url: "/", headers: {}, body: new Uint8Array() };
    await expect(upstreams()[0]?.handle(request)).rejects.toThrow("exit code 137");
    await clock.advance(0);
    expect(upstreams()).toHaveLength(0);
    expect(await status("demo")).toBe("Waiting");
    await until("demo", "Running");
    expect(await instances("demo")).toMatchObject([
      { RestartCount: 1, LastState: [{ terminated: { exitCode: 137, reason: "OOMKilled" } }] },
    ]);
    await clock.advance(2000);
    expect(upstreams()).toHaveLength(1);
  });

  test.each([
    [
      "another region's registry",
      "eas-registry-vpc.cn-beijing.cr.aliyuncs.com/pai-eas/diffuser-inference:1",
      /i\/o timeout/,
    ],
    [
      "a host that is not there",
      "eas-registry-vpc.cn-cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:1",
      /no such host/,
    ],
    [
      "an unknown repository",
      "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/difuser-inference:1",
      /pull access denied/,
    ],
    ["an unknown tag", "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:ubuntu", /not found/],
    ["a registry on the Internet", "library/python:3.8", /i\/o timeout/],
  ])("image: %s", async (_, image, words) => {
    await open();
    await create("demo", { container: { image } });
    await clock.advance(9000);
    expect(await status("demo")).toBe("Waiting");
    expect(await instances("demo")).toMatchObject([{ Status: "Pending", Reason: "ImagePullBackOff" }]);
    expect((await events("demo")).map(({ Message }) => Message)).toContainEqual(expect.stringMatching(words));
    expect(containers.started).toHaveLength(0);
  });

  test("a bucket that is not there: FailedMount until someone makes it", async () => {
    await open();
    buckets.clear();
    await create("demo");
    await clock.advance(5000);
    expect(await instances("demo")).toMatchObject([{ Status: "Pending", Reason: "ContainerCreating" }]);
    expect(await reasons("demo")).toContain("FailedMount");
    buckets.add("models");
    await until("demo", "Running");
  });

  test("no stock: FailedScheduling until it returns", async () => {
    await open();
    await cloud.stock.set("ml.gu7i.c8m30.1-gu30", false);
    await create("demo");
    await clock.advance(600_000);
    expect(await status("demo")).toBe("Waiting");
    expect(await instances("demo")).toMatchObject([{ Status: "Pending", Reason: "Unschedulable" }]);
    expect((await reasons("demo")).filter((reason) => reason === "FailedScheduling")).toHaveLength(1);
    await cloud.stock.set("ml.gu7i.c8m30.1-gu30", true);
    await until("demo", "Running");
  });

  test("no stock for several: each waits, and none is made in vain", async () => {
    await open();
    await cloud.stock.set("ml.gu7i.c8m30.1-gu30", false);
    await create("demo", { metadata: { instance: 3 } });
    await clock.advance(5000);
    expect(await instances("demo")).toHaveLength(3);
    expect((await reasons("demo")).filter((reason) => reason === "FailedScheduling")).toHaveLength(3);
    expect(await reasons("demo")).not.toContain("Killing");
  });

  test("of several instance types the first with stock is taken", async () => {
    await open();
    await cloud.stock.set("ecs.gn7i-c8g1.2xlarge", false);
    const instancesOf = [{ type: "ecs.gn7i-c8g1.2xlarge" }, { type: "ecs.gn6i-c8g1.2xlarge" }];
    await create("demo", { top: { cloud: { computing: { instances: instancesOf } } } });
    await until("demo", "Running");
    expect(await instances("demo")).toMatchObject([{ InstanceType: "ecs.gn6i-c8g1.2xlarge" }]);
    expect(containers.started[0]?.spec.gpu).toBe("T4");
  });

  test.each([
    ["reserved by the engine", 8080],
    ["not the one the process listens on", 8001],
  ])("a port %s is never ready", async (_, port) => {
    await open();
    await create("demo", { container: { port } });
    await clock.advance(60_000);
    expect(await status("demo")).toBe("Waiting");
    expect(await instances("demo")).toMatchObject([{ Status: "Running", ReadyProcesses: 1 }]);
    expect(await reasons("demo")).toContain("Unhealthy");
  });
});

describe("commands", () => {
  beforeEach(() => open());
  const running = async (name: string, change?: Parameters<typeof serviceConfig>[1]) => {
    await create(name, change);
    await until(name, "Running");
  };

  test("stop, then start: configuration, token and name stay", async () => {
    await running("demo");
    const before = await describeIt("demo");
    await call("StopService", { service: "demo" });
    expect(await status("demo")).toBe("Stopping");
    expect(containers.started[0]?.stopped).toBe(true);
    await until("demo", "Stopped");
    expect(await instances("demo")).toEqual([]);
    await call("StartService", { service: "demo" });
    expect(await status("demo")).toBe("Starting");
    await until("demo", "Running");
    const after = await describeIt("demo");
    for (const key of ["AccessToken", "ServiceConfig", "ServiceId", "CurrentVersion"])
      expect(after[key]).toEqual(before[key]);
  });

  test("delete ends in NotFound, also when asked twice", async () => {
    await running("demo");
    await call("DeleteService", { service: "demo" });
    await call("DeleteService", { service: "demo" });
    expect(await status("demo")).toBe("Deleting");
    await clock.advance(3000);
    await expect(describeIt("demo")).rejects.toMatchObject({ code: "InvalidService.NotFound", status: 404 });
    await create("demo");
    expect(await status("demo")).toBe("Creating");
  });

  test("scale out and in; named instances go first", async () => {
    await running("demo");
    await call("ScaleService", { service: "demo" }, { Instance: 3 });
    expect(await status("demo")).toBe("Scaling");
    await until("demo", "Running");
    const victim = String((await instances("demo"))[1]?.InstanceName);
    await call("ScaleService", { service: "demo" }, { Instance: 2, InstancesToDelete: [victim] });
    await clock.advance(5000);
    const left = (await instances("demo")).map(({ InstanceName }) => InstanceName);
    expect(left).toHaveLength(2);
    expect(left).not.toContain(victim);
    expect(await describeIt("demo")).toMatchObject({ Status: "Running", LatestVersion: 1 });
  });

  test("restart rebuilds the instances", async () => {
    await running("demo");
    const [before] = await instances("demo");
    await call("RestartService", { service: "demo" });
    expect(await status("demo")).toBe("Waiting");
    await until("demo", "Running");
    await clock.advance(3000);
    const [after] = await instances("demo");
    expect(after?.InstanceName).not.toBe(before?.InstanceName);
  });

  test("an update makes a version; the old instance serves until the new one is ready", async () => {
    await running("demo");
    const [before] = await instances("demo");
    await call(
      "UpdateService",
      { service: "demo" },
      { containers: serviceConfig("demo", { container: { command: "python other.py" } }).containers },
    );
    expect(await describeIt("demo")).toMatchObject({ Status: "Updating", CurrentVersion: 1, LatestVersion: 2 });
    await clock.advance(5000);
    const ready = (await instances("demo")).filter(({ ReadyProcesses }) => ReadyProcesses === 2);
    expect(ready).toMatchObject([{ InstanceName: before?.InstanceName, IsLatest: false }]);
    await until("demo", "Running");
    await clock.advance(3000);
    expect(await describeIt("demo")).toMatchObject({ CurrentVersion: 2, LatestVersion: 2, TotalInstance: 1 });
    expect(containers.started.at(-1)?.spec.command).toBe("python other.py");
  });

  test("an update whose instance fails pauses while the old one serves; the next one takes it away", async () => {
    await running("demo");
    const [before] = await instances("demo");
    containers.readyAtOnce = false;
    const change = (command: string) =>
      call(
        "UpdateService",
        { service: "demo" },
        { containers: serviceConfig("demo", { container: { command } }).containers },
      );
    await change("python broken.py");
    for (let n = 1; n <= 3; n++) {
      await clock.advance(9000);
      containers.started[n]?.exit(1);
    }
    await clock.advance(0);
    expect(await describeIt("demo")).toMatchObject({
      Status: "Updating",
      Message: expect.stringMatching(/not healthy/),
      CurrentVersion: 1,
      LatestVersion: 2,
    });
    const serving = async () => (await instances("demo")).filter(({ ReadyProcesses }) => ReadyProcesses === 2);
    expect(await serving()).toMatchObject([{ InstanceName: before?.InstanceName }]);
    containers.readyAtOnce = true;
    await change("python mended.py");
    await until("demo", "Running");
    await clock.advance(3000);
    expect(await instances("demo")).toMatchObject([{ IsLatest: true, RestartCount: 0 }]);
    expect(await describeIt("demo")).toMatchObject({ CurrentVersion: 3, LatestVersion: 3 });
  });

  test("an update that changes only the number of replicas is scaling", async () => {
    await running("demo");
    await call("UpdateService", { service: "demo" }, { metadata: { instance: 2 } });
    expect(await describeIt("demo")).toMatchObject({ Status: "Scaling", LatestVersion: 1 });
  });

  test("merge keeps what the body leaves out, replace does not", async () => {
    await running("demo");
    await call("UpdateService", { service: "demo" }, { labels: { team: "art" } });
    expect(JSON.parse(String((await describeIt("demo")).ServiceConfig))).toHaveProperty("storage");
    await until("demo", "Running");
    const { storage: _, ...rest } = serviceConfig("demo");
    await call("UpdateService", { service: "demo" }, rest, "UpdateType=replace");
    expect(JSON.parse(String((await describeIt("demo")).ServiceConfig))).not.toHaveProperty("storage");
  });

  test.each([
    ["StartService", "Running"],
    ["StopService", "Stopped"],
    ["RestartService", "Stopped"],
  ] as const)("%s is refused while %s", async (operation, state) => {
    await running("demo");
    if (state === "Stopped") {
      await call("StopService", { service: "demo" });
      await until("demo", "Stopped");
    }
    await expect(call(operation, { service: "demo" })).rejects.toMatchObject({ status: 409 });
  });
});

describe("after a restart of the sandbox", () => {
  test("a running service is Running again and serves", async () => {
    await open();
    await create("demo");
    await until("demo", "Running");
    const before = await describeIt("demo");
    await reopen();
    expect(await status("demo")).toBe("Running");
    await clock.advance(2000);
    const after = await describeIt("demo");
    expect(after).toMatchObject({ Status: "Running", RunningInstance: 1, AccessToken: before.AccessToken });
    expect(after.UpdateTime).toBe(before.UpdateTime);
    expect(await instances("demo")).toMatchObject([{ RestartCount: 0 }]);
    expect(cloud.lifeCycle.upstreams(cloud.services.get("demo") ?? fail())).toHaveLength(1);
  });

  test.each([500, 2000, 3500, 8000])("a service that was starting for %i ms goes on", async (ms) => {
    await open();
    await create("demo");
    await clock.advance(ms);
    await reopen();
    await until("demo", "Running");
    const names = await reasons("demo");
    for (const once of ["Scheduled", "Pulled", "Created"])
      expect(names.filter((reason) => reason === once)).toHaveLength(1);
  });

  test("stopped stays stopped, deleted stays deleted, failed stays failed", async () => {
    await open(false);
    for (const name of ["halted", "gone", "broken"]) await create(name);
    await clock.advance(9000);
    await call("StopService", { service: "halted" });
    await call("DeleteService", { service: "gone" });
    for (let n = 0; n < 5; n++) {
      for (const container of containers.started) if (container.spec.serviceName === "broken") container.exit(1);
      await clock.advance(4000);
    }
    await reopen();
    await clock.advance(10_000);
    expect(await status("halted")).toBe("Stopped");
    expect(await status("broken")).toBe("Failed");
    await expect(describeIt("gone")).rejects.toMatchObject({ code: "InvalidService.NotFound" });
  });

  test("logs are still there", async () => {
    await open();
    await create("demo");
    await until("demo", "Running");
    containers.started[0]?.log("Uvicorn running");
    await reopen();
    const { Logs } = await call("DescribeServiceLog", { service: "demo" });
    expect(Logs).toEqual(["Uvicorn running"]);
  });
});
