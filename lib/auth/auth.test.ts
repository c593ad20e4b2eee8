import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { auditEntries } from "@/lib/store/schema/audit";
import { sessions, signInAttempts, users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { bookAttempt } from "./back-off";
import { changePassword } from "./change-password";
import type { Door } from "./door";
import { hashPassword, verifyPassword } from "./password";
import { createSecretBox } from "./secret-box";
import { createSession, endSession, findSession, IDLE_MS, LIFETIME_MS, listSessions } from "./sessions";
import { isSetUp, setUpOwner } from "./set-up";
import { signIn } from "./sign-in";

const DAY_MS = 24 * 60 * 60 * 1000;
const OWNER = { code: "ABCD-1234", name: "mei", password: "correct horse" };

const box = createSecretBox(new Uint8Array(32).fill(7));

let store: TestStore;
let clock: ManualClock;
let door: Door;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.pool.query("TRUNCATE users, sign_in_attempts, audit_entries CASCADE");
  clock = createManualClock();
  door = { db: store.db, clock, box, caller: { address: "192.0.2.1", userAgent: "test" } };
});

const setUp = () => setUpOwner(door, "ABCD-1234", OWNER);
const sessionOf = async (token: string) => {
  const session = await findSession(store.db, clock, token);
  if (!session) throw new Error("no session");
  return session;
};

