import { createHash, randomBytes } from "node:crypto";
import { and, desc, eq, gt, isNull, lt } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import type { Database } from "@/lib/store/database";
import { sessions, users } from "@/lib/store/schema/auth";
import type { CurrentUser } from "./rights";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A session ends after this long without use … */
export const IDLE_MS = 14 * DAY_MS;
/** … and in any case after this long. */
export const LIFETIME_MS = 90 * DAY_MS;
/** How stale `lastSeenAt` may get: not every request writes. */
const TOUCH_MS = 5 * 60 * 1000;

export interface Caller {
  address: string;
  userAgent: string;
}

export interface Session {
  id: string;
  user: CurrentUser;
}

export interface SessionView {
  id: string;
  address: string;
  userAgent: string;
  createdAt: string;
  lastSeenAt: string;
  current: boolean;
}

export async function createSession(db: Database, clock: Clock, userId: string, caller: Caller): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const now = clock.now();
  await db.delete(sessions).where(lt(sessions.expiresAt, new Date(now)));
  await db.insert(sessions).values({
    userId,
    tokenHash: hashOf(token),
    address: caller.address,
    userAgent: caller.userAgent.slice(0, 300),
    createdAt: new Date(now),
    lastSeenAt: new Date(now),
    expiresAt: new Date(now + IDLE_MS),
  });
  return token;
}

/** The session of a cookie, its life prolonged; undefined when it is unknown, over, revoked or its person disabled. */
export async function findSession(db: Database, clock: Clock, token: string): Promise<Session | undefined> {
  const now = clock.now();
  const [row] = await db
    .select({ session: sessions, user: { id: users.id, name: users.name, role: users.role } })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, hashOf(token)), gt(sessions.expiresAt, new Date(now)), isNull(users.disabledAt)));
  if (!row) return undefined;
  const { session, user } = row;
  if (now - session.lastSeenAt.getTime() >= TOUCH_MS) {
    const expiresAt = new Date(Math.min(now + IDLE_MS, session.createdAt.getTime() + LIFETIME_MS));
    await db
      .update(sessions)
      .set({ lastSeenAt: new Date(now), expiresAt })
      .where(eq(sessions.id, session.id));
  }
  return { id: session.id, user };
}

/** Whose session it is, as long as it holds; asking is no use of it. */
export async function userOfSession(db: Database, clock: Clock, id: string): Promise<CurrentUser | undefined> {
  const [user] = await db
    .select({ id: users.id, name: users.name, role: users.role })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, id), gt(sessions.expiresAt, new Date(clock.now())), isNull(users.disabledAt)));
  return user;
}

export async function listSessions(db: Database, clock: Clock, current: Session): Promise<SessionView[]> {
  const rows = await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, current.user.id), gt(sessions.expiresAt, new Date(clock.now()))))
    .orderBy(desc(sessions.lastSeenAt));
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    userAgent: row.userAgent,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    current: row.id === current.id,
  }));
}

/** Ends one session of this person. False when there is none. */
export async function endSession(db: Database, userId: string, sessionId: string): Promise<boolean> {
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
    .returning({ id: sessions.id });
  return ended.length > 0;
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
