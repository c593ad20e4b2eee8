/** Who may use this console: their roles, whether they are let in, and where they are signed in. */
import { and, asc, count, eq, isNotNull, isNull, max, sql } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { secondFactors, sessions, users } from "@/lib/store/schema/auth";
import { writeAudit } from "./audit";
import type { CurrentUser, Role } from "./rights";

/** Any number of our own: two owners who demote each other stand in line. */
const LOCK = 4_710_277_303;

/** Who changes something, and from where. */
export interface Actor {
  db: Database;
  clock: Clock;
  user: CurrentUser;
  address?: string;
}

export interface PersonView {
  id: string;
  name: string;
  role: Role;
  disabled: boolean;
  /** Asked for a code beside the password. */
  secondFactor: boolean;
  createdAt: string;
  /** Absent for somebody who is signed in nowhere. */
  lastSeenAt?: string;
  sessions: number;
}

export async function listPeople(db: Database): Promise<PersonView[]> {
  const rows = await db
    .select({
      id: users.id,
      name: users.name,
      role: users.role,
      disabledAt: users.disabledAt,
      secondFactorAt: secondFactors.confirmedAt,
      createdAt: users.createdAt,
      lastSeenAt: max(sessions.lastSeenAt),
      sessions: count(sessions.id),
    })
    .from(users)
    .leftJoin(sessions, eq(sessions.userId, users.id))
    .leftJoin(secondFactors, eq(secondFactors.userId, users.id))
    .groupBy(users.id, secondFactors.userId)
    .orderBy(asc(users.createdAt), asc(users.name));
  return rows.map(({ disabledAt, secondFactorAt, createdAt, lastSeenAt, ...row }) => ({
    ...row,
    disabled: disabledAt !== null,
    secondFactor: secondFactorAt !== null,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString(),
  }));
}

/** Holds from the next request on. Throws `conflict` for the last owner. */
export async function changeRole(
  actor: Actor,
  id: string,
  role: Role,
  details: Record<string, unknown> = {},
): Promise<void> {
  await keepingAnOwner(actor, id, async (tx, person) => {
    await tx.update(users).set({ role }).where(eq(users.id, id));
    await audit({ ...actor, db: tx }, "people.change_role", person.name, { from: person.role, to: role, ...details });
  });
}

/** Whoever is disabled is signed out at once and cannot sign in. What they made stays. */
export async function setDisabled(actor: Actor, id: string, disabled: boolean): Promise<void> {
  await keepingAnOwner(actor, id, async (tx, person) => {
    const disabledAt = disabled ? new Date(actor.clock.now()) : null;
    await tx.update(users).set({ disabledAt }).where(eq(users.id, id));
    if (disabled) await tx.delete(sessions).where(eq(sessions.userId, id));
    await audit({ ...actor, db: tx }, disabled ? "people.disable" : "people.enable", person.name);
  });
}

/** How many sessions have ended. */
export async function signOutEverywhere(actor: Actor, id: string): Promise<number> {
  const person = await personOf(actor.db, id);
  const ended = await actor.db.delete(sessions).where(eq(sessions.userId, id)).returning({ id: sessions.id });
  await audit(actor, "people.sign_out_everywhere", person.name, { sessions: ended.length });
  return ended.length;
}

export async function personOf(db: Database, id: string): Promise<{ id: string; name: string; role: Role }> {
  const [person] = await db
    .select({ id: users.id, name: users.name, role: users.role })
    .from(users)
    .where(eq(users.id, id));
  if (!person) throw new AppError("not_found", { params: { what: "person" } });
  return person;
}

/** False for those who come in through an OpenID provider only. */
export async function hasPassword(db: Database, id: string): Promise<boolean> {
  const [person] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), isNotNull(users.passwordHash)));
  return person !== undefined;
}

/** A console without an owner could be repaired with the database only. */
async function keepingAnOwner(
  { db }: Actor,
  id: string,
  change: (tx: Database, person: { name: string; role: Role }) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    await change(tx, await personOf(tx, id));
    const owners = await tx
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.role, "owner"), isNull(users.disabledAt)))
      .limit(1);
    if (owners.length === 0) throw new AppError("conflict", { params: { rule: "people.lastOwner" } });
  });
}

export function audit(
  { db, clock, user, address }: Actor,
  action: string,
  target: string,
  details?: Record<string, unknown>,
  connectionId?: string,
): Promise<void> {
  return writeAudit(db, clock, { action, target, user, address: address ?? "", details, connectionId });
}
