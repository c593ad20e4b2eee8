import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud, type Row, request } from "@/lib/sandbox/eas/testing-clock";
import { kindOfChange } from "./change";

let eas: ManualCloud;
beforeEach(async () => {
  eas = await openManualCloud();
});
afterEach(() => eas.close());

const create = async (change?: Parameters<typeof serviceConfig>[1]) => {
  await eas.call("CreateService", {}, serviceConfig("demo", change));
  await eas.running("demo", Number((change?.metadata as { instance?: number })?.instance ?? 1));
};
const call = (operation: Parameters<ManualCloud["call"]>[0], body?: unknown, query?: string) =>
  eas.call(operation, { service: "demo" }, body, query);
const command = (text: string) => ({ containers: serviceConfig("demo", { container: { command: text } }).containers });
const versions = async (query?: string) => (await call("ListServiceVersions", {}, query)).Versions as Row[];
const configOf = (row: Row | undefined) => JSON.parse(String(row?.ServiceConfig));

describe("versions", () => {
  test("each update keeps its configuration; a change of replicas makes none", async () => {
    await create();
    await call("UpdateService", command("python second.py"));
    await eas.running("demo");
    await call("UpdateService", { metadata: { instance: 2 } });
    await eas.running("demo", 2);
    await call("ScaleService", { Instance: 1 });
    const rows = await versions();
    expect(rows.map(({ ImageId }) => ImageId)).toEqual([2, 1]);
    expect(rows.map((row) => configOf(row).containers[0].command)).toEqual([
      "python second.py",
      "python /home/pai/app.py --func_name base",
    ]);
    expect(configOf(rows[0]).metadata.instance).toBe(1);
  });

  test("a row has the vendor's types, odd ones too", async () => {
    await create();
    expect(await versions()).toEqual([
      {
        ImageId: 1,
        BuildTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        ImageAvailable: "true",
        ServiceRunnable: "true",
        Message: "Service is Running",
        ServiceConfig: expect.any(String),
      },
    ]);
    const rows = async (image: string) => {
      await call("UpdateService", { containers: [{ image, port: 8000 }] });
      return (await versions())[0];
    };
    const registry = "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas";
    expect(await rows(`${registry}/nothing:1`)).toMatchObject({ ImageAvailable: "false", ServiceRunnable: "false" });
    expect(await rows("registry-vpc.cn-hangzhou.aliyuncs.com/mine/own:1")).toMatchObject({ ImageAvailable: "unknown" });
  });

  test("pages", async () => {
    await create();
    for (const n of [2, 3, 4]) await call("UpdateService", command(`python ${n}.py`));
    const reply = await call("ListServiceVersions", {}, "PageNumber=2&PageSize=3");
    expect(reply).toMatchObject({ PageNumber: 2, PageSize: 3, TotalCount: 4, Versions: [{ ImageId: 1 }] });
  });

  test("are there again after a restart", async () => {
    await create();
    await call("UpdateService", command("python second.py"));
    await eas.running("demo");
    const before = await versions();
    await eas.reopen();
    expect(await versions()).toEqual(before);
  });
});

describe("going back", () => {
  test("makes a new version of the old configuration, with the replicas there are", async () => {
    await create();
    await call("UpdateService", command("python second.py"));
    await eas.running("demo");
    await call("ScaleService", { Instance: 2 });
    await eas.running("demo", 2);
    const reply = await call("UpdateServiceVersion", { Version: 1 });
    expect(reply.Message).toBe("Service [demo] in region [cn-hangzhou] is starting");
    expect(await call("DescribeService")).toMatchObject({ Status: "Updating", CurrentVersion: 2, LatestVersion: 3 });
    await eas.running("demo", 2);
    const service = await call("DescribeService");
    expect(service).toMatchObject({ CurrentVersion: 3, LatestVersion: 3 });
    expect(configOf(service)).toMatchObject({ metadata: { instance: 2 }, ...serviceConfigContainers() });
    expect(eas.containers.started.at(-1)?.spec.command).toBe("python /home/pai/app.py --func_name base");
  });
  const serviceConfigContainers = () => ({ containers: serviceConfig("demo").containers });

  test("from an update that fails, to the version that still serves", async () => {
    await create();
    await call("UpdateService", { containers: [{ image: "nowhere/none:1", port: 8000 }] });
    await eas.clock.advance(20_000);
    expect(await call("DescribeService")).toMatchObject({ Status: "Updating", CurrentVersion: 1, LatestVersion: 2 });
    await call("UpdateServiceVersion", { Version: 1 });
    await eas.running("demo");
    expect(await call("DescribeService")).toMatchObject({ CurrentVersion: 3, TotalInstance: 1 });
  });

  test("starts a service that is stopped", async () => {
    await create();
    await call("UpdateService", command("python second.py"));
    await call("StopService");
    await eas.until(async () => (await eas.status("demo")) === "Stopped");
    await call("UpdateServiceVersion", { Version: 1 });
    expect(await eas.status("demo")).toBe("Starting");
    await eas.running("demo");
  });

  test.each([
    [{ Version: 0 }, /greater than 0/],
    [{ Version: -1 }, /greater than 0/],
    [{ Version: 1.5 }, /integer/],
    [{ Version: "1" }, /integer/],
    [{}, /Version is required/],
    [{ Version: 1 }, /must be less than the current version \[1\]/],
    [{ Version: 9 }, /must be less than the current version \[1\]/],
  ])("%j is refused", async (body, message) => {
    await create();
    await expect(call("UpdateServiceVersion", body)).rejects.toMatchObject({
      status: 400,
      code: "InvalidParameter",
      message: expect.stringMatching(message),
    });
  });
});

