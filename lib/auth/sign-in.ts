import { eq } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import { users } from "@/lib/store/schema/auth";
import { writeAudit } from "./audit";
import { bookAttempt, forgive, refund, type Subject } from "./back-off";
import type { Door } from "./door";
import { verifyPassword } from "./password";
import type { SignInSchema } from "./schemas";
import { type Proof, prove } from "./second-factor";
import { createSession } from "./sessions";

/**
 * Returns the session's token. An unknown name, a wrong password and a disabled account have the same answer in the same
 * time. Where the password is right and a second factor is set, a code is asked for by a refusal that names the field.
 * An address proves nothing by signing in to one account, so its earlier failures stay.
 */
export async function signIn(door: Door, input: z.input<typeof SignInSchema>): Promise<string> {
  const { db, clock, caller } = door;
  const account: Subject = { kind: "account", value: input.name };
  const address: Subject = { kind: "address", value: caller.address };
  // The address first: one that has to wait must not go on locking other people's accounts.
  await bookAttempt(db, clock, address);
  await bookAttempt(db, clock, account);
  const [user] = await db.select().from(users).where(eq(users.name, input.name));
  const matches = await verifyPassword(input.password, user?.passwordHash);
  if (!user || !matches || user.disabledAt) {
    await writeFailure(door, input.name);
    throw refusal("password", "auth.signIn.wrong");
  }
  const proof = await prove(door, user.id, input.code ?? "");
  if (proof === "missing") {
    // Nothing was guessed yet.
    await refund(db, clock, account);
    await refund(db, clock, address);
    throw refusal("code", REFUSALS.missing);
  }
  if (proof === "wrong" || proof === "used") {
    await writeFailure(door, input.name, proof);
    throw refusal("code", REFUSALS[proof]);
  }
  await forgive(db, account);
  await refund(db, clock, address);
  const token = await createSession(db, clock, user.id, caller);
  await writeAudit(db, clock, {
    action: "auth.sign_in",
    target: user.name,
    user: { id: user.id, name: user.name },
    address: caller.address,
    details: proof === "none_needed" ? undefined : { secondFactor: proof },
  });
  return token;
}

const REFUSALS = {
  missing: "auth.secondFactor.missingCode",
  wrong: "auth.secondFactor.wrongCode",
  used: "auth.secondFactor.usedCode",
} as const;

const refusal = (field: string, rule: string) => new AppError("invalid_input", { params: { field, rule } });

/** Somebody whose code was wrong knows the password: that is worth a line of its own. */
async function writeFailure({ db, clock, caller }: Door, name: string, secondFactor?: Proof): Promise<void> {
  await writeAudit(db, clock, {
    action: "auth.sign_in_failed",
    target: name,
    user: { name },
    address: caller.address,
    details: secondFactor ? { secondFactor } : undefined,
  });
}
