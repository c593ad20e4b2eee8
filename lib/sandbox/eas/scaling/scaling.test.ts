import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud, type Row, request } from "@/lib/sandbox/eas/testing-clock";

/* Replicas really change, on a clock that the test moves. */

let world: ManualCloud;

beforeEach(async () => {
  world = await openManualCloud();
});
afterEach(() => world.close());

const create = async (change?: Parameters<typeof serviceConfig>[1]) => {
  await world.call("CreateService", {}, serviceConfig("demo", change));
};
const running = async (change?: Parameters<typeof serviceConfig>[1]) => {
  await create(change);
  await world.running("demo", world.record("demo").config.metadata ? replicas() : 1);
};
const replicas = () => (world.record("demo").config.metadata as Row).instance as number;
const described = () => world.call("DescribeServiceAutoScaler", { service: "demo" });
const autoscale = (
  change: object = {},
  operation: "CreateServiceAutoScaler" | "UpdateServiceAutoScaler" = "CreateServiceAutoScaler",
) =>
  world.call(
    operation,
    { service: "demo" },
    { min: 1, max: 4, scaleStrategies: [{ metricName: "qps", threshold: 2 }], ...change },
  );

/** Calls at the gateway, so many a second. */
async function callFor(seconds: number, perSecond: number): Promise<void> {
  for (let tick = 0; tick < seconds * 2; tick++) {
    for (let n = 0; n < perSecond / 2; n++) world.cloud.observe(world.record("demo"), request());
    await world.clock.advance(500);
  }
}

describe("an autoscaler by calls a second", () => {
  test("adds replicas under load, and takes them away once the window has passed", async () => {
    await running();
    await autoscale({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } });
    await callFor(30, 6);
    expect(replicas()).toBe(3);
    await world.running("demo", 3);
    expect((await described()).CurrentMetrics).toEqual([
      { metricName: "QPS", value: expect.any(Number), service: "demo" },
    ]);
    await world.clock.advance(45_000);
    expect(replicas()).toBe(3);
    await world.clock.advance(40_000);
    expect(replicas()).toBe(1);
    await world.running("demo", 1);
  });

  test("waits for a window before it adds, too, if one is set", async () => {
    await running();
    await autoscale({ behavior: { scaleUp: { stabilizationWindowSeconds: 60 } } });
    await callFor(40, 6);
    expect(replicas()).toBe(1);
    await callFor(40, 6);
    expect(replicas()).toBe(3);
  });

  test("never leaves its bounds, and is at once within new ones", async () => {
    await running();
    await autoscale();
    await callFor(30, 40);
    expect(replicas()).toBe(4);
    await autoscale({ max: 2 }, "UpdateServiceAutoScaler");
    await world.clock.advance(5000);
    expect(replicas()).toBe(2);
    await world.clock.advance(20_000);
    await autoscale({ min: 5, max: 6 }, "UpdateServiceAutoScaler");
    await world.clock.advance(5000);
    expect(replicas()).toBe(5);
  });

  test("counts another service's calls where the strategy says so", async () => {
    await running();
    await world.call("CreateService", {}, serviceConfig("front"));
    await world.running("front");
    await autoscale({ scaleStrategies: [{ metricName: "qps", threshold: 1, service: "front" }] });
    for (let n = 0; n < 60; n++) {
      world.cloud.observe(world.record("front"), request());
      world.cloud.observe(world.record("front"), request());
      world.cloud.observe(world.record("front"), request());
      await world.clock.advance(1000);
    }
    expect(replicas()).toBe(3);
  });

  test("once deleted it leaves the replicas as they are", async () => {
    await running();
    await autoscale({ min: 2 });
    await world.clock.advance(5000);
    await world.call("DeleteServiceAutoScaler", { service: "demo" });
    await world.clock.advance(600_000);
    expect(replicas()).toBe(2);
    await expect(described()).rejects.toMatchObject({ status: 404 });
  });
});

