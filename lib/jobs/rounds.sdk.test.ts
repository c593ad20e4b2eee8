import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { getCosts, getServiceCosts } from "@/lib/costs/report";
import { createEasClient } from "@/lib/eas/client";
import { connectTo, openTestCloud, type TestCloud, testConfig } from "@/lib/eas/testing";
import { AppError } from "@/lib/errors";
import { guardServices, keepRunning } from "@/lib/guard/guard";
import { queueLength } from "@/lib/guard/queue-length";
import { savePriceList } from "@/lib/prices/price-list";
import { listTimeline } from "@/lib/services/timeline-store";
import { toServiceSummary } from "@/lib/services/view";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { auditEntries } from "@/lib/store/schema/audit";
import { generations } from "@/lib/store/schema/generations";
import { budgets, guardDefaults, guardStates } from "@/lib/store/schema/guard";
import { notices } from "@/lib/store/schema/notifications";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { dueRounds, goRound, type RoundsWorld } from "./rounds";
import { type Runner, startRunner } from "./runner";

/** Two processes on one database, before the imitated cloud; the clock is moved by the test. */

const MINUTE = 60_000;
const GU30 = "ml.gu7i.c8m30.1-gu30";

let cloud: TestCloud;
let store: TestStore;
const exchanges: Exchange[] = [];
let clock: ManualClock;
let runners: Runner[] = [];
let looks: number;
/** The look whose findings are in the store. */
let written: number;
let isDown: boolean;
let stops: string[];

beforeAll(async () => {
  [cloud, store] = await Promise.all([openTestCloud(), createTestStore()]);
  exchanges.push(openExchange(store.pool), openExchange(store.pool));
});
beforeEach(async () => {
  await store.pool.query(
    "TRUNCATE instance_runs, reading_gaps, meter_states, price_lists, prices, generations, guard_defaults, guard_states, budgets, budget_alarms, notices",
  );
  clock = createManualClock(Math.ceil(Date.now() / MINUTE) * MINUTE);
  looks = 0;
  written = 0;
  isDown = false;
  stops = [];
});
afterEach(async () => {
  await stopAll();
});
afterAll(async () => {
  await Promise.all(exchanges.map((exchange) => exchange.close()));
  await Promise.all([cloud.close(), store.close()]);
});

function world(): RoundsWorld {
  const eas = createEasClient(cloud.connection);
  return {
    db: store.db,
    clock,
    listConnectionIds: async () => ["test"],
    findConnection: async () => connectTo(cloud.sandbox),
    openMeter: () => ({
      listServices: async () => {
        looks += 1;
        if (isDown) throw new AppError("network", { retryable: true });
        return (await eas.listAllServices()).items.filter(({ role }) => role !== "Queue").map(toServiceSummary);
      },
      listInstances: async (name) => (await eas.listServiceInstances(name)).items,
    }),
    openGuard: (connection) => ({
      eas: {
        ...eas,
        stopService: async (name) => {
          stops.push(name);
          await eas.stopService(name);
        },
      },
      queueLength: (service) => queueLength(connection, eas, service),
      onActed: () => undefined,
    }),
  };
}

function startProcess(index: number): Runner {
  const here = world();
  const runner = startRunner({
    kind: "round",
    exchange: exchanges[index] as Exchange,
    clock,
    due: () => dueRounds(here),
    run: async (id) => {
      await goRound(here, id);
      written = looks;
    },
    onError: (error) => {
      throw error;
    },
    atOnce: 1,
    everyMs: 1000,
  });
  runners.push(runner);
  return runner;
}

async function stopAll(): Promise<void> {
  const all = runners.splice(0);
  const stopping = Promise.all(all.map((runner) => runner.stop()));
  await clock.advance(MINUTE);
  await stopping;
}

/** A minute passes, and whoever is to look has looked. */
async function nextLook(): Promise<void> {
  const before = looks;
  await vi.waitFor(
    async () => {
      if (looks === before) await clock.advance(1000);
      expect([looks, written]).toEqual([before + 1, before + 1]);
    },
    { timeout: 10_000, interval: 5 },
  );
}

