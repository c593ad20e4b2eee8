import { eq, lt, lte, sql } from "drizzle-orm";
import type { Clock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { signInAttempts } from "@/lib/store/schema/auth";

/** After so many failures in a row each further one doubles the wait, from one second to a quarter of an hour. */
export const FREE_FAILURES = { account: 5, address: 20, setup: 10 } as const;
const LONGEST_WAIT_S = 900;
/** Failures that lie so far back no longer count. */
const FORGET_MS = 60 * 60 * 1000;

export type Subject = { kind: keyof typeof FREE_FAILURES; value: string };

/**
 * Books an attempt as failed before it is tried, so that many at once cannot slip past the limit; `refund` or `forgive`
 * afterwards. Throws `rate_limited` with `params.seconds` while the subject has to wait.
 */
export async function bookAttempt(db: Database, clock: Clock, subject: Subject): Promise<void> {
  const key = keyOf(subject);
  const now = new Date(clock.now());
  await db.delete(signInAttempts).where(lt(signInAttempts.lastFailureAt, new Date(clock.now() - FORGET_MS)));
  const failures = sql`${signInAttempts.failures} + 1`;
  const over = sql`${failures} - ${FREE_FAILURES[subject.kind]}::int`;
  const wait = sql`case when ${over} <= 0 then 0 else least(${LONGEST_WAIT_S}, power(2, least(${over} - 1, 20))) end`;
  const booked = await db
    .insert(signInAttempts)
    .values({ subject: key, failures: 1, lastFailureAt: now, blockedUntil: now })
    .onConflictDoUpdate({
      target: signInAttempts.subject,
      set: {
        failures,
        lastFailureAt: now,
        blockedUntil: sql`${now.toISOString()}::timestamptz + make_interval(secs => ${wait})`,
      },
      setWhere: lte(signInAttempts.blockedUntil, now),
    })
    .returning({ subject: signInAttempts.subject });
  if (booked.length > 0) return;
  const [row] = await db.select().from(signInAttempts).where(eq(signInAttempts.subject, key));
  const seconds = Math.max(1, Math.ceil(((row?.blockedUntil.getTime() ?? 0) - clock.now()) / 1000));
  throw new AppError("rate_limited", { params: { seconds } });
}

/** The subject has proved itself: all its failures are forgotten. */
export async function forgive(db: Database, subject: Subject): Promise<void> {
  await db.delete(signInAttempts).where(eq(signInAttempts.subject, keyOf(subject)));
}

/** This attempt was none; earlier failures stay. */
export async function refund(db: Database, clock: Clock, subject: Subject): Promise<void> {
  await db
    .update(signInAttempts)
    .set({ failures: sql`greatest(${signInAttempts.failures} - 1, 0)`, blockedUntil: new Date(clock.now()) })
    .where(eq(signInAttempts.subject, keyOf(subject)));
}

function keyOf({ kind, value }: Subject): string {
  return `${kind}:${value}`;
}
