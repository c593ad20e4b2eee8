import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { auditEntries } from "@/lib/store/schema/audit";
import { secondFactors, users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { bookAttempt } from "./back-off";
import type { Door } from "./door";
import { acceptInvitation, offerNewPassword } from "./invitations";
import { hashPassword } from "./password";
import { type Actor, listPeople } from "./people";
import { begin, confirm, prove, renewRecoveryCodes, secondFactorOf, switchOff, takeOff } from "./second-factor";
import { createSecretBox } from "./secret-box";
import { findSession } from "./sessions";
import { signIn } from "./sign-in";

const MEI = { name: "mei", password: "correct horse" };
const STEP_MS = 30_000;
const box = createSecretBox(new Uint8Array(32).fill(7));

let store: TestStore;
let clock: ManualClock;
let door: Door;
let mei: Actor;
let passwordHash: string;
beforeAll(async () => {
  [store, passwordHash] = await Promise.all([createTestStore(), hashPassword(MEI.password)]);
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.pool.query("TRUNCATE users, sign_in_attempts, audit_entries CASCADE");
  clock = createManualClock();
  door = { db: store.db, clock, box, caller: { address: "192.0.2.1", userAgent: "test" } };
  const [user] = await store.db.insert(users).values({ name: MEI.name, role: "owner", passwordHash }).returning();
  if (!user) throw new Error("nobody");
  mei = { db: store.db, clock, user, address: "192.0.2.1" };
});

/** What an authenticator app shows, `steps` later. */
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() + steps * STEP_MS });

/** Set up, and the half minute of the first code is over. */
async function setUp() {
  const { secret } = await begin(mei, box);
  const recoveryCodes = await confirm(mei, box, codeOf(secret));
  await clock.advance(STEP_MS);
  return { secret, recoveryCodes };
}

const refusal = (rule: string) => ({
  code: "invalid_input",
  params: { field: "code", rule: `auth.secondFactor.${rule}` },
});

describe("setting up", () => {
  test("the address for the app names the console and the person", async () => {
    const { uri, secret } = await begin(mei, box);
    expect(uri).toContain("otpauth://totp/Easel:mei?issuer=Easel");
    expect(uri).toContain(`secret=${secret}`);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });

  test("nothing is asked for before a first code was right", async () => {
    const { secret } = await begin(mei, box);
    await expect(confirm(mei, box, codeOf(secret, 5))).rejects.toMatchObject(refusal("wrongCode"));
    expect(await secondFactorOf(store.db, mei.user.id)).toBeUndefined();
    expect(await prove(door, mei.user.id, "")).toBe("none_needed");
  });

  test("what was begun before is void, and what is on cannot be begun anew", async () => {
    const first = await begin(mei, box);
    const second = await begin(mei, box);
    await expect(confirm(mei, box, codeOf(first.secret))).rejects.toMatchObject(refusal("wrongCode"));
    await confirm(mei, box, codeOf(second.secret));
    await expect(begin(mei, box)).rejects.toMatchObject({ code: "conflict" });
    await expect(confirm(mei, box, codeOf(second.secret, 1))).rejects.toMatchObject({ code: "conflict" });
    expect(await secondFactorOf(store.db, mei.user.id)).toMatchObject({ recoveryCodes: 10 });
  });

  test("the store holds neither the secret nor a recovery code, and the secret is bound to its row", async () => {
    const { secret, recoveryCodes } = await setUp();
    const [row] = await store.db.select().from(secondFactors);
    const text = JSON.stringify(row);
    expect(recoveryCodes).toHaveLength(10);
    for (const canary of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll("-", ""))]) {
      expect(text).not.toContain(canary);
    }
    expect(() => box.open(row?.sealedSecret ?? "", "second-factor:another")).toThrow("altered");
  });
});

