import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "@/lib/clock";
import { deleteSaved } from "@/lib/connections/saved";
import { tell } from "@/lib/notifications/tell";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { connections } from "@/lib/store/schema/connections";
import { webhookDeliveries, webhooks } from "@/lib/store/schema/notifications";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { listPlaces, readAccess, setClosed, setPlace } from "./access";
import { acceptInvitation, findInvitation, invite } from "./invitations";
import { type Actor, changeRole, setDisabled } from "./people";
import { type Access, canSomewhere, type Role, roleIn } from "./rights";
import { createSecretBox } from "./secret-box";

describe("what somebody is in a connection", () => {
  const places = { east: "deployer", west: "none", north: "viewer" } as const;
  test.each<[string, Access, string, Role | undefined]>([
    ["the general role where nothing else is said", { role: "artist", places, closed: [] }, "south", "artist"],
    ["more by name", { role: "viewer", places, closed: [] }, "east", "deployer"],
    ["less by name", { role: "deployer", places, closed: [] }, "north", "viewer"],
    ["nothing by name", { role: "deployer", places, closed: [] }, "west", undefined],
    ["nothing where it is closed", { role: "deployer", places, closed: ["south"] }, "south", undefined],
    ["the role by name where it is closed", { role: "viewer", places, closed: ["east"] }, "east", "deployer"],
    ["an owner everywhere", { role: "owner", places, closed: ["west"] }, "west", "owner"],
    ["no role by the names of objects", { role: "viewer", places, closed: [] }, "constructor", "viewer"],
  ])("%s", (_, access, connection, role) => {
    expect(roleIn(access, connection)).toBe(role);
  });

  test("a right in one place is a right somewhere, but none over the console", () => {
    const access: Access = { role: "viewer", places: { east: "deployer", west: "none" }, closed: [] };
    expect(canSomewhere(access, "services.write")).toBe(true);
    expect(canSomewhere(access, "notifications.write")).toBe(false);
    expect(canSomewhere({ ...access, places: { west: "none" } }, "services.write")).toBe(false);
  });
});

