import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Exchange, openExchange } from "./exchange";
import { createTestStore, type TestStore } from "./testing";

let store: TestStore;
let one: Exchange;
let other: Exchange;
beforeEach(async () => {
  store = await createTestStore({ migrated: false });
  one = openExchange(store.pool);
  other = openExchange(store.pool);
});
afterEach(async () => {
  await Promise.all([one.close(), other.close()]);
  await store.close();
});

/** As when a process is killed: the server ends its connections. */
const killAllListeners = () =>
  store.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^(LISTEN|SELECT pg_try)' AND pid <> pg_backend_pid()",
  );

test("a lock is held by one, also within one process, until it is given back", async () => {
  const lease = await one.take("watch:a");
  expect(lease).toBeDefined();
  expect(await one.take("watch:a")).toBeUndefined();
  expect(await other.take("watch:a")).toBeUndefined();
  expect(await other.take("watch:b")).toBeDefined();
  await lease?.release();
  expect(await other.take("watch:a")).toBeDefined();
});

test("of many that ask at once one gets it", async () => {
  const leases = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? one : other).take("x")));
  expect(leases.filter(Boolean)).toHaveLength(1);
});

test("with its connection a process loses its locks, is told so, and can take them again", async () => {
  const lease = await one.take("watch:a");
  await killAllListeners();
  await vi.waitFor(() => expect(lease?.signal.aborted).toBe(true));
  await lease?.release();
  await vi.waitFor(async () => expect(await other.take("watch:a")).toBeDefined());
  expect(await one.take("watch:b")).toBeDefined();
});

test("all hear what one says, also after the connection was lost", async () => {
  const heard: string[] = [];
  one.subscribe("news", (text) => heard.push(`one ${text}`));
  const leave = other.subscribe("news", (text) => heard.push(`other ${text}`));
  await vi.waitFor(async () => {
    await one.publish("news", "a");
    expect(new Set(heard)).toEqual(new Set(["one a", "other a"]));
  });
  await one.publish("elsewhere", "b");
  await killAllListeners();
  leave();
  await vi.waitFor(
    async () => {
      await other.publish("news", "c");
      expect(heard).toContain("one c");
    },
    { timeout: 5000 },
  );
  expect(heard).not.toContain("other c");
  expect(heard.join()).not.toContain("b");
});

test("after the end nothing can be taken", async () => {
  const lease = await one.take("a");
  await one.close();
  expect(lease?.signal.aborted).toBe(true);
  await expect(one.take("a")).rejects.toThrow("closed");
});
