import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock, systemClock } from "@/lib/clock";
import { type OidcSettings, parseRoles } from "@/lib/oidc-settings";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import type { Door } from "../door";
import { listPeople, setDisabled } from "../people";
import { createSecretBox } from "../secret-box";
import { findSession } from "../sessions";
import { signIn } from "../sign-in";
import { createProvider } from "./provider";
import { beginSignIn, FLOW_MS, finishSignIn, type Oidc, type OidcProblem } from "./sign-in";
import { startTestProvider, type TestProvider } from "./testing-provider";

/* There and back again with a real provider, as a browser goes. */

const REDIRECT = "https://easel.example/api/auth/oidc/callback";
const LIN = { sub: "0001", preferred_username: "Lin", email: "lin@studio.example" };

let store: TestStore;
let idp: TestProvider;
let clock: ManualClock;
let door: Door;
beforeAll(async () => {
  [store, idp] = await Promise.all([createTestStore(), startTestProvider()]);
});
afterAll(() => Promise.all([store.close(), idp.close()]));
beforeEach(async () => {
  await store.pool.query("TRUNCATE users, sign_in_attempts, audit_entries CASCADE");
  clock = createManualClock();
  const box = createSecretBox(new Uint8Array(32).fill(7));
  door = { db: store.db, clock, box, caller: { address: "192.0.2.1", userAgent: "test" } };
  idp.person = LIN;
});

function oidcWith(more: Partial<OidcSettings> = {}): Oidc {
  const settings: OidcSettings = {
    issuer: new URL(idp.issuer),
    clientId: idp.clientId,
    clientSecret: idp.clientSecret,
    scopes: "openid profile email",
    name: "Studio",
    groupsClaim: "groups",
    roles: parseRoles("admins=owner,studio=artist") ?? [],
    defaultRole: "viewer",
    ...more,
  };
  return { settings, provider: createProvider(settings, systemClock) };
}

const begin = (oidc: Oidc) => beginSignIn(door, oidc, { redirectUri: REDIRECT, next: "/gallery" });

/** Follows the provider's redirects with its cookies, until it sends the browser back to us. */
async function walk(location: string, { issuer } = idp): Promise<string> {
  const cookies = new Map<string, string>();
  let url = new URL(location);
  for (let hop = 0; hop < 10 && url.origin === new URL(issuer).origin; hop++) {
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
      cookies.set(name, value);
    }
    const next = answer.headers.get("location");
    if (!next) throw new Error(`the provider answers ${answer.status}: ${await answer.text()}`);
    url = new URL(next, url);
  }
  expect(`${url.origin}${url.pathname}`).toBe(REDIRECT);
  return url.search;
}

async function come(oidc: Oidc, at = idp) {
  const { location, cookie } = await begin(oidc);
  const { token, next } = await finishSignIn(door, oidc, { cookie, search: await walk(location, at) });
  const session = await findSession(store.db, clock, token);
  return { user: session?.user, next };
}

const expectRefusal = (coming: Promise<unknown>, problem: OidcProblem) =>
  expect(coming).rejects.toMatchObject({ name: "OidcRefusal", problem });

