import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "./migrate";
import { createTestStore, type TestStore } from "./testing";

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore({ migrated: false });
});
afterAll(() => store.close());

test("processes that start together migrate once", async () => {
  const applied = await Promise.all([migrate(store.pool), migrate(store.pool), migrate(store.pool)]);
  expect(applied.filter((count) => count > 0)).toHaveLength(1);
  const { rows } = await store.pool.query("SELECT to_regclass('public.users') AS name");
  expect(rows).toEqual([{ name: "users" }]);
});

test("a store of a newer version is refused, not altered", async () => {
  await migrate(store.pool);
  await store.pool.query(
    "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('from the future', 99999999999999)",
  );
  await expect(migrate(store.pool)).rejects.toThrow(/newer version/);
});
