/** One-time codes (RFC 6238) beside the password, for those who want them, and codes for the day the device is lost. */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { secondFactors, users } from "@/lib/store/schema/auth";
import { bookAttempt, forgive, type Subject } from "./back-off";
import type { Door } from "./door";
import { verifyPassword } from "./password";
import { type Actor, audit, personOf } from "./people";
import type { SecretBox } from "./secret-box";

/** What every authenticator app knows without being told. */
const PERIOD_S = 30;
const DIGITS = 6;
/** How many steps a device's clock may be off, either way. */
const WINDOW = 1;
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;

export const secondFactorContext = (userId: string) => `second-factor:${userId}`;

export interface SecondFactorView {
  since: string;
  recoveryCodes: number;
}

/** Undefined for somebody who signs in by the password alone. */
export async function secondFactorOf(db: Database, userId: string): Promise<SecondFactorView | undefined> {
  const [row] = await db.select().from(secondFactors).where(eq(secondFactors.userId, userId));
  if (!row?.confirmedAt) return undefined;
  return { since: row.confirmedAt.toISOString(), recoveryCodes: row.recoveryHashes.length };
}

/** A new secret for a device. It counts once the device has shown a code; one that was begun before is void. */
export async function begin(actor: Actor, box: SecretBox): Promise<{ secret: string; uri: string }> {
  const { db, clock, user } = actor;
  const secret = new Secret({ size: SECRET_BYTES });
  const values = {
    sealedSecret: box.seal(secret.base32, secondFactorContext(user.id)),
    createdAt: new Date(clock.now()),
  };
  const begun = await db
    .insert(secondFactors)
    .values({ userId: user.id, ...values })
    .onConflictDoUpdate({
      target: secondFactors.userId,
      set: { ...values, lastStep: 0 },
      setWhere: isNull(secondFactors.confirmedAt),
    })
    .returning({ userId: secondFactors.userId });
  if (begun.length === 0) throw new AppError("conflict", { params: { rule: "auth.secondFactor.alreadyOn" } });
  return { secret: secret.base32, uri: totpOf(secret.base32, user.name).toString() };
}

/** From now on codes are asked for. Returns the recovery codes, which nothing keeps. */
export async function confirm(actor: Actor, box: SecretBox, code: string): Promise<string[]> {
  const { db, clock, user } = actor;
  const account = accountOf(user.name);
  await bookAttempt(db, clock, account);
  const [row] = await db
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.userId, user.id), isNull(secondFactors.confirmedAt)));
  if (!row) throw new AppError("conflict", { params: { rule: "auth.secondFactor.beginAgain" } });
  const step = stepOf(box.open(row.sealedSecret, secondFactorContext(user.id)), code, clock.now());
  if (step === undefined) throw wrongCode();
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  await db.transaction(async (tx) => {
    // Of two that are begun at the same moment the one that was confirmed counts.
    const confirmed = await tx
      .update(secondFactors)
      .set({ confirmedAt: new Date(clock.now()), lastStep: step, recoveryHashes: recoveryCodes.map(hashOf) })
      .where(and(eq(secondFactors.userId, user.id), eq(secondFactors.sealedSecret, row.sealedSecret)))
      .returning({ userId: secondFactors.userId });
    if (confirmed.length === 0) throw new AppError("conflict", { params: { rule: "auth.secondFactor.beginAgain" } });
    await audit({ ...actor, db: tx }, "auth.add_second_factor", user.name);
  });
  await forgive(db, account);
  return recoveryCodes;
}

/** New recovery codes in place of those that are left, for whoever shows a code. Returns them, which nothing keeps. */
export async function renewRecoveryCodes(actor: Actor, box: SecretBox, code: string): Promise<string[]> {
  const { db, clock, user } = actor;
  const account = accountOf(user.name);
  await bookAttempt(db, clock, account);
  const proof = await prove({ db, clock, box }, user.id, code);
  if (proof === "none_needed") throw new AppError("conflict", { params: { rule: "auth.secondFactor.beginAgain" } });
  if (proof === "used") throw wrongCode("auth.secondFactor.usedCode");
  if (proof !== "code" && proof !== "recovery_code") throw wrongCode();
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  await db.transaction(async (tx) => {
    await tx
      .update(secondFactors)
      .set({ recoveryHashes: recoveryCodes.map(hashOf) })
      .where(eq(secondFactors.userId, user.id));
    await audit({ ...actor, db: tx }, "auth.renew_recovery_codes", user.name);
  });
  await forgive(db, account);
  return recoveryCodes;
}

