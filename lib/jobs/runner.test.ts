import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createManualClock, systemClock } from "@/lib/clock";
import { type Exchange, type Lease, openExchange } from "@/lib/store/exchange";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { PROCESS_ENDS, startRunner } from "./runner";

let store: TestStore;
let exchanges: Exchange[];
beforeAll(async () => {
  store = await createTestStore();
  exchanges = [openExchange(store.pool), openExchange(store.pool)];
});
afterAll(async () => {
  await Promise.all(exchanges.map((exchange) => exchange.close()));
  await store.close();
});

test("a job that its process gives back is taken up by another one at once", async () => {
  const ends: unknown[] = [];
  const workers: string[] = [];
  const start = (name: string, exchange: Exchange | undefined) =>
    startRunner({
      kind: "given-back",
      exchange: exchange as Exchange,
      clock: systemClock,
      due: async () => ["the-one"],
      run: async (_, signal) => {
        workers.push(name);
        await systemClock.sleep(60_000, signal).catch((reason) => ends.push(reason));
      },
      onError: (error) => ends.push(error),
      atOnce: 1,
      // Nobody finds it by looking.
      everyMs: 60_000,
    });
  const first = start("first", exchanges[0]);
  await vi.waitFor(() => expect(workers).toEqual(["first"]), 5_000);
  const second = start("second", exchanges[1]);
  // It has found the job taken, and hears what others say.
  await vi.waitFor(async () => {
    const { rows } = await store.pool.query(
      "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory%'",
    );
    expect(rows).toHaveLength(2);
  }, 5_000);
  const began = performance.now();
  await first.stop();
  await vi.waitFor(() => expect(workers).toEqual(["first", "second"]), { timeout: 5_000, interval: 10 });
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(ends).toEqual([PROCESS_ENDS]);
  await second.stop();
});

const lease: Lease = { signal: new AbortController().signal, release: async () => undefined };

test("a job that comes while the runner looks for jobs is taken up at once, not at the next round", async () => {
  const clock = createManualClock();
  const jobs: string[] = [];
  let answer: (ids: string[]) => void = () => undefined;
  const due = vi.fn(
    () =>
      new Promise<string[]>((resolve) => {
        answer = resolve;
      }),
  );
  const runner = startRunner({
    kind: "test",
    exchange: { take: async () => lease, subscribe: () => () => undefined, publish: async () => undefined },
    clock,
    due,
    run: async (id) => void jobs.push(id),
    onError: (error) => {
      throw error;
    },
    atOnce: 1,
  });
  // It is looking; what it is about to be told is older than the news.
  runner.poke();
  answer([]);
  await vi.waitFor(() => expect(due).toHaveBeenCalledTimes(2));
  answer(["late"]);
  await vi.waitFor(() => expect(jobs).toEqual(["late"]));
  const stopped = runner.stop();
  answer([]);
  await stopped;
});