describe("what an update asks for", () => {
  const base = serviceConfig("demo");
  const withMetadata = (change: object) => ({ ...base, metadata: { ...base.metadata, ...change } });
  test.each([
    ["other replicas", withMetadata({ instance: 3 }), "replicas"],
    ["nothing else: a rebuild", base, "rolling"],
    ["another command", { ...base, ...command("x") }, "rolling"],
    ["another keepalive", withMetadata({ rpc: { keepalive: 1 } }), "rolling"],
    ["a rate limit", withMetadata({ rpc: { ...base.metadata.rpc, rate_limit: 2 } }), "in place"],
    ["labels", { ...base, labels: { a: "b" } }, "in place"],
    ["a group", withMetadata({ group: "together" }), "in place"],
    ["labels and replicas", { ...withMetadata({ instance: 3 }), labels: { a: "b" } }, "in place"],
    ["labels and a command", { ...base, ...command("x"), labels: { a: "b" } }, "rolling"],
    ["no storage any more", { ...base, storage: undefined }, "rolling"],
  ] as const)("%s", (_, after, kind) => {
    expect(kindOfChange(base, after)).toBe(kind);
  });

  test("what the instances do not see is changed in place: a version, no rebuild", async () => {
    await create();
    const [before] = (await call("ListServiceInstances")).Instances as Row[];
    await call("UpdateService", { labels: { team: "art" }, metadata: { rpc: { rate_limit: 5 } } });
    expect(await call("DescribeService")).toMatchObject({
      Status: "HotUpdate",
      LatestVersion: 2,
      Labels: [{ LabelKey: "team", LabelValue: "art" }],
    });
    await eas.running("demo");
    expect(await call("DescribeService")).toMatchObject({ CurrentVersion: 2 });
    expect(await call("ListServiceInstances")).toMatchObject({
      Instances: [{ InstanceName: before?.InstanceName, IsLatest: true }],
    });
  });

  test("merge cannot remove, replace does; other types and members are refused", async () => {
    await create({ top: { labels: { a: "1" } } });
    await call("UpdateService", { metadata: { rpc: { worker_threads: 1 } } }, "UpdateType=merge");
    expect(configOf(await call("DescribeService"))).toMatchObject({
      metadata: { rpc: { keepalive: 500000, worker_threads: 1 } },
      storage: [{ mount_path: "/oss" }],
    });
    const { storage: _, ...rest } = serviceConfig("demo");
    await call("UpdateService", rest, "UpdateType=replace");
    const config = configOf(await call("DescribeService"));
    expect(config).not.toHaveProperty("storage");
    expect(config.metadata.rpc).toEqual({ keepalive: 500000 });
    for (const query of ["UpdateType=patch", "MemberToUpdate=other"])
      await expect(call("UpdateService", {}, query)).rejects.toMatchObject({ status: 400, code: "InvalidParameter" });
  });
});

describe("rolling", () => {
  const counts = () => {
    const live = eas.record("demo").instances.filter(({ status }) => status !== "Terminating");
    return { live: live.length, ready: live.filter(({ ready }) => ready).length };
  };
  /** Extremes of live and ready instances while an update of `instance` replicas runs. */
  async function extremes(instance: number, rolling_strategy?: object) {
    await create({ metadata: { instance, ...(rolling_strategy ? { rolling_strategy } : {}) } });
    await call("UpdateService", command("python second.py"));
    const seen = { most: 0, fewestReady: instance };
    while ((await eas.status("demo")) !== "Running") {
      const { live, ready } = counts();
      seen.most = Math.max(seen.most, live);
      seen.fewestReady = Math.min(seen.fewestReady, ready);
      await eas.clock.advance(100);
    }
    return seen;
  }

  test("by default one more than wanted, never fewer that serve", async () => {
    expect(await extremes(3)).toEqual({ most: 4, fewestReady: 3 });
  });

  test("max_surge lets more be started at once", async () => {
    expect(await extremes(4, { max_surge: "50%" })).toEqual({ most: 6, fewestReady: 4 });
  });

  test("max_unavailable lets some go first", async () => {
    expect(await extremes(3, { max_surge: 0, max_unavailable: 1 })).toEqual({ most: 3, fewestReady: 2 });
  });

  test("what an instance works on is finished within the grace, and cut off after it", async () => {
    await create({ top: { runtime: { termination_grace_period: 10 } } });
    await eas.clock.advance(2000);
    const finish: (() => void)[] = [];
    eas.containers.handle = () =>
      new Promise((resolve) => finish.push(() => resolve({ status: 200, headers: {}, body: new Uint8Array() })));
    const [upstream] = eas.cloud.lifeCycle.upstreams(eas.record("demo"));
    const first = upstream?.handle(request());
    await call("StopService");
    expect(eas.cloud.lifeCycle.upstreams(eas.record("demo"))).toEqual([]);
    await eas.clock.advance(9000);
    expect(await eas.status("demo")).toBe("Stopping");
    expect(eas.containers.started[0]?.stopped).toBe(false);
    finish[0]?.();
    expect(await first).toMatchObject({ status: 200 });
    await eas.until(async () => (await eas.status("demo")) === "Stopped");
    expect(eas.containers.started[0]?.stopped).toBe(true);
  });

  test("a grace that is over ends the process with what it works on", async () => {
    await create({ top: { runtime: { termination_grace_period: 10 } } });
    await eas.clock.advance(2000);
    eas.containers.handle = () => new Promise(() => undefined);
    void eas.cloud.lifeCycle.upstreams(eas.record("demo"))[0]?.handle(request());
    await call("StopService");
    await eas.clock.advance(10_000);
    expect(eas.containers.started[0]?.stopped).toBe(true);
    await eas.clock.advance(2500);
    expect(await eas.status("demo")).toBe("Stopped");
  });
});