/** What a sign-in needs of the second factor once the password is right. */
export type Proof = "none_needed" | "missing" | "wrong" | "used" | "code" | "recovery_code";

/** Takes the code: it will not do a second time. */
export async function prove({ db, clock, box }: Omit<Door, "caller">, userId: string, given: string): Promise<Proof> {
  const [row] = await db
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.userId, userId), isNotNull(secondFactors.confirmedAt)));
  if (!row) return "none_needed";
  const code = given.replaceAll(/[\s-]/g, "").toUpperCase();
  if (code === "") return "missing";
  if (code.length > DIGITS) return (await takeRecoveryCode(db, userId, code)) ? "recovery_code" : "wrong";
  const step = stepOf(box.open(row.sealedSecret, secondFactorContext(userId)), code, clock.now());
  if (step === undefined) return "wrong";
  const taken = await db
    .update(secondFactors)
    .set({ lastStep: step })
    .where(and(eq(secondFactors.userId, userId), lt(secondFactors.lastStep, step)))
    .returning({ userId: secondFactors.userId });
  return taken.length > 0 ? "code" : "used";
}

/** By the person themselves, who know their password. */
export async function switchOff(actor: Actor, password: string): Promise<void> {
  const { db, clock, user } = actor;
  const account = accountOf(user.name);
  await bookAttempt(db, clock, account);
  const [row] = await db.select().from(users).where(eq(users.id, user.id));
  if (!(await verifyPassword(password, row?.passwordHash))) {
    throw new AppError("invalid_input", { params: { field: "password", rule: "auth.password.wrongCurrent" } });
  }
  await forgive(db, account);
  if (await remove(db, user.id)) await audit(actor, "auth.remove_second_factor", user.name);
}

/** By an owner, for somebody who lost device and recovery codes. */
export async function takeOff(actor: Actor, id: string): Promise<void> {
  const person = await personOf(actor.db, id);
  if (!(await remove(actor.db, id))) throw new AppError("not_found", { params: { what: "second_factor" } });
  await audit(actor, "people.remove_second_factor", person.name);
}

export async function hasSecondFactor(db: Database, userId: string): Promise<boolean> {
  return (await secondFactorOf(db, userId)) !== undefined;
}

async function remove(db: Database, userId: string): Promise<boolean> {
  const gone = await db
    .delete(secondFactors)
    .where(and(eq(secondFactors.userId, userId), isNotNull(secondFactors.confirmedAt)))
    .returning({ userId: secondFactors.userId });
  return gone.length > 0;
}

async function takeRecoveryCode(db: Database, userId: string, code: string): Promise<boolean> {
  const hash = hashOf(code);
  const taken = await db
    .update(secondFactors)
    .set({ recoveryHashes: sql`array_remove(${secondFactors.recoveryHashes}, ${hash})` })
    .where(and(eq(secondFactors.userId, userId), sql`${hash} = any(${secondFactors.recoveryHashes})`))
    .returning({ userId: secondFactors.userId });
  return taken.length > 0;
}

/** The time step whose code it is. */
function stepOf(secret: string, code: string, now: number): number | undefined {
  const delta = totpOf(secret, "").validate({ token: code.replaceAll(/\s/g, ""), timestamp: now, window: WINDOW });
  return delta === null ? undefined : TOTP.counter({ period: PERIOD_S, timestamp: now }) + delta;
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: "Easel", label, secret, period: PERIOD_S, digits: DIGITS, algorithm: "SHA1" });
}

/** 80 bits: nobody finds one from its hash. Without letters that look alike. */
function newRecoveryCode(): string {
  const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  const letters = Array.from(randomBytes(16), (byte) => alphabet[byte % alphabet.length]).join("");
  return letters.replaceAll(/(.{4})(?=.)/g, "$1-");
}

function hashOf(code: string): string {
  return createHash("sha256").update(code.replaceAll("-", "")).digest("hex");
}

const accountOf = (name: string): Subject => ({ kind: "account", value: name });
const wrongCode = (rule = "auth.secondFactor.wrongCode") =>
  new AppError("invalid_input", { params: { field: "code", rule } });
