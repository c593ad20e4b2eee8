import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import { openExchange } from "@/lib/store/exchange";
import { instanceRuns, readingGaps } from "@/lib/store/schema/costs";
import { notices, webhookDeliveries, webhooks } from "@/lib/store/schema/notifications";
import { settings } from "@/lib/store/schema/settings";
import { followedStarts, timelineEntries, watchStates } from "@/lib/store/schema/watches";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { duePruning, KEPT, prune } from "./prune";
import { startRunner } from "./runner";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const DAY_MS = 24 * 3_600_000;
const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };
const daysAgo = (days: number) => new Date(NOW - days * DAY_MS);
const HOOK = randomUUID();

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
  await store.db
    .insert(webhooks)
    .values({ id: HOOK, name: "chat", url: "-", sealedSecret: "-", kinds: [], createdAt: daysAgo(400) });
});
beforeEach(() => store.db.delete(settings));
afterAll(() => store.close());

const entry = (service: string, days: number) =>
  store.db.insert(timelineEntries).values({
    connectionId: "c",
    service,
    at: daysAgo(days),
    kind: "event",
    level: "info",
    code: `${days}`,
    fingerprint: randomUUID(),
  });
const delivery = (state: "waiting" | "delivered" | "failed", days: number) => {
  const at = daysAgo(days);
  const row = { webhookId: HOOK, kind: `${days}`, body: "", state, notBefore: at, createdAt: at, updatedAt: at };
  return store.db.insert(webhookDeliveries).values(row);
};
const notice = (days: number) =>
  store.db.insert(notices).values({ connectionId: "c", service: `${days}`, kind: "ready", at: daysAgo(days) });
const followed = (state: "following" | "over", days: number) => {
  const at = daysAgo(days);
  const row = { connectionId: "c", service: `${days}`, purpose: "deploy", proof: "unwanted", state } as const;
  return store.db.insert(followedStarts).values({ ...row, startedAt: at, updatedAt: at });
};
const state = (days: number) =>
  store.db.insert(watchStates).values({ key: `${days}`, id: 1, state: "{}", updatedAt: daysAgo(days) });
const ran = (days: number, goneAt: Date | null = daysAgo(days)) =>
  store.db.insert(instanceRuns).values({
    connectionId: "c",
    serviceId: "s",
    service: `${days}`,
    owner: "mei",
    instance: "i",
    ownResources: false,
    fromAt: daysAgo(days + 1),
    untilAt: daysAgo(days),
    goneAt,
  });
const gap = (days: number) =>
  store.db.insert(readingGaps).values({ connectionId: `${days}`, fromAt: daysAgo(days + 1), untilAt: daysAgo(days) });

const runs = async () => (await store.db.select().from(instanceRuns)).map((row) => row.service);
const gaps = async () => (await store.db.select().from(readingGaps)).map((row) => row.connectionId);
const entries = async () =>
  (await store.db.select().from(timelineEntries).orderBy(timelineEntries.id)).map(
    (row) => `${row.service}/${row.code}`,
  );
const deliveries = async () =>
  (await store.db.select().from(webhookDeliveries).orderBy(webhookDeliveries.createdAt)).map(
    (row) => `${row.state}/${row.kind}`,
  );
const noticed = async () => (await store.db.select().from(notices).orderBy(notices.id)).map((row) => row.service);
const follows = async () =>
  (await store.db.select().from(followedStarts).orderBy(followedStarts.startedAt)).map((row) => row.service);
const states = async () => (await store.db.select().from(watchStates).orderBy(watchStates.key)).map((row) => row.key);

const SMALL = { ...KEPT, timelineOfService: 2, deliveriesOfWebhook: 2, notices: 2 };

it.each<[string, () => Promise<unknown>[], () => Promise<string[]>, string[]]>([
  ["old entries of timelines", () => [entry("a", 181), entry("a", 179)], entries, ["a/179"]],
  [
    "more entries than a service may have, of that service alone",
    () => [entry("b", 5), entry("b", 4), entry("b", 3), entry("c", 5)],
    entries,
    ["b/4", "b/3", "c/5"],
  ],
  ["old deliveries", () => [delivery("failed", 31), delivery("delivered", 29)], deliveries, ["delivered/29"]],
  [
    "more deliveries than a journal holds",
    () => [delivery("delivered", 3), delivery("failed", 2), delivery("delivered", 1)],
    deliveries,
    ["failed/2", "delivered/1"],
  ],
  [
    "nothing that is still to be sent",
    () => [delivery("waiting", 60), delivery("delivered", 2), delivery("delivered", 1)],
    deliveries,
    ["waiting/60", "delivered/2", "delivered/1"],
  ],
  ["old notices", () => [notice(31), notice(29)], noticed, ["29"]],
  ["more notices than anybody reads", () => [notice(3), notice(2), notice(1)], noticed, ["2", "1"]],
  ["starts that are over", () => [followed("over", 31), followed("over", 1)], follows, ["1"]],
  ["no start that is still followed", () => [followed("following", 60)], follows, ["60"]],
  ["running times that no report goes back to", () => [ran(401), ran(399)], runs, ["399"]],
  ["no running time without an end", () => [ran(900, null)], runs, ["900"]],
  ["gaps between readings of that time", () => [gap(401), gap(399)], gaps, ["399"]],
  ["what nobody has watched for long", () => [state(31), state(1)], states, ["1"]],
])("throws away %s", async (_, fill, read, left) => {
  for (const table of [
    timelineEntries,
    webhookDeliveries,
    notices,
    followedStarts,
    watchStates,
    instanceRuns,
    readingGaps,
  ])
    await store.db.delete(table);
  for (const filled of fill()) await filled;
  await prune(store.db, clock, SMALL);
  expect(await read()).toEqual(left);
});

it("is due again only after hours", async () => {
  expect(await duePruning(store.db, clock)).toEqual(["store"]);
  await prune(store.db, clock);
  expect(await duePruning(store.db, clock)).toEqual([]);
  expect(await duePruning(store.db, { ...clock, now: () => NOW + DAY_MS })).toEqual(["store"]);
});

it("is done once, however many processes run", async () => {
  const exchanges = [openExchange(store.pool), openExchange(store.pool)];
  let done = 0;
  const runners = exchanges.map((exchange) =>
    startRunner({
      kind: "prune",
      exchange,
      clock: systemClock,
      due: () => duePruning(store.db, clock),
      run: async () => {
        if ((await duePruning(store.db, clock)).length === 0) return;
        done += 1;
        await prune(store.db, clock);
      },
      onError: (error) => {
        throw error;
      },
      atOnce: 1,
    }),
  );
  await expect.poll(() => duePruning(store.db, clock)).toEqual([]);
  await Promise.all(runners.map((runner) => runner.stop()));
  await Promise.all(exchanges.map((exchange) => exchange.close()));
  expect(done).toBe(1);
});
