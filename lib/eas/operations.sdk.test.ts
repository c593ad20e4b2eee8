import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListServicesQuery } from "./operations/reading";
import { openTestCloud, type TestCloud, testConfig } from "./testing";

/** Each operation beyond a service's plain life, by our client against the imitation of the API. */

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await openTestCloud();
});

afterAll(() => cloud.close());

async function create(name: string, more: Record<string, unknown> = {}, metadata: object = {}): Promise<void> {
  await cloud.eas.createService(testConfig(name, more, metadata));
  await cloud.until(name, "Running");
}

const imageOf = (config: string | undefined): unknown => JSON.parse(config ?? "{}").containers[0].image;

describe("list of services", () => {
  beforeAll(async () => {
    await create("listed_one", { labels: { team: "art", env: "test" } }, { group: "listed" });
    await create("listed_two", { labels: { team: "art" } });
    await create("listed_async", {}, { type: "Async" });
    await cloud.eas.stopService("listed_two");
    await cloud.until("listed_two", "Stopped");
    await cloud.eas.createAutoscaler("listed_one", { min: 1, max: 2, strategies: [{ metric: "qps", threshold: 5 }] });
  });

  it.each<[ListServicesQuery, string[]]>([
    [{}, ["listed_async", "listed_one", "listed_two"]],
    [{ serviceName: "listed_one" }, ["listed_one"]],
    [{ serviceStatus: "Stopped" }, ["listed_two"]],
    [{ serviceType: "Async" }, ["listed_async"]],
    [{ labels: { team: "art" } }, ["listed_one", "listed_two"]],
    [{ labels: { team: "art", env: "test" } }, ["listed_one"]],
    [{ labels: {} }, ["listed_async", "listed_one", "listed_two"]],
    [{ group: "listed" }, ["listed_one"]],
    [{ trafficState: "standalone" }, ["listed_two"]],
    [{ autoscalerEnabled: true }, ["listed_one"]],
    [{ cronscalerEnabled: true }, []],
    [{ resourceType: "DedicatedResource" }, []],
    [{ role: "Queue" }, ["listed_async-queue"]],
    [{ callerUid: "1234567890123456" }, ["listed_async", "listed_one", "listed_two"]],
    [{ callerUid: "1" }, []],
  ])("%j", async (query, names) => {
    const { items, totalCount } = await cloud.eas.listServices({ filter: "listed", ...query });
    expect(items.map(({ name }) => name).sort()).toEqual(names);
    expect(totalCount).toBe(names.length);
  });

  it("comes in the order and the pages asked for", async () => {
    const page = (pageNumber: number, order: "asc" | "desc") =>
      cloud.eas.listServices({ filter: "listed", sort: "ServiceName", order, pageNumber, pageSize: 2 });
    expect((await page(1, "asc")).items.map(({ name }) => name)).toEqual(["listed_async", "listed_one"]);
    expect(await page(2, "asc")).toMatchObject({ items: [{ name: "listed_two" }], totalCount: 3 });
    expect((await page(1, "desc")).items[0]?.name).toBe("listed_two");
  });

  it("tells of groups and scalers", async () => {
    const { items } = await cloud.eas.listServices({ serviceName: "listed_one" });
    expect(items[0]).toMatchObject({ group: "listed", trafficState: "grouping", autoscaled: true, cronScaled: false });
  });
});

describe("labels and lock", () => {
  it("labels are set beside others, and taken away", async () => {
    await create("marked", { labels: { a: "1" } });
    await cloud.eas.setServiceLabels("marked", { b: "二", c: "" });
    expect((await cloud.eas.describeService("marked")).labels).toEqual({ a: "1", b: "二", c: "" });
    await cloud.eas.deleteServiceLabels("marked", ["a", "c"]);
    expect((await cloud.eas.describeService("marked")).labels).toEqual({ b: "二" });
  });

  it("a lock refuses with a conflict until it is opened", async () => {
    await create("locked");
    await cloud.eas.setSafetyLock("locked", "dangerous");
    expect((await cloud.eas.describeService("locked")).safetyLock).toBe("dangerous");
    await expect(cloud.eas.deleteService("locked")).rejects.toMatchObject({ code: "conflict" });
    await cloud.eas.scaleService("locked", 2);
    await cloud.until("locked", "Running");
    await cloud.eas.setSafetyLock("locked", "all");
    await expect(cloud.eas.scaleService("locked", 1)).rejects.toMatchObject({ code: "conflict" });
    await cloud.eas.setSafetyLock("locked", "none");
    await cloud.eas.deleteService("locked");
  });
});