describe("an autoscaler by load", () => {
  test("reads how busy the instances are", async () => {
    await running();
    world.containers.handle = async () => {
      await world.clock.sleep(60_000);
      return { status: 200, headers: {}, body: Buffer.from("late") };
    };
    await world.clock.advance(2000);
    await autoscale({ scaleStrategies: [{ metricName: "gpu[util]", threshold: 50 }] });
    const [upstream] = world.cloud.lifeCycle.upstreams(world.record("demo"));
    upstream?.handle(request());
    await world.clock.advance(20_000);
    expect(replicas()).toBe(2);
    expect(await described()).toMatchObject({ CurrentMetrics: [{ metricName: "gpu[util]", service: "demo" }] });
  });

  test("reads the load that a fault pretends", async () => {
    await running();
    const instance = world.record("demo").instances[0]?.name ?? "";
    await world.call(
      "CreateFaultInjection",
      { service: "demo", instance },
      { FaultType: "CpuFullloadTask", FaultArgs: { FaultAction: "fullload", CpuPercent: 90 } },
    );
    await autoscale({ scaleStrategies: [{ metricName: "cpu", threshold: 50 }] });
    expect(await described()).toMatchObject({ CurrentMetrics: [{ metricName: "CPU", value: 90 }] });
    await world.clock.advance(5000);
    expect(replicas()).toBe(2);
  });
});

describe("an autoscaler by the queue", () => {
  const queued = { metadata: { type: "Async" } };

  /** Items that nobody finishes. */
  function enqueue(count: number): void {
    world.containers.handle = () => new Promise(() => undefined);
    const input = world.cloud.queues.serving(world.record("demo"))?.queues.input;
    for (let n = 0; n < count; n++) input?.put({ data: Buffer.from("{}"), tags: {}, priority: 0 });
  }

  test("queue[avgbacklog] shares the backlog among the replicas", async () => {
    await running(queued);
    await autoscale({ scaleStrategies: [{ metricName: "queue[avgbacklog]", threshold: 10 }] });
    enqueue(25);
    await world.clock.advance(5000);
    expect(replicas()).toBe(3);
    expect(await described()).toMatchObject({ CurrentMetrics: [{ metricName: "queue[avgbacklog]", value: 25 }] });
  });

  test("queue[backlog] grows as long as the whole backlog is over the threshold", async () => {
    await running(queued);
    await autoscale({ max: 8, scaleStrategies: [{ metricName: "queue[backlog]", threshold: 10 }] });
    enqueue(20);
    await world.clock.advance(5000);
    expect(replicas()).toBe(2);
    await world.running("demo", 2);
    await world.clock.advance(6000);
    expect(replicas()).toBe(4);
  });

  test("from nothing, waiting items start as many as were asked for", async () => {
    await running(queued);
    await autoscale({
      min: 0,
      scaleStrategies: [{ metricName: "queue[avgbacklog]", threshold: 10 }],
      behavior: { onZero: { scaleDownGracePeriodSeconds: 30, scaleUpActivationReplicas: 2 } },
    });
    await world.clock.advance(40_000);
    expect(replicas()).toBe(0);
    enqueue(1);
    await world.clock.advance(5000);
    expect(replicas()).toBe(2);
  });
});

describe("down to zero", () => {
  const onZero = { min: 0, behavior: { onZero: { scaleDownGracePeriodSeconds: 60 } } };

  test("after the grace period without a call, and up again with the next one", async () => {
    await running();
    await autoscale(onZero);
    await callFor(10, 2);
    await world.clock.advance(50_000);
    expect(replicas()).toBe(1);
    await world.clock.advance(20_000);
    expect(replicas()).toBe(0);
    await world.clock.advance(5000);
    expect(await world.status("demo")).toBe("Running");
    expect(world.record("demo").instances).toEqual([]);
    world.cloud.observe(world.record("demo"), request());
    await world.clock.advance(5000);
    expect(replicas()).toBe(1);
    await world.running("demo", 1);
  });

  test("wakes up for another service's calls where a strategy names it", async () => {
    await running();
    await world.call("CreateService", {}, serviceConfig("front"));
    await autoscale({ ...onZero, scaleStrategies: [{ metricName: "qps", threshold: 2, service: "front" }] });
    await world.clock.advance(70_000);
    expect(replicas()).toBe(0);
    world.cloud.observe(world.record("front"), request());
    await world.clock.advance(5000);
    expect(replicas()).toBe(1);
  });

  test("goes on after a restart of the sandbox", async () => {
    await running();
    await autoscale(onZero);
    await world.reopen();
    await world.clock.advance(90_000);
    expect(replicas()).toBe(0);
  });
});

