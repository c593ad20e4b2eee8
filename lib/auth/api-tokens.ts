/** Tokens by which programs use the HTTP API. Only their sums are kept. */
import { createHash, randomBytes } from "node:crypto";
import { and, desc, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { z } from "zod";
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { apiTokens, users } from "@/lib/store/schema/auth";
import { readAccess } from "./access";
import { type Actor, audit } from "./people";
import { type CurrentUser, can, canSomewhere, type Right, type Role, TOKEN_RIGHTS } from "./rights";
import type { CreateTokenSchema } from "./schemas";

/** Scanners for leaked secrets know tokens by how they begin. */
const PREFIX = "easel_";
const DAY_MS = 24 * 60 * 60 * 1000;
/** How stale "last used" may get: not every request writes. */
const TOUCH_MS = 60_000;

export interface ApiTokenView {
  id: string;
  name: string;
  /** Whose rights it has at most. */
  person: string;
  mine: boolean;
  tail: string;
  rights: Right[];
  createdAt: string;
  expiresAt?: string;
  lastUsedAt?: string;
  expired: boolean;
}

/** Answers the token, this once. */
export async function createToken(actor: Actor, input: z.output<typeof CreateTokenSchema>): Promise<string> {
  const access = await readAccess(actor.db, actor.user);
  const beyond = input.rights.find((right) => !canSomewhere(access, right));
  if (beyond) throw new AppError("forbidden", { params: { right: beyond } });
  const token = `${PREFIX}${randomBytes(32).toString("base64url")}`;
  const now = actor.clock.now();
  await actor.db.insert(apiTokens).values({
    userId: actor.user.id,
    name: input.name,
    tokenHash: hashOf(token),
    tail: token.slice(-4),
    rights: input.rights,
    createdAt: new Date(now),
    expiresAt: input.days === null ? null : new Date(now + input.days * DAY_MS),
  });
  await audit(actor, "tokens.create", input.name, { rights: input.rights.join(" ") });
  return token;
}

/** One's own, and for owners everybody's. The newest first. */
export async function listTokens({ db, clock, user }: Actor): Promise<ApiTokenView[]> {
  const rows = await db
    .select({ token: apiTokens, person: users.name })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(can(user.role, "users.write") ? undefined : eq(apiTokens.userId, user.id))
    .orderBy(desc(apiTokens.createdAt));
  return rows.map(({ token, person }) => ({
    id: token.id,
    name: token.name,
    person,
    mine: token.userId === user.id,
    tail: token.tail,
    rights: TOKEN_RIGHTS.filter((right) => token.rights.includes(right)),
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString(),
    expired: token.expiresAt !== null && token.expiresAt.getTime() <= clock.now(),
  }));
}

/** Ends it with its next request. Owners may revoke anybody's. */
export async function revokeToken(actor: Actor, id: string): Promise<void> {
  const { db, user } = actor;
  const own = can(user.role, "users.write") ? undefined : eq(apiTokens.userId, user.id);
  const [gone] = await db
    .delete(apiTokens)
    .where(and(eq(apiTokens.id, id), own))
    .returning({ name: apiTokens.name });
  if (!gone) throw new AppError("not_found", { params: { what: "token" } });
  await audit(actor, "tokens.revoke", gone.name);
}

/**
 * For whom a program acts, and what it may do in a place where its person has a role: what the token was made for and that
 * role allows. Undefined when it is unknown, over, or its person disabled.
 */
export async function findToken(
  db: Database,
  clock: Clock,
  token: string,
): Promise<{ id: string; user: CurrentUser; may: (role: Role, right: Right) => boolean } | undefined> {
  if (!token.startsWith(PREFIX)) return undefined;
  const now = new Date(clock.now());
  const [row] = await db
    .select({ token: apiTokens, user: { id: users.id, name: users.name, role: users.role } })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(
      and(
        eq(apiTokens.tokenHash, hashOf(token)),
        or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, now)),
        isNull(users.disabledAt),
      ),
    );
  if (!row) return undefined;
  const stale = or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, new Date(clock.now() - TOUCH_MS)));
  await db
    .update(apiTokens)
    .set({ lastUsedAt: now })
    .where(and(eq(apiTokens.id, row.token.id), stale));
  return {
    id: row.token.id,
    user: { ...row.user, via: row.token.name },
    may: (role, right) => row.token.rights.includes(right) && can(role, right),
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