describe("versions", () => {
  it("are listed with their configurations, and gone back to", async () => {
    await create("aged");
    const image = "registry.cn-hangzhou.aliyuncs.com/own/image:2";
    await cloud.eas.updateService("aged", JSON.stringify({ containers: [{ image, command: "run", port: 8000 }] }));
    await cloud.until("aged", "Running");
    const { items, totalCount } = await cloud.eas.listServiceVersions("aged");
    expect(totalCount).toBe(2);
    expect(items.map(({ number }) => number)).toEqual([2, 1]);
    expect(items[0]).toMatchObject({ builtAt: expect.any(String), message: "Service is Running" });
    expect(items.map(({ config }) => imageOf(config))).toEqual([image, expect.stringContaining("image:1")]);
    await cloud.eas.rollBackService("aged", 1);
    await cloud.until("aged", "Running");
    const service = await cloud.eas.describeService("aged");
    expect(service.version).toEqual({ current: 3, latest: 3 });
    expect(imageOf(service.config)).toContain("image:1");
    await expect(cloud.eas.rollBackService("aged", 3)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("autoscaler", () => {
  it("is made, told, changed and taken away", async () => {
    await create("elastic");
    expect(await cloud.eas.describeAutoscaler("elastic")).toBeUndefined();
    const rules = { min: 1, max: 3, strategies: [{ metric: "qps", threshold: 10 }], scaleDownWindowSeconds: 120 };
    await cloud.eas.createAutoscaler("elastic", rules);
    const made = await cloud.eas.describeAutoscaler("elastic");
    expect(made).toMatchObject({
      min: 1,
      max: 3,
      strategies: [{ metric: "QPS", threshold: 10, service: "elastic" }],
      scaleDownWindowSeconds: 120,
      currentMetrics: [{ metric: "QPS", value: 0 }],
    });
    expect((await cloud.eas.describeService("elastic")).autoscaled).toBe(true);
    // As it was told it can be sent back.
    await cloud.eas.updateAutoscaler("elastic", { ...rules, ...made, max: 4, scaleUpWindowSeconds: 30 });
    expect(await cloud.eas.describeAutoscaler("elastic")).toMatchObject({
      max: 4,
      scaleUpWindowSeconds: 30,
      scaleDownWindowSeconds: 120,
    });
    await cloud.eas.deleteAutoscaler("elastic");
    expect(await cloud.eas.describeAutoscaler("elastic")).toBeUndefined();
  });

  it("goes to zero only when it is created so", async () => {
    await create("sleepy");
    const rules = { min: 0, max: 1, strategies: [{ metric: "qps", threshold: 1 }] };
    await expect(cloud.eas.createAutoscaler("sleepy", rules)).rejects.toMatchObject({ code: "invalid_input" });
    const sound = { ...rules, onZero: { graceSeconds: 900, activationReplicas: 1 } };
    await cloud.eas.createAutoscaler("sleepy", sound);
    expect(await cloud.eas.describeAutoscaler("sleepy")).toMatchObject(sound.onZero ? { onZero: sound.onZero } : {});
    await expect(cloud.eas.updateAutoscaler("sleepy", sound)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("of a service that is not there is an error, not none", async () => {
    await expect(cloud.eas.describeAutoscaler("nobody")).rejects.toMatchObject({ code: "not_found" });
    await expect(cloud.eas.describeCronScaler("nobody")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("cron scaler", () => {
  it("is made, told, changed and taken away", async () => {
    await create("timed");
    expect(await cloud.eas.describeCronScaler("timed")).toBeUndefined();
    const up = { name: "morning", schedule: "0 0 9 * * 1-5", targetSize: 2, timeZone: "Asia/Shanghai" };
    const down = { name: "evening", schedule: "0 0 19 * * *", targetSize: 0, timeZone: "Europe/Berlin" };
    await cloud.eas.createCronScaler("timed", { jobs: [up], excludeDates: ["* * * 1 10 *"] });
    expect(await cloud.eas.describeCronScaler("timed")).toEqual({
      jobs: [{ ...up, createdAt: expect.any(String), state: "Submitted" }],
      excludeDates: ["* * * 1 10 *"],
    });
    await cloud.eas.updateCronScaler("timed", { jobs: [up, down], excludeDates: [] });
    expect(await cloud.eas.describeCronScaler("timed")).toMatchObject({ jobs: [up, down], excludeDates: [] });
    expect((await cloud.eas.describeService("timed")).cronScaled).toBe(true);
    const wrong = { jobs: [{ ...up, schedule: "0 9 * * *" }], excludeDates: [] };
    await expect(cloud.eas.updateCronScaler("timed", wrong)).rejects.toMatchObject({ code: "invalid_input" });
    await cloud.eas.deleteCronScaler("timed");
    expect(await cloud.eas.describeCronScaler("timed")).toBeUndefined();
  });
});

describe("groups", () => {
  it("are listed with their way of sharing, which a released weight changes", async () => {
    for (const name of ["blue", "green"]) await create(name, {}, { group: "colours" });
    expect((await cloud.eas.listGroups({ filter: "colo" })).items).toMatchObject([
      { name: "colours", trafficMode: "auto", internetEndpoint: expect.stringContaining("/colours") },
    ]);
    await cloud.eas.releaseService("green", { weight: 25 });
    await cloud.eas.releaseService("blue", { trafficState: "standalone" });
    expect(await cloud.eas.describeService("green")).toMatchObject({ group: "colours", weight: 25 });
    expect((await cloud.eas.describeService("blue")).trafficState).toBe("standalone");
    expect((await cloud.eas.describeGroup("colours")).trafficMode).toBe("customized");
    await cloud.eas.setGroupTrafficMode("colours", "auto");
    expect((await cloud.eas.describeGroup("colours")).trafficMode).toBe("auto");
    await expect(cloud.eas.describeGroup("no_such_group")).rejects.toMatchObject({ code: "not_found" });
    await expect(cloud.eas.releaseService("green", { weight: 1001 })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("instances", () => {
  const instances = async () => (await cloud.eas.listServiceInstances("crew")).items;

  it("are looked into, restarted, isolated and detached one by one", async () => {
    await create("crew", {}, { instance: 2 });
    const [first, second] = await instances();
    const name = first?.name ?? "";
    expect(first).toMatchObject({ isLatest: true, isolated: false, detached: false });
    expect(await cloud.eas.listServiceContainers("crew", name)).toEqual([
      expect.objectContaining({ name: "worker0", ready: true, status: "Running", port: 8000, restartCount: 0 }),
    ]);
    await cloud.eas.restartInstances("crew", [name], { soft: true });
    const containers = async () => (await cloud.eas.listServiceContainers("crew", name))[0];
    await expect.poll(containers).toMatchObject({ restartCount: 1, ready: true, last: { status: "Terminated" } });

    await cloud.eas.updateInstance("crew", name, { isolate: true });
    expect((await instances()).find((one) => one.name === name)?.isolated).toBe(true);
    await cloud.eas.updateInstance("crew", name, { isolate: false });
    expect((await instances()).find((one) => one.name === name)?.isolated).toBe(false);

    await cloud.eas.restartInstances("crew", [name]);
    await expect
      .poll(async () => (await instances()).filter(({ status }) => status === "Running").map((one) => one.name))
      .toEqual(expect.not.arrayContaining([name]));
    await cloud.eas.updateInstance("crew", second?.name ?? "", { detach: true });
    expect((await instances()).find((one) => one.name === second?.name)?.detached).toBe(true);
    await expect(cloud.eas.restartInstances("crew", ["nobody"])).rejects.toMatchObject({ code: "not_found" });
  });

  it("that are to go first are named when there will be fewer", async () => {
    await create("shrinking", {}, { instance: 2 });
    const [victim] = (await cloud.eas.listServiceInstances("shrinking")).items;
    await cloud.eas.scaleService("shrinking", 1, { instancesToDelete: [victim?.name ?? ""] });
    await expect
      .poll(async () => (await cloud.eas.listServiceInstances("shrinking")).items.map(({ name }) => name))
      .toEqual([expect.not.stringMatching(victim?.name ?? "")]);
  });
});