describe("set-up", () => {
  test("the first person becomes owner and is signed in; the code is forgiving about case", async () => {
    expect(await isSetUp(store.db)).toBe(false);
    const token = await setUpOwner(door, "ABCD-1234", { ...OWNER, code: " abcd-1234" });
    expect((await sessionOf(token)).user).toMatchObject({ name: "mei", role: "owner" });
    expect(await isSetUp(store.db)).toBe(true);
  });

  test("of several at the same moment one becomes owner", async () => {
    const names = ["a1", "b2", "c3", "d4"];
    const done = await Promise.allSettled(names.map((name) => setUpOwner(door, "ABCD-1234", { ...OWNER, name })));
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(done.filter((one) => one.status === "rejected").map((one) => one.reason.code)).toEqual(
      Array(3).fill("conflict"),
    );
    expect(await store.db.select().from(users)).toHaveLength(1);
  });

  test("a wrong code makes nobody owner, and guessing is slowed down", async () => {
    const guess = () => setUpOwner(door, "ABCD-1234", { ...OWNER, code: "ABCD-1235" });
    for (let i = 0; i < 11; i++) await expect(guess()).rejects.toMatchObject({ code: "invalid_input" });
    await expect(guess()).rejects.toMatchObject({ code: "rate_limited" });
    await expect(setUp()).rejects.toMatchObject({ code: "rate_limited" });
    expect(await isSetUp(store.db)).toBe(false);
  });

  test("without a configured code nothing matches", async () => {
    await expect(setUpOwner(door, undefined, { ...OWNER, code: "undefined" })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

describe("passwords", () => {
  test("hashes are salted, carry their parameters and verify", async () => {
    const [one, two] = await Promise.all([hashPassword("pässword"), hashPassword("pässword")]);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^scrypt\$17\$8\$1\$/);
    expect(await verifyPassword("pa\u0308ssword", one)).toBe(true);
    expect(await verifyPassword("passwort", one)).toBe(false);
    expect(await verifyPassword("pässword", undefined)).toBe(false);
  });
});

describe("sign-in", () => {
  test("unknown name, wrong password and disabled account look the same", async () => {
    await setUp();
    const unknown = await signIn(door, { name: "nobody", password: "x" }).catch((error) => error);
    const wrong = await signIn(door, { name: "mei", password: "x" }).catch((error) => error);
    await store.db.update(users).set({ disabledAt: new Date() });
    const disabled = await signIn(door, { name: "mei", password: OWNER.password }).catch((error) => error);
    expect(unknown).toMatchObject({ code: "invalid_input", params: { rule: "auth.signIn.wrong" } });
    expect(wrong).toEqual(unknown);
    expect(disabled).toEqual(unknown);
  });

  test("success and failure are written down", async () => {
    await setUp();
    await signIn(door, { name: "mei", password: OWNER.password });
    await signIn(door, { name: "mei", password: "x" }).catch(() => {});
    const actions = (await store.db.select().from(auditEntries).orderBy(auditEntries.id)).map((entry) => entry.action);
    expect(actions).toEqual(["auth.set_up", "auth.sign_in", "auth.sign_in_failed"]);
  });
});

describe("back-off", () => {
  const account = { kind: "account", value: "mei" } as const;
  const attempt = () => bookAttempt(store.db, clock, account);

  test("five failures are free, then each wait is twice the last, up to a quarter of an hour", async () => {
    const waits: number[] = [];
    for (let i = 0; i < 40; i++) {
      const refused: unknown = await attempt().catch((error: unknown) => error);
      if (!(refused instanceof AppError)) continue;
      const seconds = Number(refused.params.seconds);
      waits.push(seconds);
      await clock.advance(seconds * 1000);
    }
    expect(waits.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(Math.max(...waits)).toBe(900);
  });

  test("many at once cannot slip past the limit", async () => {
    const tried = await Promise.allSettled(Array.from({ length: 40 }, attempt));
    expect(tried.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
  });

  test("failures are forgotten after an hour, and by a success at once", async () => {
    for (let i = 0; i < 6; i++) await attempt();
    await expect(attempt()).rejects.toMatchObject({ code: "rate_limited" });
    await clock.advance(60 * 60 * 1000 + 1);
    await attempt();
    expect((await store.db.select().from(signInAttempts))[0]?.failures).toBe(1);
    await setUp();
    await signIn(door, { name: "mei", password: OWNER.password });
    expect((await store.db.select().from(signInAttempts)).filter((row) => row.subject === "account:mei")).toEqual([]);
  });

  test("an address that tries many names is slowed down too", async () => {
    const address = { kind: "address", value: "192.0.2.9" } as const;
    for (let i = 0; i < 21; i++) await bookAttempt(store.db, clock, address);
    await expect(bookAttempt(store.db, clock, address)).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("an address that has to wait cannot lock an account meanwhile", async () => {
    for (let i = 0; i < 21; i++) await bookAttempt(store.db, clock, { kind: "address", value: "192.0.2.1" });
    const guess = () => signIn(door, { name: "mei", password: "x" });
    for (let i = 0; i < 8; i++) await expect(guess()).rejects.toMatchObject({ code: "rate_limited" });
    const booked = (await store.db.select().from(signInAttempts)).map(({ subject }) => subject);
    expect(booked).toEqual(["address:192.0.2.1"]);
  });
});

describe("sessions", () => {
  test("the store holds no token", async () => {
    const token = await setUp();
    expect(token).toHaveLength(43);
    expect(JSON.stringify(await store.db.select().from(sessions))).not.toContain(token);
    expect(await findSession(store.db, clock, `${token}x`)).toBeUndefined();
  });

  test("use prolongs it, idleness ends it, and nothing prolongs it for ever", async () => {
    const token = await setUp();
    await clock.advance(IDLE_MS - 1000);
    expect(await findSession(store.db, clock, token)).toBeDefined();
    await clock.advance(IDLE_MS - 1000);
    expect(await findSession(store.db, clock, token)).toBeDefined();
    await clock.advance(IDLE_MS);
    expect(await findSession(store.db, clock, token)).toBeUndefined();

    const [owner] = await store.db.select().from(users);
    const busy = await createSession(store.db, clock, owner?.id ?? "", door.caller);
    for (let age = 0; age + DAY_MS < LIFETIME_MS; age += DAY_MS) {
      expect(await findSession(store.db, clock, busy)).toBeDefined();
      await clock.advance(DAY_MS);
    }
    await clock.advance(DAY_MS);
    expect(await findSession(store.db, clock, busy)).toBeUndefined();
  });

  test("one's own can be listed and ended, another's cannot", async () => {
    const first = await sessionOf(await setUp());
    const secondToken = await signIn(door, { name: "mei", password: OWNER.password });
    const second = await sessionOf(secondToken);
    const list = await listSessions(store.db, clock, first);
    expect(list.map(({ id, current }) => [id, current]).sort()).toEqual(
      [
        [first.id, true],
        [second.id, false],
      ].sort(),
    );
    expect(await endSession(store.db, "00000000-0000-4000-8000-000000000000", second.id)).toBe(false);
    expect(await endSession(store.db, first.user.id, second.id)).toBe(true);
    expect(await findSession(store.db, clock, secondToken)).toBeUndefined();
  });

  test("a disabled person's sessions stop working", async () => {
    const token = await setUp();
    await store.db.update(users).set({ disabledAt: new Date() });
    expect(await findSession(store.db, clock, token)).toBeUndefined();
  });

  test("a new password signs out everywhere else and replaces the old one", async () => {
    const token = await setUp();
    const other = await signIn(door, { name: "mei", password: OWNER.password });
    const here = await sessionOf(token);
    await expect(changePassword(door, here, { current: "wrong", next: "battery staple" })).rejects.toMatchObject({
      params: { field: "current" },
    });
    await changePassword(door, here, { current: OWNER.password, next: "battery staple" });
    expect(await findSession(store.db, clock, other)).toBeUndefined();
    expect(await findSession(store.db, clock, token)).toBeDefined();
    await expect(signIn(door, { name: "mei", password: OWNER.password })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await signIn(door, { name: "mei", password: "battery staple" });
  });
});
