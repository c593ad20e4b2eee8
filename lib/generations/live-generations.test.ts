import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { liveGenerations } from "./live-generations";
import { parseGenerations } from "./queries";
import { SMALL } from "./testing";

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());

const COUNT = 150;
const HERE = { connectionId: "here", service: "sd15" };

test("of more than a message holds the newest are told first, and every change reaches the page", async () => {
  const made = await store.db
    .insert(generations)
    .values(
      Array.from({ length: COUNT }, (_, at) => ({
        ...HERE,
        ...{ taskId: `task${at}00000`, status: "waiting" as const, input: SMALL, createdAt: new Date(1000 * at) },
      })),
    )
    .returning({ id: generations.id, taskId: generations.taskId });
  let hear = (_text: string) => {};
  const exchange = {
    subscribe(_topic: string, listener: (text: string) => void) {
      hear = listener;
      return () => {};
    },
  };
  const stopping = new AbortController();
  const ctx = { db: store.db, clock: systemClock, connection: { id: "here" }, oss: {} } as unknown as Parameters<
    typeof liveGenerations
  >[0];
  const stream = liveGenerations(ctx, exchange, "sd15", stopping.signal);
  const next = async () => parseGenerations((await stream.next()).value?.data ?? "[]").map(({ taskId }) => taskId);
  expect(await next()).toContain(made.at(-1)?.taskId);

  for (const { id } of made) hear(JSON.stringify(["here", "sd15", id, "changed"]));
  const told = new Set([...(await next()), ...(await next())]);
  expect(told.size).toBe(COUNT);

  hear(JSON.stringify(["here", "sd15", made[0]?.id, "new"]));
  expect(await next()).toContain(made.at(-1)?.taskId);
  stopping.abort();
  await stream.return();
});
