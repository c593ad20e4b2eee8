import { createHash, timingSafeEqual } from "node:crypto";
import { sql } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { users } from "@/lib/store/schema/auth";
import { writeAudit } from "./audit";
import { bookAttempt, forgive, type Subject } from "./back-off";
import type { Door } from "./door";
import { hashPassword } from "./password";
import type { SetUpSchema } from "./schemas";
import { createSession } from "./sessions";

/** Any number of our own: people who set up at the same moment stand in line. */
const LOCK = 4_710_277_302;
const SUBJECT: Subject = { kind: "setup", value: "code" };

/** Whether an owner exists. */
export async function isSetUp(db: Database): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}

/** Makes the first person, who becomes owner, and signs them in. Returns the session's token. */
export async function setUpOwner(
  { db, clock, caller }: Door,
  expectedCode: string | undefined,
  input: z.output<typeof SetUpSchema>,
): Promise<string> {
  if (await isSetUp(db)) throw alreadySetUp();
  await bookAttempt(db, clock, SUBJECT);
  if (!expectedCode || !isSame(input.code, expectedCode)) {
    throw new AppError("invalid_input", { params: { field: "code", rule: "auth.setUp.wrongCode" } });
  }
  const passwordHash = await hashPassword(input.password);
  const token = await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`);
    if (await isSetUp(tx)) throw alreadySetUp();
    const [owner] = await tx
      .insert(users)
      .values({ name: input.name, role: "owner", passwordHash, createdAt: new Date(clock.now()) })
      .returning({ id: users.id });
    if (!owner) throw new AppError("internal");
    await writeAudit(tx, clock, {
      action: "auth.set_up",
      target: input.name,
      user: { id: owner.id, name: input.name },
      address: caller.address,
    });
    return createSession(tx, clock, owner.id, caller);
  });
  await forgive(db, SUBJECT);
  return token;
}

function alreadySetUp(): AppError {
  return new AppError("conflict", { params: { field: "code", rule: "auth.setUp.alreadyDone" } });
}

/** In constant time; hashed first because the comparison wants equal lengths. People may type it in lower case. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text.trim().toUpperCase()).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