describe("signing in", () => {
  test("the code is asked for once the password is right, and then lets in", async () => {
    const { secret } = await setUp();
    await expect(signIn(door, { ...MEI, password: "x" })).rejects.toMatchObject({ params: { field: "password" } });
    await expect(signIn(door, MEI)).rejects.toMatchObject(refusal("missingCode"));
    const token = await signIn(door, { ...MEI, code: codeOf(secret) });
    expect(await findSession(store.db, clock, token)).toBeDefined();
  });

  test.each([
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ])("a code %i steps away counts: %s", async (steps, counts) => {
    const { secret } = await setUp();
    await clock.advance(5 * STEP_MS);
    expect(await prove(door, mei.user.id, codeOf(secret, steps))).toBe(counts ? "code" : "wrong");
  });

  test("a code works once, that of the set-up too, and of two at the same moment one is let in", async () => {
    const { secret } = await setUp();
    const tried = (steps = 0) => prove(door, mei.user.id, codeOf(secret, steps));
    expect(await tried(-1)).toBe("used");
    expect((await Promise.all([tried(), tried()])).sort()).toEqual(["code", "used"]);
    expect(await tried()).toBe("used");
    await clock.advance(STEP_MS);
    expect(await tried()).toBe("code");
    expect(await tried(-1)).toBe("used");
  });

  test("wrong codes are failures that slow further ones down, and being asked is none", async () => {
    const { secret } = await setUp();
    const account = { kind: "account", value: MEI.name } as const;
    for (let i = 0; i < 5; i++) await bookAttempt(store.db, clock, account);
    for (let i = 0; i < 2; i++) await expect(signIn(door, MEI)).rejects.toMatchObject(refusal("missingCode"));
    await expect(signIn(door, { ...MEI, code: codeOf(secret, 9) })).rejects.toMatchObject(refusal("wrongCode"));
    await expect(signIn(door, { ...MEI, code: codeOf(secret) })).rejects.toMatchObject({ code: "rate_limited" });
    const failed = (await store.db.select().from(auditEntries)).filter(
      ({ action }) => action === "auth.sign_in_failed",
    );
    expect(failed.map(({ details }) => details)).toEqual([{ secondFactor: "wrong" }]);
  });

  test("a recovery code stands in for the device, once, however it is typed", async () => {
    const { recoveryCodes } = await setUp();
    const [first = "", second = ""] = recoveryCodes;
    const tried = (code: string) => prove(door, mei.user.id, code);
    expect(await tried(first)).toBe("recovery_code");
    expect(await tried(first)).toBe("wrong");
    expect(await tried(second.toLowerCase().replaceAll("-", " "))).toBe("recovery_code");
    expect(await secondFactorOf(store.db, mei.user.id)).toMatchObject({ recoveryCodes: 8 });
  });

  test("a link for a new password does not stand in for the code", async () => {
    const { secret } = await setUp();
    const token = await offerNewPassword(mei, mei.user.id);
    const password = "battery staple";
    expect(await acceptInvitation(door, { token, name: MEI.name, password })).toBeUndefined();
    await signIn(door, { ...MEI, password, code: codeOf(secret) });
  });
});

describe("taking it away", () => {
  test("the person needs the password", async () => {
    await setUp();
    await expect(switchOff(mei, "x")).rejects.toMatchObject({ params: { field: "password" } });
    expect(await secondFactorOf(store.db, mei.user.id)).toBeDefined();
    await switchOff(mei, MEI.password);
    expect(await prove(door, mei.user.id, "")).toBe("none_needed");
  });

  test("an owner can for somebody else, and all of it is written down", async () => {
    await setUp();
    expect(await listPeople(store.db)).toMatchObject([{ name: "mei", secondFactor: true }]);
    await takeOff(mei, mei.user.id);
    expect(await listPeople(store.db)).toMatchObject([{ name: "mei", secondFactor: false }]);
    await expect(takeOff(mei, mei.user.id)).rejects.toMatchObject({ code: "not_found" });
    await setUp();
    await switchOff(mei, MEI.password);
    const actions = (await store.db.select().from(auditEntries).orderBy(auditEntries.id)).map(({ action }) => action);
    expect(actions.filter((action) => action.endsWith("second_factor"))).toEqual([
      "auth.add_second_factor",
      "people.remove_second_factor",
      "auth.add_second_factor",
      "auth.remove_second_factor",
    ]);
  });
});

describe("new recovery codes", () => {
  test("for a code of the app: the old ones are void, the new ones let in, and it is written down", async () => {
    const { secret, recoveryCodes: old } = await setUp();
    const fresh = await renewRecoveryCodes(mei, box, codeOf(secret));
    expect(fresh).toHaveLength(10);
    expect(await prove(door, mei.user.id, old[0] ?? "")).toBe("wrong");
    expect(await prove(door, mei.user.id, fresh[0] ?? "")).toBe("recovery_code");
    expect(await secondFactorOf(store.db, mei.user.id)).toMatchObject({ recoveryCodes: 9 });
    const last = (await store.db.select().from(auditEntries).orderBy(auditEntries.id)).at(-1);
    expect(last).toMatchObject({ action: "auth.renew_recovery_codes", target: "mei" });
  });

  test("for a recovery code too, and for nothing else", async () => {
    const { secret, recoveryCodes } = await setUp();
    await expect(renewRecoveryCodes(mei, box, "000 000")).rejects.toMatchObject(refusal("wrongCode"));
    const code = codeOf(secret);
    await signIn(door, { ...MEI, code });
    await expect(renewRecoveryCodes(mei, box, code)).rejects.toMatchObject(refusal("usedCode"));
    expect(await renewRecoveryCodes(mei, box, recoveryCodes[3] ?? "")).toHaveLength(10);
  });

  test("guessing is slowed down like a sign-in, and whoever has no second factor has nothing to renew", async () => {
    await expect(renewRecoveryCodes(mei, box, "123456")).rejects.toMatchObject({ code: "conflict" });
    await setUp();
    const guesses = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => renewRecoveryCodes(mei, box, `AAAA-AAAA-AAAA-AA${10 + n}`)),
    );
    const codes = guesses.map((guess) => (guess.status === "rejected" ? guess.reason.code : "let in"));
    expect(codes).toContain("rate_limited");
    expect(codes).not.toContain("let in");
  });
});