test("while an autoscaler exists, the number that an update brings is not taken", async () => {
  await running();
  await autoscale({ min: 2 });
  await world.clock.advance(5000);
  await world.running("demo", 2);
  await world.call("UpdateService", { service: "demo" }, { metadata: { instance: 1 } });
  expect(replicas()).toBe(2);
  expect(world.record("demo").latestVersion).toBe(1);
});

test("ScaleService is taken, and overruled at the next look", async () => {
  await running();
  await autoscale({ max: 2 });
  await world.call("ScaleService", { service: "demo" }, { Instance: 6 });
  expect(replicas()).toBe(6);
  await world.clock.advance(5000);
  expect(replicas()).toBe(2);
});

test("a stopped service is left alone", async () => {
  await running();
  await autoscale({ min: 2 });
  await world.call("StopService", { service: "demo" });
  await world.clock.advance(60_000);
  expect(replicas()).toBe(1);
  expect(await world.status("demo")).toBe("Stopped");
});

describe("in a configuration", () => {
  const block = (autoscaler: object) => running({ top: { autoscaler } });

  test.each([
    ["the API's form", { min: 2, max: 5, scaleStrategies: [{ metricName: "qps", threshold: 10 }] }],
    ["the short form", { min: 2, max: 5, strategies: { qps: 10 } }],
  ])("%s", async (_, autoscaler) => {
    await block(autoscaler);
    expect(replicas()).toBe(2);
    expect(await described()).toMatchObject({
      MinReplica: 2,
      MaxReplica: 5,
      ScaleStrategies: [{ metricName: "QPS", threshold: 10, service: "demo" }],
    });
    expect(await world.call("DescribeService", { service: "demo" })).toMatchObject({ AutoscalerEnabled: true });
  });

  test("its windows may be longer than there may be replicas", async () => {
    await block({
      min: 1,
      max: 5,
      strategies: { qps: 10 },
      behavior: { scaleDown: { stabilizationWindowSeconds: 3600 } },
    });
    expect(await described()).toMatchObject({
      Behavior: { behavior: { scaleDown: { stabilizationWindowSeconds: 3600 } } },
    });
  });

  test("snake case is ignored in silence: the service is scaled to nothing", async () => {
    await block({ min_replica: 1, max_replica: 3, scale_strategies: [{ metric_name: "qps", threshold: 10 }] });
    expect(await described()).toMatchObject({ MinReplica: 0, MaxReplica: 0, ScaleStrategies: [] });
    expect(await world.call("DescribeService", { service: "demo" })).toMatchObject({
      Status: "Running",
      TotalInstance: 0,
    });
  });

  test.each([
    ["half a replica", { min: 1.5, max: 3 }],
    ["a number as text", { min: "1", max: 3 }],
    ["more than there can be", { min: 1, max: 1e12 }],
  ])("%s is refused, and nothing of it is kept", async (_, bounds) => {
    const autoscaler = { ...bounds, scaleStrategies: [{ metricName: "qps", threshold: 10 }] };
    await expect(create({ top: { autoscaler } })).rejects.toMatchObject({ code: "InvalidParameter" });
    expect((await world.call("ListServices")).TotalCount).toBe(0);
  });

  test("an update of other things brings no deleted scaler back", async () => {
    await block({ min: 1, max: 5, strategies: { qps: 10 } });
    await world.call("DeleteServiceAutoScaler", { service: "demo" });
    await world.call("UpdateService", { service: "demo" }, { metadata: { instance: 2 } });
    expect(world.record("demo").autoscaler).toBeUndefined();
    expect(replicas()).toBe(2);
  });

  test("an update that changes it makes no instances anew", async () => {
    await block({ min: 1, max: 5, strategies: { qps: 10 } });
    const names = world.record("demo").instances.map(({ name }) => name);
    await world.call("UpdateService", { service: "demo" }, { autoscaler: { max: 7 } });
    expect(await described()).toMatchObject({ MaxReplica: 7 });
    await world.clock.advance(30_000);
    expect(world.record("demo").instances.map(({ name }) => name)).toEqual(names);
  });

  test("cron jobs", async () => {
    const job = { name: "noon", schedule: "0 0 12 * * *", targetSize: 3 };
    await running({ top: { cronscaler: { scaleJobs: [job] } } });
    expect(await world.call("DescribeServiceCronScaler", { service: "demo" })).toMatchObject({
      ScaleJobs: [{ Name: "noon", Schedule: "0 0 12 * * *", TargetSize: 3, TimeZone: "Asia/Shanghai" }],
    });
  });
});