describe("kept in the store", () => {
  const east = { id: "7f6bd6c5-52f4-4f09-9a2b-000000000001", name: "East" };
  let store: TestStore;
  let clock: ManualClock;
  beforeAll(async () => {
    store = await createTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.pool.query(
      "TRUNCATE users, closed_connections, connections, audit_entries, webhooks, notices RESTART IDENTITY CASCADE",
    );
    clock = createManualClock();
  });

  async function person(name: string, role: Role): Promise<Actor> {
    const [user] = await store.db.insert(users).values({ name, role, passwordHash: "-" }).returning({ id: users.id });
    return { db: store.db, clock, user: { id: user?.id ?? "", name, role }, address: "192.0.2.1" };
  }
  const roleOf = async ({ user }: Actor) => roleIn(await readAccess(store.db, user), east.id);

  test("a change holds at once, goes back to the general role, and is written down with the connection", async () => {
    const [mei, lin] = [await person("mei", "owner"), await person("lin", "artist")];
    await setPlace(mei, { id: lin.user.id, connection: east, role: "none" });
    expect(await roleOf(lin)).toBeUndefined();
    await setPlace(mei, { id: lin.user.id, connection: east, role: "deployer" });
    expect(await roleOf(lin)).toBe("deployer");
    await setPlace(mei, { id: lin.user.id, connection: east, role: null });
    expect(await roleOf(lin)).toBe("artist");
    const written = await store.db.select().from(auditEntries).where(eq(auditEntries.action, "people.change_place"));
    expect(written.map(({ target, connectionId, details }) => ({ target, connectionId, details }))).toEqual([
      { target: "lin", connectionId: east.id, details: { connection: "East", from: "general", to: "none" } },
      { target: "lin", connectionId: east.id, details: { connection: "East", from: "none", to: "deployer" } },
      { target: "lin", connectionId: east.id, details: { connection: "East", from: "deployer", to: "general" } },
    ]);
  });

  test("of an owner nothing is taken, and whoever ceases to be one is what was set", async () => {
    const [mei, lin] = [await person("mei", "owner"), await person("lin", "viewer")];
    await expect(setPlace(mei, { id: mei.user.id, connection: east, role: "none" })).rejects.toMatchObject({
      params: { rule: "people.ownerEverywhere" },
    });
    await setPlace(mei, { id: lin.user.id, connection: east, role: "none" });
    await changeRole(mei, lin.user.id, "owner");
    expect(await roleOf({ ...lin, user: { ...lin.user, role: "owner" } })).toBe("owner");
    await changeRole(mei, lin.user.id, "viewer");
    expect(await roleOf(lin)).toBeUndefined();
  });

  test("a closed connection is there for those with a role in it, and for everybody once it is open again", async () => {
    const [mei, lin, wu] = [await person("mei", "owner"), await person("lin", "artist"), await person("wu", "viewer")];
    await setPlace(mei, { id: wu.user.id, connection: east, role: "artist" });
    await setClosed(mei, { connection: east, closed: true });
    expect([await roleOf(mei), await roleOf(lin), await roleOf(wu)]).toEqual(["owner", undefined, "artist"]);
    await setClosed(mei, { connection: east, closed: false });
    expect(await roleOf(lin)).toBe("artist");
  });

  test("an invitation carries roles in connections, and nothing for an owner", async () => {
    const mei = await person("mei", "owner");
    const door = {
      db: store.db,
      clock,
      box: createSecretBox(new Uint8Array(32)),
      caller: { address: "192.0.2.2", userAgent: "" },
    };
    const wanted = { places: { [east.id]: "none" as const }, note: "" };
    const token = await invite(mei, { role: "artist", ...wanted });
    await acceptInvitation(door, { token, name: "lin", password: "a quiet blue harbour" });
    const lin = (await store.db.select().from(users)).find(({ name }) => name === "lin");
    expect((await listPlaces(store.db)).people).toEqual({ [lin?.id ?? ""]: wanted.places });
    const owners = await invite(mei, { role: "owner", ...wanted });
    expect(await findInvitation(store.db, clock, owners)).toMatchObject({ role: "owner", places: {} });
  });

  test("with a connection goes what people were in it", async () => {
    const [mei, lin] = [await person("mei", "owner"), await person("lin", "artist")];
    await store.db.insert(connections).values({ ...east, region: "cn-hangzhou", accessKeyId: "LTAI", sealed: "-" });
    await setPlace(mei, { id: lin.user.id, connection: east, role: "viewer" });
    await setClosed(mei, { connection: east, closed: true });
    await deleteSaved(store.db, east.id);
    expect(await listPlaces(store.db)).toEqual({ people: {}, closed: [] });
  });

  test("a webhook hears nothing more once its maker is disabled or may have none", async () => {
    const mei = await person("mei", "owner");
    const makers = await Promise.all(["lin", "wu", "yan"].map((name) => person(name, "deployer")));
    const rows = makers.map(({ user }, index) => hookOf(`7f6bd6c5-52f4-4f09-9a2b-00000000000${index}`, user.id));
    await store.db.insert(webhooks).values(rows);
    const [lin, wu] = makers;
    await setDisabled(mei, lin?.user.id ?? "", true);
    await changeRole(mei, wu?.user.id ?? "", "artist");
    const told = { service: "s", kind: "ready" as const, details: {}, now: new Date(0) };
    await tell(store.db, { ...told, connectionId: east.id });
    const sent = await store.db.select().from(webhookDeliveries);
    expect(sent.map(({ webhookId }) => webhookId)).toEqual([rows[2]?.id]);
  });

  const hookOf = (id: string, createdBy: string) => ({
    id,
    name: id.slice(-1),
    url: "-",
    sealedSecret: "-",
    kinds: ["ready"],
    createdBy,
    createdAt: new Date(0),
  });

  test("a webhook hears only of connections that are there for whoever made it", async () => {
    const [mei, lin] = [await person("mei", "owner"), await person("lin", "deployer")];
    await setPlace(mei, { id: lin.user.id, connection: east, role: "none" });
    const [ofMei, ofLin] = ["7f6bd6c5-52f4-4f09-9a2b-00000000000a", "7f6bd6c5-52f4-4f09-9a2b-00000000000b"];
    await store.db.insert(webhooks).values([hookOf(ofMei, mei.user.id), hookOf(ofLin, lin.user.id)]);
    const told = { service: "s", kind: "ready" as const, details: {}, now: new Date(0) };
    await tell(store.db, { ...told, connectionId: east.id });
    await tell(store.db, { ...told, connectionId: "west" });
    const sent = await store.db.select().from(webhookDeliveries);
    const heard = sent.map(({ webhookId, body }) => [webhookId, JSON.parse(body).connection]);
    expect(heard.toSorted()).toEqual(
      [
        [ofMei, east.id],
        [ofMei, "west"],
        [ofLin, "west"],
      ].toSorted(),
    );
  });
});