const ctx = () => ({
  db: store.db,
  clock,
  connection: cloud.connection,
  user: { id: "00000000-0000-4000-8000-000000000000", name: "ada", role: "owner" } as const,
});
const prices = (perHour: number) =>
  savePriceList(ctx(), {
    currency: "CNY",
    revision: 0,
    prices: [{ instanceType: GU30, perHour, since: "2020-01-01", source: "list" }],
  });

async function create(name: string, more: Record<string, unknown> = {}): Promise<string> {
  await cloud.eas.createService(testConfig(name, more));
  await cloud.until(name, "Running");
  return (await cloud.eas.describeService(name)).id;
}

test("one of two processes looks once a minute; when it ends the other goes on", async () => {
  const first = startProcess(0);
  startProcess(1);
  await nextLook();
  await clock.advance(30_000);
  expect(looks).toBe(1);
  await nextLook();
  const stopping = first.stop();
  await clock.advance(1000);
  await stopping;
  runners = runners.slice(1);
  await nextLook();
  expect(looks).toBe(3);
});

test("what runs is counted and priced, by service, person and picture, until it is stopped", async () => {
  const id = await create("costly");
  await prices(6);
  startProcess(0);
  await nextLook();
  const begun = (await getCosts(ctx(), { period: "week" })).total;
  for (let minute = 0; minute < 10; minute++) await nextLook();
  await store.db.insert(generations).values({
    connectionId: "test",
    service: "costly",
    userName: "mei",
    taskId: "t-costly",
    status: "succeeded",
    input: {},
    keys: ["a.png", "b.png"],
    settledAt: new Date(clock.now() - 1000),
  });
  const running = await getCosts(ctx(), { period: "week" });
  const grown = running.total.pricedMs - begun.pricedMs;
  expect(grown / MINUTE).toBeCloseTo(10, 0);
  expect(running.total.amount - begun.amount).toBeCloseTo((6 * grown) / 3_600_000, 6);
  expect(running).toMatchObject({
    currency: "CNY",
    running: 1,
    perHour: { amount: 6, isPartial: false },
    pictures: 2,
    gaps: [],
  });
  const own = running.services.find(({ serviceId }) => serviceId === id);
  expect(own).toMatchObject({ service: "costly", running: 1, pictures: 2 });
  expect(running.people.find(({ person }) => person === "mei")).toMatchObject({ services: 0, pictures: 2 });
  expect((await getServiceCosts(ctx(), { name: "costly", serviceId: id })).week).toMatchObject({
    pictures: 2,
    tally: own?.tally,
  });

  await cloud.eas.stopService("costly");
  await cloud.until("costly", "Stopped");
  await nextLook();
  const stopped = (await getCosts(ctx(), { period: "week" })).total;
  for (let minute = 0; minute < 3; minute++) await nextLook();
  const later = await getCosts(ctx(), { period: "week" });
  expect(later.total).toEqual(stopped);
  expect(later).toMatchObject({ running: 0, perHour: { amount: 0 } });
});

test("a spot instance counts by the amount that EAS tells, where nobody wrote a price down", async () => {
  const type = "ecs.gn7i-c8g1.2xlarge";
  const cloudPart = { computing: { instances: [{ type, spot_price_limit: 12 }] } };
  await cloud.eas.createService(testConfig("bid", { cloud: cloudPart }));
  await cloud.until("bid", "Running");
  await savePriceList(ctx(), { currency: "CNY", revision: 0, prices: [] });
  startProcess(0);
  await nextLook();
  await nextLook();
  const { services } = await getCosts(ctx(), { period: "week" });
  const { tally } = services.find(({ service }) => service === "bid") ?? {};
  const perHour = (tally?.amount ?? 0) / ((tally?.pricedMs ?? 1) / 3_600_000);
  expect(perHour).toBeGreaterThan(12 * 0.2);
  expect(perHour).toBeLessThan(12 * 0.5);
  await cloud.eas.deleteService("bid");
});

