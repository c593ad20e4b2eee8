import { asc } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import type { ServiceInstance } from "@/lib/eas/types";
import { AppError } from "@/lib/errors";
import { anInstance, aService } from "@/lib/services/fixtures";
import { type ServiceListItem, toServiceSummary } from "@/lib/services/view";
import { instanceRuns, readingGaps } from "@/lib/store/schema/costs";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { takeReading } from "./take-reading";

/** Time is moved by the test; the cloud says what the test tells it to. */

const START = Date.UTC(2026, 11, 1, 8);
const MINUTE = 60_000;
const HERE = { id: "here", region: "cn-hangzhou" };

let store: TestStore;
let clock: ManualClock;
let services: ServiceListItem[];
let instances: Record<string, ServiceInstance[] | AppError>;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.pool.query("TRUNCATE instance_runs, reading_gaps, meter_states");
  clock = createManualClock(START);
  services = [running("a")];
  instances = { a: [worker("a-1", -10 * MINUTE)] };
});

const iso = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();
const running = (name: string, changes: Partial<ServiceListItem> = {}): ServiceListItem => ({
  ...toServiceSummary(aService({ id: `id-${name}`, name, status: "Running" })),
  instances: { total: 1, running: 1, pending: 0 },
  createdBy: "ada",
  ...changes,
});
const worker = (name: string, startedMs: number | undefined, more: Partial<ServiceInstance> = {}): ServiceInstance =>
  anInstance({
    name,
    status: "Running",
    ready: { processes: 2, total: 2 },
    startedAt: startedMs === undefined ? undefined : new Date(START + startedMs).toISOString(),
    instanceType: "t4",
    ...more,
  });

async function read(place = HERE): Promise<void> {
  await takeReading(
    {
      db: store.db,
      clock,
      eas: {
        listServices: async () => services,
        listInstances: async (name) => {
          const found = instances[name] ?? [];
          if (found instanceof AppError) throw found;
          return found;
        },
      },
    },
    place,
  );
}

async function readAfter(minutes: number): Promise<void> {
  await clock.advance(minutes * MINUTE);
  await read();
}

/** From, until and gone, in minutes since the start. */
async function runs() {
  const rows = await store.db.select().from(instanceRuns).orderBy(asc(instanceRuns.id));
  const minutes = (at: Date | null) => (at === null ? undefined : (at.getTime() - START) / MINUTE);
  return rows.map((row) => [row.instance, minutes(row.fromAt), minutes(row.untilAt), minutes(row.goneAt)]);
}
const gaps = async () =>
  (await store.db.select().from(readingGaps)).map(({ fromAt, untilAt }) => [
    (fromAt.getTime() - START) / MINUTE,
    (untilAt.getTime() - START) / MINUTE,
  ]);

test("an instance counts from EAS's own start to the last reading that saw it", async () => {
  await read();
  await readAfter(1);
  await readAfter(1);
  instances.a = [];
  await readAfter(1);
  expect(await runs()).toEqual([["a-1", -10, 2, 3]]);
  const [row] = await store.db.select().from(instanceRuns);
  expect(row).toMatchObject({ service: "a", serviceId: "id-a", owner: "ada", instanceType: "t4", ownResources: false });
});

test("what was seen loading counts from the reading that sees it run", async () => {
  services = [running("a", { status: "Waiting", instances: { total: 1, running: 0, pending: 1 } })];
  await read();
  await readAfter(1);
  services = [running("a")];
  await readAfter(1);
  await readAfter(1);
  expect(await runs()).toEqual([["a-1", 2, 3, undefined]]);
});

test("an update that says Waiting goes on counting the instances that answer", async () => {
  await read();
  services = [running("a", { status: "Waiting" })];
  instances.a = [worker("a-1", -10 * MINUTE), worker("a-2", 0, { ready: { processes: 1, total: 2 } })];
  await readAfter(1);
  expect(await runs()).toEqual([["a-1", -10, 1, undefined]]);
});

test("after hours without a reading the same start is the same run, and the gap is written down", async () => {
  await read();
  await readAfter(180);
  expect(await runs()).toEqual([["a-1", -10, 180, undefined]]);
  expect(await gaps()).toEqual([[0, 180]]);
});

test("what is gone after a gap counts to where it was seen; what came within counts from EAS's word", async () => {
  await read();
  instances.a = [worker("a-2", 100 * MINUTE)];
  await readAfter(180);
  expect(await runs()).toEqual([
    ["a-1", -10, 0, 180],
    ["a-2", 100, 180, undefined],
  ]);
});

test("without a start of EAS's a gap is not bridged", async () => {
  instances.a = [worker("a-1", undefined)];
  await read();
  await readAfter(1);
  await readAfter(180);
  expect(await runs()).toEqual([
    ["a-1", 0, 1, 181],
    ["a-1", 181, 181, undefined],
  ]);
});

test("a spot price that changes splits the run", async () => {
  instances.a = [worker("a-1", 0, { isSpot: true, amountPerHour: 2 })];
  await read();
  await readAfter(1);
  instances.a = [worker("a-1", 0, { isSpot: true, amountPerHour: 3 })];
  await readAfter(1);
  await readAfter(1);
  expect(await runs()).toEqual([
    ["a-1", 0, 2, 2],
    ["a-1", 2, 3, undefined],
  ]);
  const rows = await store.db.select().from(instanceRuns).orderBy(asc(instanceRuns.id));
  expect(rows.map(({ amountPerHour }) => amountPerHour)).toEqual([2, 3]);
});

test("a service that does not tell its instances is neither seen nor gone", async () => {
  await read();
  instances.a = new AppError("throttled", { retryable: true });
  await readAfter(1);
  expect(await runs()).toEqual([["a-1", -10, 0, undefined]]);
  instances.a = [worker("a-1", -10 * MINUTE)];
  await readAfter(1);
  expect(await runs()).toEqual([["a-1", -10, 2, undefined]]);
});

test("instances of the queue, on their way out, or not running yet do not count", async () => {
  instances.a = [
    worker("q", 0, { role: "Queue" }),
    worker("old", 0, { status: "Terminating" }),
    worker("new", 0, { status: "Pending" }),
  ];
  await read();
  expect(await runs()).toEqual([]);
});

test("another service of the same name is another one", async () => {
  await read();
  services = [running("a", { id: "id-a2" })];
  await readAfter(1);
  expect((await runs()).length).toBe(2);
  const rows = await store.db.select().from(instanceRuns).orderBy(asc(instanceRuns.id));
  expect(rows.map(({ serviceId, goneAt }) => [serviceId, goneAt?.toISOString()])).toEqual([
    ["id-a", iso(1)],
    ["id-a2", undefined],
  ]);
});

test("a reading that fails leaves the books as they are", async () => {
  await read();
  await clock.advance(MINUTE);
  const failing = takeReading(
    {
      db: store.db,
      clock,
      eas: { listServices: () => Promise.reject(new AppError("network")), listInstances: async () => [] },
    },
    HERE,
  );
  await expect(failing).rejects.toMatchObject({ code: "network" });
  expect(await runs()).toEqual([["a-1", -10, 0, undefined]]);
});
