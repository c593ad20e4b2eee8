import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serviceConfig } from "@/lib/sandbox/eas/testing";
import { type ManualCloud, openManualCloud, type Row } from "@/lib/sandbox/eas/testing-clock";
import { parseDuration } from "./duration";
import { resolveCount } from "./state";

let eas: ManualCloud;
beforeEach(async () => {
  eas = await openManualCloud();
  await eas.call(
    "CreateService",
    {},
    serviceConfig("demo", { metadata: { instance: 4, rolling_strategy: { max_surge: 4 } } }),
  );
  await eas.running("demo", 4);
});
afterEach(() => eas.close());

const call = (operation: Parameters<ManualCloud["call"]>[0], body?: unknown, query?: string) =>
  eas.call(operation, { service: "demo" }, body, query);
const update = () =>
  call("UpdateService", {
    containers: serviceConfig("demo", { container: { command: "python second.py" } }).containers,
  });
const rollout = async () => (await call("DescribeServiceRollout")).Rollout as { Status: Row; Strategy: Row };
const updated = () =>
  eas
    .record("demo")
    .instances.filter(({ version, status, ready }) => version === 2 && status !== "Terminating" && ready).length;
const older = () =>
  eas.record("demo").instances.filter(({ version, status }) => version === 1 && status !== "Terminating").length;

test("batches follow each other after their interval", async () => {
  await call("CreateServiceRollout", { Batch: { BatchSize: "1", Interval: "5m" } });
  expect((await rollout()).Status).toMatchObject({ Phase: "Pending", TotalReplicas: 4, UpdatedReplicas: 0 });
  await update();
  await eas.until(() => updated() === 1 && older() === 3);
  expect(await rollout()).toEqual({
    Status: {
      Phase: "Running",
      TotalReplicas: 4,
      UpdatedReplicas: 1,
      CurrentRevision: "demo-v1",
      UpdateRevision: "demo-v2",
      NextBatchStartTime: expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/),
    },
    Strategy: { Batch: { BatchSize: "1", Interval: "5m" } },
  });
  await eas.clock.advance(4 * 60_000);
  expect(updated()).toBe(1);
  await eas.clock.advance(90_000);
  expect(updated()).toBe(2);
  await eas.until(async () => (await eas.status("demo")) === "Running", 20 * 60_000);
  expect((await rollout()).Status).toMatchObject({ Phase: "Completed", UpdatedReplicas: 4, NextBatchStartTime: "" });
  expect(await call("DescribeService")).toMatchObject({ CurrentVersion: 2 });
});

test("a batch may be a share", async () => {
  await call("CreateServiceRollout", { Batch: { BatchSize: "50%", Interval: "1h" } });
  await update();
  await eas.clock.advance(60_000);
  expect([updated(), older()]).toEqual([2, 2]);
});

test("a partition keeps so many replicas old until it is made smaller", async () => {
  await call("CreateServiceRollout", { Partition: { Partition: "75%" } });
  await update();
  await eas.clock.advance(60_000);
  expect([updated(), older()]).toEqual([1, 3]);
  expect((await rollout()).Status).toMatchObject({ Phase: "Paused", UpdatedReplicas: 1 });
  expect(await eas.status("demo")).toBe("Updating");
  await call("UpdateServiceRollout", { Partition: { Partition: "0" } });
  await eas.running("demo", 4);
  expect([updated(), older()]).toEqual([4, 0]);
});

test("paused, nothing more is replaced; then it goes on", async () => {
  await call("CreateServiceRollout", { Batch: { BatchSize: "1", Interval: "10s" } });
  await update();
  await eas.until(() => updated() === 1 && older() === 3);
  await call("UpdateServiceRollout", { Paused: true });
  await eas.clock.advance(600_000);
  expect([updated(), older()]).toEqual([1, 3]);
  expect((await rollout()).Status.Phase).toBe("Paused");
  await call("UpdateServiceRollout", { Paused: false });
  await eas.until(async () => (await eas.status("demo")) === "Running", 600_000);
  expect(updated()).toBe(4);
});