describe("the way there and back", () => {
  test("somebody new comes in with the default role, and is the same person the next time", async () => {
    const oidc = oidcWith();
    const first = await come(oidc);
    expect(first).toMatchObject({ user: { name: "lin", role: "viewer" }, next: "/gallery" });
    idp.person = { ...LIN, preferred_username: "Renamed" };
    expect((await come(oidc)).user?.id).toBe(first.user?.id);
    const entries = await store.db.select().from(auditEntries).orderBy(auditEntries.id);
    expect(entries.map(({ action }) => action)).toEqual(["auth.join", "auth.sign_in", "auth.sign_in"]);
    expect(entries[1]?.details).toEqual({ through: "Studio" });
  });

  test("the provider is asked with a proof key, a state and a nonce, and is found once", async () => {
    const oidc = oidcWith();
    idp.requests.length = 0;
    const { location } = await begin(oidc);
    const asked = Object.fromEntries(new URL(location).searchParams);
    expect(asked).toMatchObject({
      client_id: "easel",
      response_type: "code",
      redirect_uri: REDIRECT,
      scope: "openid profile email",
      code_challenge_method: "S256",
    });
    for (const secret of ["state", "nonce", "code_challenge"]) expect(asked[secret]?.length).toBeGreaterThan(40);
    const again = new URL((await begin(oidc)).location).searchParams;
    expect(again.get("state")).not.toBe(asked.state);
    expect(idp.requests).toEqual(["GET /.well-known/openid-configuration"]);
  });

  test("an answer that belongs to another beginning lets nobody in, and the provider is not asked", async () => {
    const oidc = oidcWith();
    const [mine, theirs] = [await begin(oidc), await begin(oidc)];
    const search = await walk(theirs.location);
    idp.requests.length = 0;
    await expectRefusal(finishSignIn(door, oidc, { cookie: mine.cookie, search }), "expired");
    await expectRefusal(finishSignIn(door, oidc, { cookie: undefined, search }), "expired");
    await expectRefusal(finishSignIn(door, oidc, { cookie: `${theirs.cookie}x`, search }), "expired");
    expect(idp.requests).toEqual([]);
    expect(await store.db.select().from(users)).toEqual([]);
  });

  test("an answer counts for ten minutes", async () => {
    const oidc = oidcWith();
    const { location, cookie } = await begin(oidc);
    const search = await walk(location);
    await clock.advance(FLOW_MS);
    await expectRefusal(finishSignIn(door, oidc, { cookie, search }), "expired");
  });

  test("an answer that is sent a second time lets nobody in", async () => {
    const oidc = oidcWith();
    const { location, cookie } = await begin(oidc);
    const search = await walk(location);
    await finishSignIn(door, oidc, { cookie, search });
    await expectRefusal(finishSignIn(door, oidc, { cookie, search }), "failed");
  });

  test("a code of somebody else's beginning is refused by its proof key", async () => {
    const oidc = oidcWith();
    const [mine, theirs] = [await begin(oidc), await begin(oidc)];
    const stolen = new URLSearchParams(await walk(theirs.location));
    stolen.set("state", new URL(mine.location).searchParams.get("state") ?? "");
    await expectRefusal(finishSignIn(door, oidc, { cookie: mine.cookie, search: `?${stolen}` }), "failed");
  });

  test("who cancels there comes back with a plain word", async () => {
    idp.person = undefined;
    await expectRefusal(come(oidcWith()), "cancelled");
  });

  test("a wrong client secret and a provider that is not there are failures, and the next try asks anew", async () => {
    await expectRefusal(come(oidcWith({ clientSecret: "wrong" })), "failed");
    await expectRefusal(come(oidcWith({ issuer: new URL("http://127.0.0.1:9") })), "failed");
    await expectRefusal(come(oidcWith({ issuer: new URL(`${idp.issuer}/elsewhere`) })), "failed");
  });

  test("an issuer that sends us to another host is not followed", async () => {
    const astray = createServer((request, response) => {
      response.writeHead(302, { location: `${idp.issuer}${request.url}` }).end();
    });
    await new Promise<void>((resolve) => astray.listen(0, "127.0.0.1", resolve));
    idp.requests.length = 0;
    const { port } = astray.address() as AddressInfo;
    await expectRefusal(begin(oidcWith({ issuer: new URL(`http://127.0.0.1:${port}`) })), "failed");
    expect(idp.requests).toEqual([]);
    await new Promise((resolve) => astray.close(resolve));
  });

  test("failures of one address slow it down, successes do not", async () => {
    const oidc = oidcWith();
    for (let i = 0; i < 3; i++) await come(oidc);
    const { location, cookie } = await begin(oidc);
    const search = await walk(location);
    for (let i = 0; i < 20; i++) {
      const wrong = `${search}&n=${i}`.replace(/code=[^&]+/, "code=guessed");
      await expectRefusal(finishSignIn(door, oidc, { cookie, search: wrong }), "failed");
    }
    await expectRefusal(finishSignIn(door, oidc, { cookie, search: search.replace(/code=[^&]+/, "code=x") }), "failed");
    await expectRefusal(finishSignIn(door, oidc, { cookie, search }), "wait");
  });
});