describe("a cron scaler", () => {
  const cron = (body: object) => world.call("CreateServiceCronScaler", { service: "demo" }, body);
  const jobs = async () => (await world.call("DescribeServiceCronScaler", { service: "demo" })).ScaleJobs as Row[];
  const day = 24 * 3_600_000;

  test("scales at its moments, in its time zone", async () => {
    // It is 11:04:05 in Shanghai.
    await running();
    await cron({
      ScaleJobs: [
        { Name: "morning", Schedule: "0 30 11 * * *", TargetSize: 3, TimeZone: "Asia/Shanghai" },
        { Name: "evening", Schedule: "0 0 5 * * *", TargetSize: 1, TimeZone: "UTC" },
      ],
    });
    expect(await jobs()).toMatchObject([
      { Name: "morning", State: "Submitted", LastProbeTime: "", Message: "" },
      { Name: "evening", State: "Submitted" },
    ]);
    expect(replicas()).toBe(1);
    await world.clock.advance(30 * 60_000);
    expect(replicas()).toBe(3);
    expect(await jobs()).toMatchObject([
      {
        State: "Succeed",
        LastProbeTime: "2026-01-02T03:30:00Z",
        Message: "cron hpa job morning executed successfully. current replicas:1, desired replicas:3.",
      },
      { State: "Submitted" },
    ]);
    await world.clock.advance(2 * 3_600_000);
    expect(replicas()).toBe(1);
  });

  test("passes over excluded dates", async () => {
    await running();
    await cron({
      ScaleJobs: [{ Name: "morning", Schedule: "0 30 11 * * *", TargetSize: 3 }],
      ExcludeDates: ["* * * 2 1 *"],
    });
    await world.clock.advance(3_600_000);
    expect(replicas()).toBe(1);
    expect(await jobs()).toMatchObject([{ State: "Succeed", Message: expect.stringMatching(/excluded/) }]);
    await world.clock.advance(day);
    expect(replicas()).toBe(3);
  });

  test("says that it failed on a stopped service", async () => {
    await running();
    await cron({ ScaleJobs: [{ Name: "morning", Schedule: "0 30 11 * * *", TargetSize: 3 }] });
    await world.call("StopService", { service: "demo" });
    await world.clock.advance(3_600_000);
    expect(await jobs()).toMatchObject([{ State: "Failed", Message: expect.stringMatching(/Stopped/) }]);
    expect(replicas()).toBe(1);
  });

  test("goes on after a restart of the sandbox, and does not make up for what it missed", async () => {
    await running();
    await cron({ ScaleJobs: [{ Name: "morning", Schedule: "0 30 11 * * *", TargetSize: 3 }] });
    world.cloud.lifeCycle.close();
    await world.clock.advance(3_600_000);
    await world.reopen();
    await world.running("demo");
    expect(replicas()).toBe(1);
    await world.clock.advance(day);
    expect(replicas()).toBe(3);
  });

  test("an update replaces the jobs; one that stays keeps its past", async () => {
    await running();
    const morning = { Name: "morning", Schedule: "0 30 11 * * *", TargetSize: 3 };
    await cron({ ScaleJobs: [morning, { Name: "noon", Schedule: "0 0 12 * * *", TargetSize: 2 }] });
    await world.clock.advance(30 * 60_000);
    await world.call("UpdateServiceCronScaler", { service: "demo" }, { ScaleJobs: [morning] });
    expect(await jobs()).toMatchObject([{ Name: "morning", State: "Succeed" }]);
    await world.clock.advance(3_600_000);
    expect(replicas()).toBe(3);
    await world.call("DeleteServiceCronScaler", { service: "demo" });
    await world.call("ScaleService", { service: "demo" }, { Instance: 1 });
    await world.clock.advance(day);
    expect(replicas()).toBe(1);
  });
});