test("deleted, it stops at once and keeps the replicas mixed, also over a restart and a scale-out", async () => {
  await call("CreateServiceRollout", { Batch: { BatchSize: "2", Interval: "1h" } });
  await update();
  await eas.until(() => updated() === 2 && older() === 2);
  await call("DeleteServiceRollout");
  await eas.clock.advance(10_000);
  expect(await call("DescribeService")).toMatchObject({ Status: "Running", CurrentVersion: 1, LatestVersion: 2 });
  await expect(rollout()).rejects.toMatchObject({ status: 404, code: "InvalidRollout.NotFound" });
  await eas.reopen();
  await eas.clock.advance(60_000);
  expect([updated(), older()]).toEqual([2, 2]);
  expect(eas.containers.started.map(({ spec }) => spec.command).sort()).toEqual([
    "python /home/pai/app.py --func_name base",
    "python /home/pai/app.py --func_name base",
    "python second.py",
    "python second.py",
  ]);
  // The next update is not held back any more.
  await call("UpdateService", { metadata: { rpc: { keepalive: 1000 } } });
  await eas.running("demo", 4);
  expect(eas.record("demo").instances.every(({ version, status }) => version === 3 || status === "Terminating")).toBe(
    true,
  );
});

test("a waiting batch is waited for over a restart", async () => {
  await call("CreateServiceRollout", { Batch: { BatchSize: "2", Interval: "5m" } });
  await update();
  await eas.until(() => updated() === 2 && older() === 2);
  await eas.reopen();
  await eas.clock.advance(200_000);
  expect(older()).toBe(2);
  await eas.until(async () => (await eas.status("demo")) === "Running", 600_000);
  expect(updated()).toBe(4);
});

test("a new version that does not start fails the rollout, the old ones serve", async () => {
  await call("CreateServiceRollout", { Batch: { BatchSize: "1", Interval: "1m" } });
  eas.containers.readyAtOnce = false;
  await update();
  for (let n = 0; n < 4; n++) {
    await eas.clock.advance(10_000);
    eas.containers.started.at(-1)?.exit(1);
  }
  await eas.clock.advance(0);
  expect((await rollout()).Status).toMatchObject({ Phase: "Failed", UpdatedReplicas: 0 });
  expect(older()).toBe(4);
});

describe("what is refused", () => {
  test.each([
    [{}, /Batch or Partition is required/],
    [{ Batch: { BatchSize: "1" }, Partition: { Partition: "1" } }, /mutually exclusive/],
    [{ Batch: { BatchSize: "0" } }, /BatchSize/],
    [{ Batch: { BatchSize: "101%" } }, /BatchSize/],
    [{ Batch: { BatchSize: "1", Interval: "5 minutes" } }, /Interval/],
    [{ Partition: { Partition: "-1" } }, /Partition/],
    [{ Partition: { Partition: "1" }, Paused: "yes" }, /Paused/],
  ])("%j", async (body, message) => {
    await expect(call("CreateServiceRollout", body)).rejects.toMatchObject({
      code: "InvalidParameter",
      message: expect.stringMatching(message),
    });
  });

  test("a second one; a change or an end of none", async () => {
    for (const operation of ["UpdateServiceRollout", "DeleteServiceRollout", "DescribeServiceRollout"] as const)
      await expect(call(operation, { Paused: true })).rejects.toMatchObject({ status: 404 });
    await call("CreateServiceRollout", { Partition: { Partition: "1" } });
    await expect(call("CreateServiceRollout", { Partition: { Partition: "1" } })).rejects.toMatchObject({
      status: 400,
    });
  });
});

test.each([
  ["5m", 300_000],
  ["1h30m", 5_400_000],
  ["0s", 0],
  ["500ms", 500],
  ["5", undefined],
  ["m", undefined],
  ["", undefined],
])("duration %s", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ["3", 10, 3],
  ["25%", 10, 3],
  ["0%", 10, 0],
  ["100%", 3, 3],
])("%s of %i", (text, total, count) => {
  expect(resolveCount(text, total, Math.ceil)).toBe(count);
});
