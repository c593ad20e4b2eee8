import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "@/lib/clock";
import type { Context } from "@/lib/context.server";
import { openTestCloud, type TestCloud, testConfig } from "@/lib/eas/testing";
import { createOssClient } from "@/lib/oss/client";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { isolateInstance, restartInstance } from "./change-instance";
import { createService } from "./create-service";
import { getGroup } from "./get-group";
import { getScaling } from "./get-scaling";
import { listServices } from "./list-services";
import { listVersions } from "./list-versions";
import { mergeList } from "./merge-list";
import { releaseService, setTrafficMode } from "./release-service";
import { rollBackService } from "./roll-back-service";
import { scaleService } from "./scale-service";
import { deleteAutoscaler, setAutoscaler } from "./set-autoscaler";
import { deleteCronScaler, setCronScaler } from "./set-cron-scaler";
import { setLabels } from "./set-labels";
import { setSafetyLock } from "./set-safety-lock";
import { trafficShares } from "./traffic-shares";

/** What an operator does, with a real store and real clients against the imitated cloud; each deed is in the audit. */

let cloud: TestCloud;
let store: TestStore;
let ctx: Context;

beforeAll(async () => {
  [cloud, store] = await Promise.all([openTestCloud(), createTestStore()]);
  const [user] = await store.db
    .insert(users)
    .values({ name: "ada", role: "owner", passwordHash: "-" })
    .returning({ id: users.id });
  ctx = {
    connection: cloud.connection,
    eas: cloud.eas,
    oss: createOssClient(cloud.connection),
    db: store.db,
    clock: systemClock,
    signal: new AbortController().signal,
    user: { id: user?.id ?? "", name: "ada", role: "owner" },
  };
});

afterAll(async () => {
  await Promise.all([cloud.close(), store.close()]);
});

async function create(name: string, more: Record<string, unknown> = {}, metadata: object = {}): Promise<void> {
  await createService(ctx, { config: testConfig(name, more, metadata) });
  await cloud.until(name, "Running");
}

/** What was written down of a service, oldest first. */
async function deedsOf(target: string) {
  const rows = await store.db
    .select({ action: auditEntries.action, details: auditEntries.details, userName: auditEntries.userName })
    .from(auditEntries)
    .where(eq(auditEntries.target, target))
    .orderBy(asc(auditEntries.id));
  return rows.filter(({ action }) => action !== "services.create");
}

describe("labels, lock, instances", () => {
  it("are changed, and written down with what was before", async () => {
    const name = "marked";
    await create(name, { labels: { team: "art", old: "1" } });
    await setLabels(ctx, { name, set: { team: "film", env: "测试" }, remove: ["old", "never_there"] });
    expect((await cloud.eas.describeService(name)).labels).toEqual({ team: "film", env: "测试" });
    await scaleService(ctx, { name, instances: 2 });
    await setSafetyLock(ctx, { name, lock: "all" });
    await expect(scaleService(ctx, { name, instances: 1 })).rejects.toMatchObject({
      code: "conflict",
      params: { reason: "locked", rule: "status.reason.locked" },
    });
    await setSafetyLock(ctx, { name, lock: "none" });
    await cloud.until(name, "Running");
    const [first] = (await cloud.eas.listServiceInstances(name)).items;
    const instance = first?.name ?? "";
    await isolateInstance(ctx, { name, instance, isolate: true });
    await isolateInstance(ctx, { name, instance, isolate: false });
    await restartInstance(ctx, { name, instance, soft: true });
    expect(await deedsOf(name)).toMatchObject([
      {
        action: "services.label",
        userName: "ada",
        details: { from: { team: "art", old: "1" }, to: { team: "film", env: "测试" } },
      },
      { action: "services.scale", details: { from: 1, to: 2 } },
      { action: "services.lock", details: { from: "none", to: "all" } },
      { action: "services.lock", details: { from: "all", to: "none" } },
      { action: "services.isolate_instance", details: { instance, from: false, to: true } },
      { action: "services.isolate_instance", details: { instance, from: true, to: false } },
      { action: "services.restart_instance", details: { instance, soft: true } },
    ]);
  });
});

