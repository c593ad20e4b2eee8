import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { apiTokens, users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { setPlace } from "./access";
import { createToken, findToken, listTokens, revokeToken } from "./api-tokens";
import { type Actor, changeRole, setDisabled } from "./people";
import type { Role } from "./rights";

let store: TestStore;
let clock: ManualClock;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.pool.query("TRUNCATE users CASCADE");
  clock = createManualClock();
});

async function person(name: string, role: Role): Promise<Actor> {
  const [user] = await store.db.insert(users).values({ name, role, passwordHash: "-" }).returning({ id: users.id });
  return { db: store.db, clock, user: { id: user?.id ?? "", name, role }, address: "192.0.2.1" };
}
const find = (token: string) => findToken(store.db, clock, token);
const forEver = { name: "nightly", days: null };

test("a token acts for its person, with its own rights only, and is kept as a sum", async () => {
  const mei = await person("mei", "owner");
  const token = await createToken(mei, { ...forEver, rights: ["services.read", "generate"] });
  const found = await find(token);
  expect(found?.user).toEqual({ id: mei.user.id, name: "mei", role: "owner", via: "nightly" });
  expect([
    found?.may("owner", "generate"),
    found?.may("owner", "services.write"),
    found?.may("owner", "users.write"),
  ]).toEqual([true, false, false]);
  expect(JSON.stringify(await store.db.select().from(apiTokens))).not.toContain(token);
  expect(await listTokens(mei)).toMatchObject([{ name: "nightly", tail: token.slice(-4), mine: true, person: "mei" }]);
});

test("nobody gives away more than they may do", async () => {
  const lin = await person("lin", "artist");
  await expect(createToken(lin, { ...forEver, rights: ["services.write"] })).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("what somebody may do in one connection they may give to a program, and no more", async () => {
  const mei = await person("mei", "owner");
  const lin = await person("lin", "viewer");
  const place = { id: lin.user.id, connection: { id: "east", name: "East" } };
  await setPlace(mei, { ...place, role: "artist" });
  const found = await find(await createToken(lin, { ...forEver, rights: ["generate"] }));
  expect([found?.may("artist", "generate"), found?.may("viewer", "generate")]).toEqual([true, false]);
  await expect(createToken(lin, { ...forEver, rights: ["services.write"] })).rejects.toMatchObject({
    code: "forbidden",
  });
  await setPlace(mei, { ...place, role: "none" });
  await expect(createToken(lin, { ...forEver, rights: ["generate"] })).rejects.toMatchObject({ code: "forbidden" });
});

test("a person who may do less later takes that from the token too, and one who is disabled everything", async () => {
  const mei = await person("mei", "owner");
  const lin = await person("lin", "deployer");
  const token = await createToken(lin, { ...forEver, rights: ["services.read", "services.write"] });
  await changeRole(mei, lin.user.id, "viewer");
  const found = await find(token);
  expect(found?.user.role).toBe("viewer");
  expect([found?.may("viewer", "services.read"), found?.may("viewer", "services.write")]).toEqual([true, false]);
  await setDisabled(mei, lin.user.id, true);
  expect(await find(token)).toBeUndefined();
});

test("it ends on its day", async () => {
  const mei = await person("mei", "owner");
  const token = await createToken(mei, { name: "a week", days: 7, rights: ["services.read"] });
  await clock.advance(7 * 86_400_000 - 1);
  expect(await find(token)).toBeDefined();
  await clock.advance(1);
  expect(await find(token)).toBeUndefined();
  expect(await listTokens(mei)).toMatchObject([{ expired: true }]);
});

test("one's own can be revoked; owners see and revoke everybody's", async () => {
  const mei = await person("mei", "owner");
  const lin = await person("lin", "artist");
  await createToken(mei, { ...forEver, rights: ["services.read"] });
  const token = await createToken(lin, { ...forEver, rights: ["generate"] });
  expect(await listTokens(mei)).toHaveLength(2);
  const [own] = await listTokens(lin);
  expect(await listTokens(lin)).toHaveLength(1);
  const others = (await listTokens(mei)).find(({ mine }) => mine);
  await expect(revokeToken(lin, others?.id ?? "")).rejects.toMatchObject({ code: "not_found" });
  await revokeToken(mei, own?.id ?? "");
  expect(await find(token)).toBeUndefined();
});

test.each(["", "easel_", "easel_unknown", "Bearer easel_x", "x".repeat(5000)])("%j opens nothing", async (token) => {
  expect(await find(token)).toBeUndefined();
});