test("a cloud that does not answer leaves a gap that is told, and is asked again a minute later", async () => {
  startProcess(0);
  await nextLook();
  isDown = true;
  for (let minute = 0; minute < 6; minute++) await nextLook();
  expect((await getCosts(ctx(), { period: "week" })).meter.error).toBe("network");
  isDown = false;
  await nextLook();
  const { gaps, meter } = await getCosts(ctx(), { period: "week" });
  expect(meter.error).toBeUndefined();
  expect(gaps).toHaveLength(1);
  const [gap] = gaps;
  expect((Date.parse(gap?.until ?? "") - Date.parse(gap?.from ?? "")) / MINUTE).toBeGreaterThanOrEqual(6);
});

const told = async () =>
  (await store.db.select().from(notices).orderBy(notices.id)).map(({ kind, service }) => [kind, service]);
const guardBy = (mode: "warn" | "stop") =>
  store.db.insert(guardDefaults).values({ connectionId: "test", mode, idleMinutes: 30, remindDays: 1 });
/** So many minutes pass, with a look in each. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) await nextLook();
}
/** The clock jumps, and the next look is at the new time. */
async function jump(minutes: number): Promise<void> {
  const before = looks;
  await clock.advance(minutes * MINUTE - 30_000);
  await vi.waitFor(() => expect([looks > before, written]).toEqual([true, looks]), { timeout: 10_000 });
}

test("an idle service is told of, then stopped, later brought to mind: each once, by whichever process", async () => {
  const id = await create("forgotten", { labels: { "easel-idle": "30m" } });
  await guardBy("warn");
  startProcess(0);
  const second = startProcess(1);
  await pass(2);
  expect(await told()).toEqual([]);
  await jump(16);
  expect(await told()).toEqual([["idle", "forgotten"]]);
  expect(stops).toEqual([]);
  const stopping = second.stop();
  await clock.advance(1000);
  await stopping;
  await jump(16);
  await vi.waitFor(async () =>
    expect(await told()).toEqual([
      ["idle", "forgotten"],
      ["idle_stopped", "forgotten"],
    ]),
  );
  await cloud.until("forgotten", "Stopped");
  await jump(60);
  await jump(24 * 60);
  await jump(24 * 60);
  expect(stops).toEqual(["forgotten"]);
  expect((await told()).map(([kind]) => kind)).toEqual(["idle", "idle_stopped", "unused"]);
  const { entries } = await listTimeline(
    { db: store.db, connection: cloud.connection },
    { name: "forgotten", limit: 50 },
  );
  expect(entries.filter(({ kind }) => kind === "action").map(({ code, params }) => [code, params.by])).toEqual([
    ["idle_remind", "Easel"],
    ["idle_stop", "Easel"],
    ["idle_warn", "Easel"],
  ]);
  const audit = await store.db.select().from(auditEntries);
  expect(audit.filter(({ target }) => target === "forgotten").map(({ action }) => action)).toEqual([
    "services.idle_warn",
    "services.idle_stop",
    "services.idle_remind",
  ]);
  await cloud.eas.deleteService("forgotten");
  expect(id).not.toBe("");
}, 60_000);