describe("who they are here", () => {
  test("the highest role of their groups, anew at each sign-in", async () => {
    const oidc = oidcWith();
    await store.db.insert(users).values({ name: "mei", role: "owner", passwordHash: "-" });
    idp.person = { ...LIN, groups: ["studio", "others"] };
    expect((await come(oidc)).user?.role).toBe("artist");
    idp.person = { ...LIN, groups: ["studio", "admins"] };
    expect((await come(oidc)).user?.role).toBe("owner");
    idp.person = { ...LIN, groups: [] };
    expect((await come(oidc)).user?.role).toBe("viewer");
    const changes = (await store.db.select().from(auditEntries)).filter(
      ({ action }) => action === "people.change_role",
    );
    expect(changes.map(({ details }) => details)).toEqual([
      { from: "artist", to: "owner", through: "Studio" },
      { from: "owner", to: "viewer", through: "Studio" },
    ]);
  });

  test("the last owner stays one", async () => {
    const oidc = oidcWith();
    idp.person = { ...LIN, groups: ["admins"] };
    await come(oidc);
    idp.person = { ...LIN, groups: ["studio"] };
    expect((await come(oidc)).user?.role).toBe("owner");
  });

  test("without a role of groups or a default nobody comes in, new or known", async () => {
    const oidc = oidcWith({ defaultRole: undefined });
    await expectRefusal(come(oidc), "no_role");
    expect(await listPeople(store.db)).toEqual([]);
    idp.person = { ...LIN, groups: ["studio"] };
    await come(oidc);
    idp.person = LIN;
    await expectRefusal(come(oidc), "no_role");
  });

  test("where groups give no roles, the one that an owner gave stays", async () => {
    const oidc = oidcWith({ roles: [], defaultRole: "viewer" });
    await come(oidc);
    await store.db.update(users).set({ role: "deployer" });
    expect((await come(oidc)).user?.role).toBe("deployer");
    expect((await come(oidcWith({ roles: [], defaultRole: undefined }))).user?.role).toBe("deployer");
  });

  test("whoever is disabled stays outside, which is written down", async () => {
    const oidc = oidcWith();
    const { user } = await come(oidc);
    const [owner] = await store.db.insert(users).values({ name: "mei", role: "owner", passwordHash: "-" }).returning();
    if (!user || !owner) throw new Error("nobody");
    await setDisabled({ db: store.db, clock, user: owner }, user.id, true);
    await expectRefusal(come(oidc), "disabled");
    const last = (await store.db.select().from(auditEntries).orderBy(auditEntries.id)).at(-1);
    expect(last).toMatchObject({ action: "auth.sign_in_failed", details: { through: "Studio", reason: "disabled" } });
  });

  test("a name that is taken here stays with its owner, and no password opens the new account", async () => {
    await store.db.insert(users).values({ name: "lin", role: "owner", passwordHash: "-" });
    expect((await come(oidcWith())).user).toMatchObject({ name: "lin-2", role: "viewer" });
    idp.person = { ...LIN, sub: "0002" };
    expect((await come(oidcWith())).user).toMatchObject({ name: "lin-3" });
    for (const password of ["-", "null", "undefined"]) {
      await expect(signIn(door, { name: "lin-2", password })).rejects.toMatchObject({ params: { field: "password" } });
    }
  });
});

describe("as enterprises set their providers up", () => {
  let realm: TestProvider;
  beforeAll(async () => {
    realm = await startTestProvider({ path: "/realms/studio", clientAuth: "client_secret_post" });
  });
  afterAll(() => realm.close());
  const inRealm = (more: Partial<OidcSettings> = {}) =>
    oidcWith({
      issuer: new URL(realm.issuer),
      clientId: realm.clientId,
      clientSecret: realm.clientSecret,
      clientAuth: "post",
      ...more,
    });

  test("an issuer with a path, whose client's secret goes in the body though the provider takes headers of others", async () => {
    realm.person = LIN;
    expect((await come(inRealm(), realm)).user).toMatchObject({ name: "lin", role: "viewer" });
    await expectRefusal(come(inRealm({ clientAuth: "basic" }), realm), "failed");
    await expectRefusal(come(inRealm({ clientAuth: undefined }), realm), "failed");
    // An issuer is its address letter by letter.
    await expectRefusal(come(inRealm({ issuer: new URL(`${realm.issuer}/`) }), realm), "failed");
  });

  test.each<[string, object, Partial<OidcSettings>, string]>([
    ["groups with paths", { groups: ["/studio", "/others"] }, { roles: parseRoles("/studio=artist") }, "artist"],
    ["one group as a text", { groups: "studio" }, {}, "artist"],
    [
      "roles of the application",
      { roles: ["Easel.Owner"] },
      { groupsClaim: "roles", roles: parseRoles("Easel.Owner=owner") },
      "owner",
    ],
    [
      "roles that lie deeper",
      { realm_access: { roles: ["offline_access", "deployers"] } },
      { groupsClaim: "realm_access.roles", roles: parseRoles("deployers=deployer") },
      "deployer",
    ],
    ["groups by their ids", { groups: ["0f1e-22", "aaaa"] }, { roles: parseRoles("0f1e-22=deployer") }, "deployer"],
  ])("%s", async (_, claims, settings, role) => {
    realm.person = { ...LIN, ...claims };
    expect((await come(inRealm(settings), realm)).user?.role).toBe(role);
  });

  test("an address as the name, as directories have it", async () => {
    realm.person = { sub: "0009", preferred_username: "Mei.Lin@Studio.example" };
    expect((await come(inRealm(), realm)).user?.name).toBe("mei.lin@studio.example");
  });

  test("too many groups to tell are nobody's loss and nobody's gain: they stay outside, which is written down", async () => {
    realm.person = { ...LIN, groups: ["studio"] };
    await come(inRealm(), realm);
    realm.person = { ...LIN, _claim_names: { groups: "src1" } };
    await expectRefusal(come(inRealm(), realm), "too_many_groups");
    const last = (await store.db.select().from(auditEntries).orderBy(auditEntries.id)).at(-1);
    expect(last).toMatchObject({ action: "auth.sign_in_failed", details: { reason: "too_many_groups" } });
    // Where groups give no roles they do not matter.
    expect((await come(inRealm({ roles: [] }), realm)).user?.role).toBe("artist");
  });

  test("a public client, by its proof key alone, is refused where the provider wants a secret", async () => {
    await expectRefusal(come(inRealm({ clientSecret: undefined }), realm), "failed");
  });
});