describe("versions", () => {
  it("say who made them and how, and what they drew; others' are nobody's", async () => {
    const name = "aged";
    await create(name);
    await store.db.insert(generations).values({
      connectionId: cloud.connection.id,
      service: name,
      taskId: "t1",
      status: "succeeded",
      input: { mode: "txt2img", prompt: "a cat" },
      bucket: "pictures",
      keys: ["results/t1.png"],
    });
    // In another place, past this console.
    await updateElsewhere(name);
    await rollBackService(ctx, { name, version: 1 });
    await cloud.until(name, "Running");
    const { items, current, latest } = await listVersions(ctx, { name });
    expect({ current, latest, numbers: items.map(({ number }) => number) }).toEqual({
      current: 3,
      latest: 3,
      numbers: [3, 2, 1],
    });
    expect(items[0]).toMatchObject({ author: "ada", deed: "roll_back", rolledBackTo: 1 });
    expect(items[1]?.author).toBeUndefined();
    expect(items[2]).toMatchObject({ author: "ada", command: "run 中文", instanceType: "ml.gu7i.c8m30.1-gu30" });
    expect(items.map(({ thumbnail }) => thumbnail?.prompt).filter(Boolean)).toEqual(["a cat"]);
    expect(await deedsOf(name)).toMatchObject([{ action: "services.roll_back", details: { from: 2, to: 1 } }]);
  });

  async function updateElsewhere(name: string) {
    const containers = [{ image: "registry.cn-hangzhou.aliyuncs.com/own/image:2", command: "run", port: 8000 }];
    await cloud.eas.updateService(name, JSON.stringify({ containers }));
    await cloud.until(name, "Running");
  }
});

