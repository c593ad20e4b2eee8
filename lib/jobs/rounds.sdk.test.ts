import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { getCosts, getServiceCosts } from "@/lib/costs/report";
import { createEasClient } from "@/lib/eas/client";
import { connectTo, openTestCloud, type TestCloud, testConfig } from "@/lib/eas/testing";
import { AppError } from "@/lib/errors";
import { savePriceList } from "@/lib/prices/price-list";
import { toServiceSummary } from "@/lib/services/view";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { generations } from "@/lib/store/schema/generations";
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

beforeAll(async () => {
  [cloud, store] = await Promise.all([openTestCloud(), createTestStore()]);
  exchanges.push(openExchange(store.pool), openExchange(store.pool));
});
beforeEach(async () => {
  await store.pool.query("TRUNCATE instance_runs, reading_gaps, meter_states, price_lists, prices, generations");
  clock = createManualClock(Math.ceil(Date.now() / MINUTE) * MINUTE);
  looks = 0;
  written = 0;
  isDown = false;
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
