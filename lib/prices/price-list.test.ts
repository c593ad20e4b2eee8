import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import { auditEntries } from "@/lib/store/schema/audit";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { readPriceList, savePriceList } from "./price-list";

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());
beforeEach(() => store.pool.query("TRUNCATE price_lists, prices, audit_entries"));

const HERE = { id: "embedded", region: "cn-hangzhou" };
const ADA = { id: "00000000-0000-4000-8000-000000000000", name: "Ada", role: "owner" } as const;
const ctx = (place = HERE) => ({ db: store.db, clock: createManualClock(), connection: place, user: ADA });
const price = (perHour: number) => ({
  instanceType: "ecs.gn6i-c4g1.xlarge",
  perHour,
  since: "2026-12-01",
  source: "list",
});
const save = (perHour: number, revision: number, place = HERE) =>
  savePriceList(ctx(place), { currency: "CNY", prices: [price(perHour)], revision });

test("there are no prices until somebody writes some down", async () => {
  expect(await readPriceList(store.db, HERE)).toEqual({ region: "cn-hangzhou", prices: [], revision: 0 });
});

test("a saved table takes the place of the one before, with who and when, and is audited", async () => {
  await save(8, 0);
  await save(9.25, 1);
  expect(await readPriceList(store.db, HERE)).toMatchObject({
    currency: "CNY",
    prices: [price(9.25)],
    revision: 2,
    updatedBy: "Ada",
  });
  const audit = await store.db.select().from(auditEntries);
  expect(audit.map(({ action, target }) => [action, target])).toEqual([
    ["prices.save", "cn-hangzhou"],
    ["prices.save", "cn-hangzhou"],
  ]);
});

test("of two who edit the same table the second is refused and loses nothing of the first", async () => {
  await save(8, 0);
  const results = await Promise.allSettled([save(9, 1), save(10, 1)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await expect(save(11, 0)).rejects.toMatchObject({ code: "conflict", params: { rule: "prices.rules.changed" } });
  expect((await readPriceList(store.db, HERE)).revision).toBe(2);
});

test("each region of an account has a table of its own", async () => {
  await save(8, 0);
  expect((await readPriceList(store.db, { ...HERE, region: "cn-beijing" })).prices).toEqual([]);
  expect((await readPriceList(store.db, { ...HERE, id: "other" })).prices).toEqual([]);
});