describe("scalers", () => {
  const rules = {
    min: 1,
    max: 3,
    strategies: [{ metric: "qps", threshold: 4 }],
    scaleUpWindowSeconds: 0,
    scaleDownWindowSeconds: 300,
    graceSeconds: 600,
    activationReplicas: 1,
  };

  it("by load: made, changed to zero, changed back, taken away", async () => {
    const name = "elastic";
    await create(name);
    expect(await getScaling(ctx, { name })).toEqual({ autoscaler: undefined, cronScaler: undefined });
    await setAutoscaler(ctx, { name, rules });
    expect((await getScaling(ctx, { name })).autoscaler).toMatchObject({
      min: 1,
      max: 3,
      // The service itself goes without saying.
      strategies: [{ metric: "QPS", threshold: 4, service: undefined }],
      onZero: undefined,
    });
    await setAutoscaler(ctx, { name, rules: { ...rules, min: 0 } });
    const zero = (await getScaling(ctx, { name })).autoscaler;
    expect(zero).toMatchObject({ min: 0, onZero: { graceSeconds: 600, activationReplicas: 1 } });
    expect(zero).not.toHaveProperty("behavior");
    await setAutoscaler(ctx, { name, rules: { ...rules, max: 5 } });
    expect((await getScaling(ctx, { name })).autoscaler).toMatchObject({ min: 1, max: 5, onZero: undefined });
    await deleteAutoscaler(ctx, { name });
    expect((await getScaling(ctx, { name })).autoscaler).toBeUndefined();
    expect((await deedsOf(name)).map(({ details }) => [details.from, details.to])).toMatchObject([
      [null, { min: 1, max: 3 }],
      [{ min: 1 }, { min: 0, onZero: { graceSeconds: 600 } }],
      [{ min: 0 }, { min: 1, max: 5 }],
      [{ min: 1, max: 5 }, null],
    ]);
  });

  it("keeps the one that was there when the one to zero is refused", async () => {
    const name = "held";
    await create(name);
    await setAutoscaler(ctx, { name, rules });
    const fault = {
      operation: "CreateServiceAutoScaler",
      status: 400,
      code: "InvalidParameter",
      message: "no",
      times: 1,
    };
    await cloud.control("/faults", fault);
    await expect(setAutoscaler(ctx, { name, rules: { ...rules, min: 0 } })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect((await getScaling(ctx, { name })).autoscaler).toMatchObject({ min: 1, max: 3 });
    expect(await deedsOf(name)).toHaveLength(1);
  });

  it("says what is lost when the one that was there cannot be put back either", async () => {
    const name = "orphaned";
    await create(name);
    await setAutoscaler(ctx, { name, rules });
    const fault = { operation: "CreateServiceAutoScaler", status: 400, code: "InvalidParameter", message: "no" };
    await cloud.control("/faults", { ...fault, times: 2 });
    await expect(setAutoscaler(ctx, { name, rules: { ...rules, min: 0 } })).rejects.toMatchObject({
      code: "invalid_input",
      params: { rule: "scaling.auto.lost", min: 1, max: 3, metrics: "QPS 4" },
      vendor: { message: "no" },
    });
    expect((await getScaling(ctx, { name })).autoscaler).toBeUndefined();
    expect((await deedsOf(name)).at(-1)?.details).toMatchObject({ from: { min: 1, max: 3 }, to: null });
    // The same press again, or the former one.
    await setAutoscaler(ctx, { name, rules });
    expect((await getScaling(ctx, { name })).autoscaler).toMatchObject({ min: 1, max: 3 });
  });

  it("measures a queue only where there is one", async () => {
    await create("synchronous");
    await create("queued", {}, { type: "Async" });
    const backlog = { ...rules, strategies: [{ metric: "queue[avgbacklog]", threshold: 5 }] };
    await expect(setAutoscaler(ctx, { name: "synchronous", rules: backlog })).rejects.toMatchObject({
      code: "invalid_input",
      params: { rule: "scaling.rules.needsQueue" },
    });
    await setAutoscaler(ctx, { name: "queued", rules: backlog });
  });

  it("by the clock: made, changed, taken away", async () => {
    const name = "timed";
    await create(name);
    const morning = { name: "morning", schedule: "0 0 9 * * 1-5", targetSize: 2, timeZone: "Asia/Shanghai" };
    await setCronScaler(ctx, { name, rules: { jobs: [morning], excludeDates: [] } });
    await setCronScaler(ctx, { name, rules: { jobs: [{ ...morning, targetSize: 1 }], excludeDates: ["* * * 1 5 *"] } });
    expect((await getScaling(ctx, { name })).cronScaler).toMatchObject({
      jobs: [{ name: "morning", targetSize: 1 }],
      excludeDates: ["* * * 1 5 *"],
    });
    await deleteCronScaler(ctx, { name });
    expect(await deedsOf(name)).toMatchObject([
      { action: "services.schedule", details: { from: null, to: { jobs: [morning] } } },
      { details: { from: { jobs: [morning] }, to: { jobs: [{ targetSize: 1 }] } } },
      { details: { from: { jobs: [{ targetSize: 1 }] }, to: null } },
    ]);
  });
});

describe("groups", () => {
  it("share their traffic by instances, or by weights once some are set", async () => {
    for (const name of ["blue", "green"]) await create(name, {}, { group: "colours" });
    const before = await getGroup(ctx, { name: "blue" });
    expect(before).toMatchObject({ name: "colours", trafficMode: "auto", hasQueue: false });
    expect(before?.members.map(({ name }) => name)).toEqual(["blue", "green"]);
    expect(before && trafficShares(before)).toEqual([0.5, 0.5]);
    await releaseService(ctx, { name: "green", weight: 300 });
    await releaseService(ctx, { name: "blue", weight: 100 });
    const after = await getGroup(ctx, { name: "green" });
    expect(after && trafficShares(after)).toEqual([0.25, 0.75]);
    await releaseService(ctx, { name: "blue", trafficState: "standalone" });
    const alone = await getGroup(ctx, { name: "green" });
    expect(alone && trafficShares(alone)).toEqual([0, 1]);
    await setTrafficMode(ctx, { name: "green", mode: "auto" });
    expect((await getGroup(ctx, { name: "green" }))?.trafficMode).toBe("auto");
    expect(await deedsOf("green")).toMatchObject([
      { action: "services.release", details: { group: "colours", to: { weight: 300 } } },
      { action: "services.traffic_mode", details: { group: "colours", from: "customized", to: "auto" } },
    ]);
  });

  it("is none for a service that stands alone by itself", async () => {
    await create("lonely");
    expect(await getGroup(ctx, { name: "lonely" })).toBeNull();
    await expect(releaseService(ctx, { name: "lonely", weight: 1 })).rejects.toMatchObject({
      code: "conflict",
      params: { reason: "notGrouped" },
    });
  });
});

describe("list", () => {
  it("is swept once for all, tells who made a service and when it was used, and then only what changed", async () => {
    await create("ours");
    await cloud.eas.createService(testConfig("theirs"));
    await cloud.until("theirs", "Running");
    await store.db.insert(generations).values({
      connectionId: cloud.connection.id,
      service: "ours",
      taskId: "t2",
      status: "failed",
      input: {},
      createdAt: new Date("2026-01-02T03:04:05Z"),
    });
    await setLabels(ctx, { name: "ours", set: { a: "1" }, remove: [] });
    let sweeps = 0;
    const listAllServices = () => {
      sweeps++;
      return cloud.eas.listAllServices();
    };
    const counting = { ...ctx, eas: { ...ctx.eas, listAllServices } };
    const [all, again] = await Promise.all([listServices(counting), listServices(counting)]);
    expect(sweeps).toBe(1);
    expect(again).toEqual(all);
    const byName = new Map(all.items.map((item) => [item.name, item]));
    expect(byName.get("ours")).toMatchObject({ createdBy: "ada", lastUsedAt: "2026-01-02T03:04:05.000Z" });
    expect(byName.get("theirs")).toMatchObject({ createdBy: undefined, lastUsedAt: undefined });
    expect([...byName.keys()].filter((name) => name.endsWith("-queue"))).toEqual([]);

    await setLabels(ctx, { name: "ours", set: { a: "2" }, remove: [] });
    const { epoch, revision } = all;
    const news = await listServices(counting, { epoch, revision });
    expect(news.items.map(({ name }) => name)).toEqual(["ours"]);
    const merged = mergeList(all, news);
    expect(merged.items.find(({ name }) => name === "ours")?.labels).toEqual({ a: "2" });
    expect(merged.items).toHaveLength(all.items.length);
    expect((await listServices(counting, { epoch: "another", revision })).items).toHaveLength(all.items.length);
  });
});