test("what is used, locked, kept or only to be told of goes on running", async () => {
  const ids = Object.fromEntries(
    await Promise.all(
      ["busy", "locked", "kept"].map(
        async (name) => [name, await create(name, { labels: { "easel-idle": "30m" } })] as const,
      ),
    ),
  );
  await cloud.eas.setSafetyLock("locked", "dangerous");
  await create("free", { labels: { "easel-idle": "off" } });
  await create("opaque");
  await store.db.insert(generations).values({
    connectionId: "test",
    service: "busy",
    taskId: "t-busy",
    status: "queued",
    input: {},
  });
  await guardBy("stop");
  startProcess(0);
  await pass(1);
  await keepRunning(store.db, "test", ids.kept ?? "", new Date(clock.now() + 5 * 60 * MINUTE));
  await jump(40);
  await jump(40);
  await jump(40);
  expect(stops).toEqual([]);
  const states = await store.db.select().from(guardStates);
  expect(Object.fromEntries(states.map(({ service, heldBy }) => [service, heldBy]))).toMatchObject({
    busy: "in_use",
    locked: "locked",
    kept: "kept",
  });
  // An image of one's own may log nothing of what it answers: by the default it is only told of.
  expect(await told()).toContainEqual(["idle", "opaque"]);
  expect(await told()).not.toContainEqual(["idle", "free"]);
  await cloud.eas.setSafetyLock("locked", "none");
  await Promise.all([...Object.keys(ids), "free", "opaque"].map((name) => cloud.eas.deleteService(name)));
}, 60_000);

test("a wish of the last moment holds: what is kept or labelled while the guard makes up its mind runs on", async () => {
  const ids = Object.fromEntries(
    await Promise.all(
      ["wished", "relabelled"].map(
        async (name) => [name, await create(name, { labels: { "easel-idle": "30m" } })] as const,
      ),
    ),
  );
  const seen = (await cloud.eas.listAllServices()).items.filter(({ name }) => name in ids).map(toServiceSummary);
  const guard = { ...world().openGuard(cloud.connection), db: store.db, clock };
  await clock.advance(20 * MINUTE);
  await guardServices(guard, cloud.connection, seen);
  await clock.advance(20 * MINUTE);
  await cloud.eas.setServiceLabels("relabelled", { "easel-idle": "off" });
  const eas: typeof guard.eas = {
    ...guard.eas,
    describeService: async (name) => {
      if (name === "wished") await keepRunning(store.db, "test", ids.wished ?? "", new Date(clock.now() + MINUTE));
      return guard.eas.describeService(name);
    },
  };
  await guardServices({ ...guard, eas }, cloud.connection, seen);
  expect(stops).toEqual([]);
  // Without either it would have been stopped: the same a little later.
  await clock.advance(40 * MINUTE);
  await guardServices(guard, cloud.connection, seen);
  await clock.advance(20 * MINUTE);
  await guardServices(guard, cloud.connection, seen);
  expect(stops).toEqual(["wished"]);
  await Promise.all(Object.keys(ids).map((name) => cloud.eas.deleteService(name)));
});

test("a process that dies between the note and the stop, or after it, leaves nothing undone and tells once", async () => {
  const id = await create("halfway");
  await guardBy("stop");
  await store.db.insert(guardStates).values({
    connectionId: "test",
    serviceId: id,
    service: "halfway",
    stage: "stopping",
    reason: "idle",
    warnedAt: new Date(clock.now()),
    checkedAt: new Date(clock.now()),
  });
  await cloud.eas.stopService("halfway");
  await cloud.until("halfway", "Stopped");
  startProcess(0);
  await pass(3);
  expect(await told()).toEqual([["idle_stopped", "halfway"]]);
  expect(stops).toEqual([]);
  await cloud.eas.deleteService("halfway");
});

test("a budget is told of at each share, once, and anew in the next month", async () => {
  await create("spender");
  await prices(60);
  await store.db.insert(budgets).values({ connectionId: "test", amount: 1000 });
  startProcess(0);
  await pass(1);
  expect(await told()).toEqual([]);
  const shares = async () =>
    (await store.db.select().from(notices)).map(({ details }) => (details as { percent: string }).percent);
  await jump(10 * 60);
  expect(await shares()).toEqual(["50"]);
  await pass(2);
  expect(await shares()).toEqual(["50"]);
  await jump(10 * 60);
  expect(await shares()).toEqual(["50", "100"]);
  await jump(31 * 24 * 60);
  expect((await shares()).slice(2)).toEqual(["100"]);
  await cloud.eas.deleteService("spender");
}, 60_000);
