/** Links by which people come in, and by which those who forgot their password choose a new one. */
import { createHash, randomBytes } from "node:crypto";
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { invitations, sessions, users } from "@/lib/store/schema/auth";
import { addPlaces, type Places } from "./access";
import { writeAudit } from "./audit";
import { bookAttempt, forgive, refund, type Subject } from "./back-off";
import type { Door } from "./door";
import { hashPassword } from "./password";
import { type Actor, audit, personOf } from "./people";
import type { Role } from "./rights";
import { type AcceptInvitationSchema, PlacesSchema } from "./schemas";
import { hasSecondFactor } from "./second-factor";
import { createSession } from "./sessions";

/** Long enough for a weekend, short enough for a mail that lies about. */
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;

export interface InvitationView {
  id: string;
  role: Role;
  /** In how many connections they are to be something else. */
  places: number;
  note: string;
  /** The person whose password it renews. */
  person?: string;
  createdBy: string;
  createdAt: string;
  expiresAt: string;
}

/** The secret of the link, which nothing keeps. */
export async function invite(
  actor: Actor,
  { role, places = {}, note }: { role: Role; places?: Places; note: string },
): Promise<string> {
  const kept = role === "owner" ? {} : places;
  const secret = await store(actor, { role, places: kept, note });
  await audit(actor, "people.invite", note || role, { role, ...kept });
  return secret;
}

/** For somebody who forgot their password. A link that was made before is void. */
export async function offerNewPassword(actor: Actor, id: string): Promise<string> {
  const person = await personOf(actor.db, id);
  await actor.db.delete(invitations).where(and(eq(invitations.userId, id), isNull(invitations.usedAt)));
  const secret = await store(actor, { role: person.role, note: person.name, userId: id });
  await audit(actor, "people.offer_password", person.name);
  return secret;
}

export async function withdrawInvitation(actor: Actor, id: string): Promise<void> {
  const [gone] = await actor.db
    .delete(invitations)
    .where(and(eq(invitations.id, id), isNull(invitations.usedAt)))
    .returning();
  if (!gone) throw new AppError("not_found", { params: { what: "invitation" } });
  await audit(actor, "people.withdraw_invitation", gone.note || gone.role);
}

/** Those that still open the door, the newest first. */
export async function listInvitations(db: Database, clock: Clock): Promise<InvitationView[]> {
  const rows = await db
    .select({ invitation: invitations, person: users.name })
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.userId))
    .where(isOpen(clock))
    .orderBy(desc(invitations.createdAt));
  return rows.map(({ invitation, person }) => ({
    id: invitation.id,
    role: invitation.role,
    places: Object.keys(PlacesSchema.parse(invitation.places)).length,
    note: invitation.note,
    person: person ?? undefined,
    createdBy: invitation.createdBy,
    createdAt: invitation.createdAt.toISOString(),
    expiresAt: invitation.expiresAt.toISOString(),
  }));
}

/** What a link offers; undefined when it is unknown, used, withdrawn or over. */
export async function findInvitation(
  db: Database,
  clock: Clock,
  secret: string,
): Promise<
  { id: string; role: Role; places: Places; createdBy: string; person?: { id: string; name: string } } | undefined
> {
  const [row] = await db
    .select({ invitation: invitations, person: { id: users.id, name: users.name }, disabledAt: users.disabledAt })
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.userId))
    .where(and(eq(invitations.tokenHash, hashOf(secret)), isOpen(clock)));
  if (!row || row.disabledAt) return undefined;
  const { id, role, createdBy } = row.invitation;
  const places = PlacesSchema.parse(row.invitation.places);
  return { id, role, places, createdBy, person: row.person ?? undefined };
}

/**
 * Lets the person in and signs them in. Returns the session's token, or undefined for somebody with a second factor: the
 * link stands for the password only, so that they sign in themselves.
 */
export async function acceptInvitation(
  { db, clock, caller }: Door,
  input: z.output<typeof AcceptInvitationSchema>,
): Promise<string | undefined> {
  const from: Subject = { kind: "address", value: caller.address };
  await bookAttempt(db, clock, from);
  const passwordHash = await hashPassword(input.password);
  const token = await db.transaction(async (tx) => {
    const found = await findInvitation(tx, clock, input.token);
    if (!found) throw gone();
    const name = found.person?.name ?? input.name;
    if (input.password.toLowerCase() === name) {
      throw new AppError("invalid_input", { params: { field: "password", rule: "auth.rules.passwordIsName" } });
    }
    // Of two who use a link at the same moment one is let in.
    const used = await tx
      .update(invitations)
      .set({ usedAt: new Date(clock.now()) })
      .where(and(eq(invitations.id, found.id), isNull(invitations.usedAt)))
      .returning({ id: invitations.id });
    if (used.length === 0) throw gone();
    const id = found.person
      ? await renewPassword(tx, found.person.id, passwordHash)
      : await addPerson(tx, clock, { name, role: found.role, passwordHash });
    if (!found.person) await addPlaces(tx, id, found.places);
    await writeAudit(tx, clock, {
      action: found.person ? "auth.renew_password" : "auth.join",
      target: name,
      user: { id, name },
      address: caller.address,
      details: found.person ? undefined : { role: found.role, ...found.places, invitedBy: found.createdBy },
    });
    return (await hasSecondFactor(tx, id)) ? undefined : createSession(tx, clock, id, caller);
  });
  await refund(db, clock, from);
  return token;
}

async function store(
  { db, clock, user }: Actor,
  values: { role: Role; places?: Places; note: string; userId?: string },
): Promise<string> {
  const secret = randomBytes(32).toString("base64url");
  const now = clock.now();
  await db.insert(invitations).values({
    ...values,
    tokenHash: hashOf(secret),
    createdBy: user.name,
    createdAt: new Date(now),
    expiresAt: new Date(now + INVITATION_MS),
  });
  return secret;
}

async function addPerson(
  tx: Database,
  clock: Clock,
  values: { name: string; role: Role; passwordHash: string },
): Promise<string> {
  const [added] = await tx
    .insert(users)
    .values({ ...values, createdAt: new Date(clock.now()) })
    .onConflictDoNothing({ target: users.name })
    .returning({ id: users.id });
  if (!added) throw new AppError("invalid_input", { params: { field: "name", rule: "auth.rules.nameTaken" } });
  return added.id;
}

/** Whoever knew the old password is signed out. */
async function renewPassword(tx: Database, id: string, passwordHash: string): Promise<string> {
  const [person] = await tx.update(users).set({ passwordHash }).where(eq(users.id, id)).returning({ name: users.name });
  await tx.delete(sessions).where(eq(sessions.userId, id));
  if (person) await forgive(tx, { kind: "account", value: person.name });
  return id;
}

const isOpen = (clock: Clock) => and(isNull(invitations.usedAt), gt(invitations.expiresAt, new Date(clock.now())));

const gone = () => new AppError("not_found", { params: { what: "invitation", rule: "auth.invitation.gone" } });

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
