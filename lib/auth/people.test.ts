import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { auditEntries } from "@/lib/store/schema/audit";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import type { Door } from "./door";
import {
  acceptInvitation,
  findInvitation,
  INVITATION_MS,
  invite,
  listInvitations,
  offerNewPassword,
  withdrawInvitation,
} from "./invitations";
import { type Actor, changeRole, listPeople, setDisabled, signOutEverywhere } from "./people";
import { createSecretBox } from "./secret-box";
import { findSession } from "./sessions";
import { setUpOwner } from "./set-up";
import { signIn } from "./sign-in";

const OWNER = { code: "ABCD-1234", name: "mei", password: "correct horse" };
const ARTIST = { name: "lin", password: "four dry leaves" };

const box = createSecretBox(new Uint8Array(32).fill(7));

let store: TestStore;
let clock: ManualClock;
let door: Door;
let owner: Actor;
beforeAll(async () => {
  store = await createTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.pool.query("TRUNCATE users, sign_in_attempts, invitations CASCADE");
  clock = createManualClock();
  door = { db: store.db, clock, box, caller: { address: "192.0.2.1", userAgent: "test" } };
  const session = await sessionOf(await setUpOwner(door, OWNER.code, OWNER));
  owner = { db: store.db, clock, user: session.user, address: "192.0.2.1" };
});

const sessionOf = async (token: string | undefined) => {
  const session = await findSession(store.db, clock, token ?? "");
  if (!session) throw new Error("no session");
  return session;
};
const join = async (role: "owner" | "artist" = "artist") =>
  (await acceptInvitation(door, { token: await invite(owner, { role, note: "" }), ...ARTIST })) ?? "";
const idOf = async (name: string) => (await listPeople(store.db)).find((person) => person.name === name)?.id ?? "";

describe("invitations", () => {
  test("a link lets one person in, with its role", async () => {
    const link = await invite(owner, { role: "artist", note: "Lin" });
    expect(await listInvitations(store.db, clock)).toMatchObject([{ role: "artist", note: "Lin", createdBy: "mei" }]);
    const session = await sessionOf(await acceptInvitation(door, { token: link, ...ARTIST }));
    expect(session.user).toMatchObject({ name: "lin", role: "artist" });
    expect(await listInvitations(store.db, clock)).toEqual([]);
    await expect(acceptInvitation(door, { ...ARTIST, name: "other", token: link })).rejects.toMatchObject({
      code: "not_found",
    });
    await signIn(door, ARTIST);
  });

  test("of two who use one link at the same moment one is let in", async () => {
    const link = await invite(owner, { role: "artist", note: "" });
    const done = await Promise.allSettled(
      ["a1", "b2"].map((name) => acceptInvitation(door, { token: link, name, password: ARTIST.password })),
    );
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await listPeople(store.db)).toHaveLength(2);
  });

  test("a name that is taken leaves the link good", async () => {
    const link = await invite(owner, { role: "artist", note: "" });
    await expect(acceptInvitation(door, { ...ARTIST, name: "mei", token: link })).rejects.toMatchObject({
      code: "invalid_input",
      params: { field: "name" },
    });
    await acceptInvitation(door, { token: link, ...ARTIST });
  });

  test.each([
    ["unknown", async () => "x".repeat(43)],
    [
      "withdrawn",
      async () => {
        const link = await invite(owner, { role: "viewer", note: "" });
        const [open] = await listInvitations(store.db, clock);
        await withdrawInvitation(owner, open?.id ?? "");
        return link;
      },
    ],
    [
      "over",
      async () => {
        const link = await invite(owner, { role: "viewer", note: "" });
        await clock.advance(INVITATION_MS);
        return link;
      },
    ],
    [
      "that of a disabled person",
      async () => {
        await join();
        const link = await offerNewPassword(owner, await idOf("lin"));
        await setDisabled(owner, await idOf("lin"), true);
        return link;
      },
    ],
  ])("%s: nobody comes in", async (_, make) => {
    const link = await make();
    expect(await findInvitation(store.db, clock, link)).toBeUndefined();
    await expect(acceptInvitation(door, { ...ARTIST, name: "other", token: link })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("a new password signs out everywhere, keeps name and role, and voids the link before", async () => {
    const old = await join();
    const first = await offerNewPassword(owner, await idOf("lin"));
    const second = await offerNewPassword(owner, await idOf("lin"));
    expect(await findInvitation(store.db, clock, first)).toBeUndefined();
    const session = await sessionOf(
      await acceptInvitation(door, { token: second, name: "ignored", password: "a new one, longer" }),
    );
    expect(session.user).toMatchObject({ name: "lin", role: "artist" });
    expect(await findSession(store.db, clock, old)).toBeUndefined();
    await expect(signIn(door, ARTIST)).rejects.toMatchObject({ code: "invalid_input" });
    await signIn(door, { name: "lin", password: "a new one, longer" });
  });
});

describe("people", () => {
  test("a role counts from the next request on", async () => {
    const token = await join();
    await changeRole(owner, await idOf("lin"), "deployer");
    expect((await sessionOf(token)).user.role).toBe("deployer");
  });

  test("whoever is disabled is out at once, until enabled again", async () => {
    const token = await join();
    await setDisabled(owner, await idOf("lin"), true);
    expect(await findSession(store.db, clock, token)).toBeUndefined();
    await expect(signIn(door, ARTIST)).rejects.toMatchObject({ code: "invalid_input" });
    await setDisabled(owner, await idOf("lin"), false);
    await signIn(door, ARTIST);
  });

  test("sessions of one person end everywhere, others' stay", async () => {
    const tokens = [await join(), await signIn(door, ARTIST)];
    expect(await signOutEverywhere(owner, await idOf("lin"))).toBe(2);
    for (const token of tokens) expect(await findSession(store.db, clock, token)).toBeUndefined();
    expect((await listPeople(store.db)).map(({ name, sessions }) => [name, sessions])).toEqual([
      ["lin", 0],
      ["mei", 1],
    ]);
  });

  test("the last owner stays one, also when two demote each other", async () => {
    await expect(changeRole(owner, owner.user.id, "viewer")).rejects.toMatchObject({ code: "conflict" });
    await expect(setDisabled(owner, owner.user.id, true)).rejects.toMatchObject({ code: "conflict" });
    await join("owner");
    const other: Actor = { ...owner, user: { id: await idOf("lin"), name: "lin", role: "owner" } };
    const done = await Promise.allSettled([
      changeRole(owner, other.user.id, "viewer"),
      changeRole(other, owner.user.id, "viewer"),
    ]);
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await listPeople(store.db)).filter(({ role }) => role === "owner")).toHaveLength(1);
  });

  test("every change is written down with who made it, and no secret", async () => {
    const link = await invite(owner, { role: "artist", note: "Lin" });
    await acceptInvitation(door, { token: link, ...ARTIST });
    await changeRole(owner, await idOf("lin"), "viewer");
    const entries = await store.db.select().from(auditEntries);
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["people.invite", "auth.join", "people.change_role"]),
    );
    expect(JSON.stringify(entries, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
      link,
    );
  });
});
