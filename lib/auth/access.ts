/** Who is what in which connection, beside their general role. */
import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { closedConnections, connectionRoles, users } from "@/lib/store/schema/auth";
import { type Actor, audit, personOf } from "./people";
import type { Access, ConnectionRole, Role } from "./rights";
import type { PlacesSchema } from "./schemas";

export type Places = z.output<typeof PlacesSchema>;

export async function readAccess(db: Database, user: { id: string; role: Role }): Promise<Access> {
  // Nothing is asked of owners, in every request.
  if (user.role === "owner") return { role: user.role, places: {}, closed: [] };
  const [own, closed] = await Promise.all([
    db.select().from(connectionRoles).where(eq(connectionRoles.userId, user.id)),
    listClosed(db),
  ]);
  return { role: user.role, places: Object.fromEntries(own.map((row) => [row.connectionId, row.role])), closed };
}

/** Somebody's by their id alone; undefined when they are disabled. */
export async function accessOf(db: Database, id: string): Promise<Access | undefined> {
  const [user] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, id), isNull(users.disabledAt)));
  return user && readAccess(db, user);
}

/** What is there for everybody. */
export async function accessOfNobody(db: Database): Promise<Access> {
  return { role: "viewer", places: {}, closed: await listClosed(db) };
}

/** Everybody's, for the settings. */
export async function listPlaces(db: Database): Promise<{ people: Record<string, Places>; closed: string[] }> {
  const [rows, closed] = await Promise.all([db.select().from(connectionRoles), listClosed(db)]);
  const people: Record<string, Places> = {};
  for (const { userId, connectionId, role } of rows) people[userId] = { ...people[userId], [connectionId]: role };
  return { people, closed };
}

/** Holds from the next request on. Null: the general role. */
export async function setPlace(
  actor: Actor,
  { id, connection, role }: { id: string; connection: { id: string; name: string }; role: ConnectionRole | null },
): Promise<void> {
  await actor.db.transaction(async (tx) => {
    const person = await personOf(tx, id);
    if (person.role === "owner" && role !== null)
      throw new AppError("conflict", { params: { rule: "people.ownerEverywhere" } });
    const mine = and(eq(connectionRoles.userId, id), eq(connectionRoles.connectionId, connection.id));
    const [before] = await tx.delete(connectionRoles).where(mine).returning();
    if (role) await tx.insert(connectionRoles).values({ userId: id, connectionId: connection.id, role });
    await audit(
      { ...actor, db: tx },
      "people.change_place",
      person.name,
      {
        connection: connection.name,
        from: before?.role ?? "general",
        to: role ?? "general",
      },
      connection.id,
    );
  });
}

/** Whether a connection is there for those only who have a role in it by name. */
export async function setClosed(
  actor: Actor,
  { connection, closed }: { connection: { id: string; name: string }; closed: boolean },
): Promise<void> {
  await actor.db.transaction(async (tx) => {
    if (closed) await tx.insert(closedConnections).values({ connectionId: connection.id }).onConflictDoNothing();
    else await tx.delete(closedConnections).where(eq(closedConnections.connectionId, connection.id));
    await audit(
      { ...actor, db: tx },
      closed ? "connections.close" : "connections.open",
      connection.name,
      {},
      connection.id,
    );
  });
}

/** What an invitation promised. */
export async function addPlaces(db: Database, userId: string, places: Places): Promise<void> {
  const rows = Object.entries(places).map(([connectionId, role]) => ({ userId, connectionId, role }));
  if (rows.length > 0) await db.insert(connectionRoles).values(rows);
}

/** With a connection that is deleted goes what people were in it. */
export async function forgetPlaces(db: Database, connectionId: string): Promise<void> {
  await db.delete(connectionRoles).where(eq(connectionRoles.connectionId, connectionId));
  await db.delete(closedConnections).where(eq(closedConnections.connectionId, connectionId));
}

async function listClosed(db: Database): Promise<string[]> {
  return (await db.select().from(closedConnections)).map(({ connectionId }) => connectionId);
}
