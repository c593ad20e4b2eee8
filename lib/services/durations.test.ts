import { afterAll, beforeAll, expect, it, test } from "vitest";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { medianOf, recordDurations, usualDurations } from "./durations";
import { paceOfStage } from "./stage-pace";
import type { Stage } from "./stages";

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());

const TRAITS = { image: "reg/a:1", instanceType: "gu30", modelClass: "base+3-6" };
const at = (start: number, seconds: number) => new Date(start + seconds * 1000).toISOString();

function startOf(n: number, loadingSeconds: number): Stage[] {
  const start = Date.UTC(2026, 10, n + 1);
  return [
    { id: "accepted", state: "done", startedAt: at(start, 0), endedAt: at(start, 2) },
    { id: "loading", state: "done", startedAt: at(start, 10), endedAt: at(start, 10 + loadingSeconds) },
    { id: "answering", state: "current", startedAt: at(start, 300) },
  ];
}

async function record(connectionId: string, seconds: number[], traits = TRAITS): Promise<void> {
  for (const [n, each] of seconds.entries()) {
    const run = { connectionId, serviceId: `eas-m-${traits.modelClass}`, traits };
    // Each look writes the same: it counts once.
    await recordDurations(store.db, run, startOf(n, each));
    await recordDurations(store.db, run, startOf(n, each));
  }
}

it("says nothing until three starts can be compared, then their median", async () => {
  await record("two", [60, 100]);
  expect(await usualDurations(store.db, "two", TRAITS, at(0, 0))).toEqual({});
  await record("three", [60, 900, 100]);
  expect(await usualDurations(store.db, "three", TRAITS, at(0, 0))).toEqual({ accepted: 2000, loading: 100_000 });
});

it("compares loading with the same image, card and size of model only, and other accounts not at all", async () => {
  await record("mine", [60, 61, 62]);
  await record("mine", [600, 610, 620], { ...TRAITS, modelClass: "base+>12" });
  expect((await usualDurations(store.db, "mine", TRAITS, at(0, 0))).loading).toBe(61_000);
  expect(await usualDurations(store.db, "theirs", TRAITS, at(0, 0))).toEqual({});
});

it("does not compare a start with itself", async () => {
  await record("self", [60, 61, 62]);
  const begun = startOf(1, 0)[0]?.startedAt ?? "";
  expect((await usualDurations(store.db, "self", TRAITS, begun)).loading).toBeUndefined();
});

test.each([
  [[1, 2], undefined],
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 3],
])("the median of %j is %j", (values, median) => {
  expect(medianOf(values)).toBe(median);
});

test.each([
  [60_000, undefined, "unknown"],
  [60_000, 60_000, "normal"],
  [89_000, 60_000, "normal"],
  [91_000, 60_000, "long"],
  [11_000, 3_000, "normal"],
  [14_000, 3_000, "long"],
])("%i ms against %j is %s", (elapsed, usual, pace) => {
  expect(paceOfStage(elapsed, usual)).toBe(pace);
});
