/** Signing in through another system: there and back again, and who that is here. */
import { and, eq } from "drizzle-orm";
import { AuthorizationResponseError } from "openid-client";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { OidcSettings } from "@/lib/oidc-settings";
import type { Database } from "@/lib/store/database";
import { users } from "@/lib/store/schema/auth";
import { writeAudit } from "../audit";
import { bookAttempt, refund, type Subject } from "../back-off";
import type { Door } from "../door";
import { changeRole } from "../people";
import type { Role } from "../rights";
import { createSession } from "../sessions";
import { areGroupsElsewhere, groupsOf, nameOf, namesLike, roleOf } from "./claims";
import type { Identity, Provider } from "./provider";

/** Long enough for a password, a second factor and a look for the phone. */
export const FLOW_MS = 10 * 60 * 1000;
const COOKIE_CONTEXT = "oidc-flow";

/** Why nobody was let in; the sign-in page has a sentence for each. */
export const OIDC_PROBLEMS = [
  "cancelled",
  "expired",
  "failed",
  "no_role",
  "too_many_groups",
  "disabled",
  "wait",
] as const;
export type OidcProblem = (typeof OIDC_PROBLEMS)[number];

export class OidcRefusal extends Error {
  override readonly name = "OidcRefusal";
  constructor(
    readonly problem: OidcProblem,
    cause?: unknown,
  ) {
    super(problem, { cause });
  }
}

export interface Oidc {
  settings: OidcSettings;
  provider: Provider;
}

const FlowSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  next: z.string(),
  endsAt: z.number(),
});

/** `next`: a path of ours that was checked. */
export async function beginSignIn(
  { clock, box }: Door,
  { provider }: Oidc,
  { redirectUri, next }: { redirectUri: string; next: string },
): Promise<{ location: string; cookie: string }> {
  const { location, flow } = await provider.begin(redirectUri).catch((error: unknown) => {
    throw new OidcRefusal("failed", error);
  });
  const kept: z.infer<typeof FlowSchema> = { ...flow, redirectUri, next, endsAt: clock.now() + FLOW_MS };
  return { location: location.href, cookie: box.seal(JSON.stringify(kept), COOKIE_CONTEXT) };
}

/** `search`: what the provider sent the browser back with. Throws OidcRefusal. */
export async function finishSignIn(
  door: Door,
  { settings, provider }: Oidc,
  { cookie, search }: { cookie: string | undefined; search: string },
): Promise<{ token: string; next: string }> {
  const { next, redirectUri, ...flow } = openFlow(door, cookie);
  const answer = new URL(redirectUri);
  answer.search = search;
  if (answer.searchParams.get("state") !== flow.state) throw new OidcRefusal("expired");
  const address: Subject = { kind: "address", value: door.caller.address };
  await bookAttempt(door.db, door.clock, address).catch((error: unknown) => {
    throw error instanceof AppError ? new OidcRefusal("wait", error) : error;
  });
  const identity = await provider.finish(answer, flow).catch((error: unknown) => {
    throw new OidcRefusal(wasCancelled(error) ? "cancelled" : "failed", error);
  });
  await refund(door.db, door.clock, address);
  return { token: await letIn(door, settings, identity), next };
}

function openFlow({ box, clock }: Door, cookie: string | undefined): z.infer<typeof FlowSchema> {
  if (!cookie) throw new OidcRefusal("expired");
  try {
    const flow = FlowSchema.parse(JSON.parse(box.open(cookie, COOKIE_CONTEXT)));
    if (flow.endsAt > clock.now()) return flow;
  } catch (error) {
    throw new OidcRefusal("expired", error);
  }
  throw new OidcRefusal("expired");
}

const wasCancelled = (error: unknown) => error instanceof AuthorizationResponseError && error.error === "access_denied";

/** A session for whoever that is. Somebody unknown becomes a person here, when a role is there for them. */
async function letIn(door: Door, settings: OidcSettings, identity: Identity): Promise<string> {
  const { db, clock, caller } = door;
  const name = nameOf(identity.claims, identity.subject);
  const refuse = async (problem: OidcProblem) => {
    const details = { through: settings.name, reason: problem };
    await audit(door, "auth.sign_in_failed", { name }, details);
    return new OidcRefusal(problem);
  };
  if (settings.roles.length > 0 && areGroupsElsewhere(identity.claims, settings.groupsClaim))
    throw await refuse("too_many_groups");
  const role = roleOf(settings, groupsOf(identity.claims, settings.groupsClaim));
  const known = await find(db, identity);
  if (known?.disabledAt) throw await refuse("disabled");
  // Where groups give no roles, somebody known keeps the one they have.
  if (!role && (!known || settings.roles.length > 0)) throw await refuse("no_role");
  const user = known ?? (await add(door, settings, identity, name, role ?? "viewer"));
  if (role && settings.roles.length > 0 && user.role !== role) await follow(door, settings, user, role);
  const token = await createSession(db, clock, user.id, caller);
  await audit(door, "auth.sign_in", user, { through: settings.name });
  return token;
}

interface Person {
  id: string;
  name: string;
  role: Role;
  disabledAt: Date | null;
}

async function find(db: Database, { issuer, subject }: Identity): Promise<Person | undefined> {
  const [person] = await db
    .select({ id: users.id, name: users.name, role: users.role, disabledAt: users.disabledAt })
    .from(users)
    .where(and(eq(users.oidcIssuer, issuer), eq(users.oidcSubject, subject)));
  return person;
}

/** Never somebody who was here under the same name: who signs in elsewhere as `admin` need not be ours. */
async function add(
  door: Door,
  settings: OidcSettings,
  identity: Identity,
  wanted: string,
  role: Role,
): Promise<Person> {
  const { issuer, subject } = identity;
  for (const name of namesLike(wanted)) {
    const [added] = await door.db
      .insert(users)
      .values({ name, role, oidcIssuer: issuer, oidcSubject: subject, createdAt: new Date(door.clock.now()) })
      .onConflictDoNothing()
      .returning({ id: users.id });
    if (added) {
      await audit(door, "auth.join", { id: added.id, name }, { role, through: settings.name });
      return { id: added.id, name, role, disabledAt: null };
    }
    // The same person in another tab, or else somebody else's name.
    const known = await find(door.db, identity);
    if (known) return known;
  }
  throw new AppError("internal");
}

/** The last owner stays one, whatever the groups say. */
async function follow(door: Door, settings: OidcSettings, user: Person, role: Role): Promise<void> {
  const { db, clock, caller } = door;
  try {
    await changeRole({ db, clock, user, address: caller.address }, user.id, role, { through: settings.name });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
  }
}

function audit(
  { db, clock, caller }: Door,
  action: string,
  { id, name }: { id?: string; name: string },
  details: Record<string, unknown>,
): Promise<void> {
  return writeAudit(db, clock, { action, target: name, user: { id, name }, address: caller.address, details });
}
