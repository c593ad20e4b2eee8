import { eq } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import { users } from "@/lib/store/schema/auth";
import { writeAudit } from "./audit";
import { bookAttempt, forgive, refund, type Subject } from "./back-off";
import type { Door } from "./door";
import { verifyPassword } from "./password";
import type { SignInSchema } from "./schemas";
import { createSession } from "./sessions";

/**
 * Returns the session's token. An unknown name, a wrong password and a disabled account have the same answer in the same
 * time. An address proves nothing by signing in to one account, so its earlier failures stay.
 */
export async function signIn({ db, clock, caller }: Door, input: z.output<typeof SignInSchema>): Promise<string> {
  const account: Subject = { kind: "account", value: input.name };
  const address: Subject = { kind: "address", value: caller.address };
  // The address first: one that has to wait must not go on locking other people's accounts.
  await bookAttempt(db, clock, address);
  await bookAttempt(db, clock, account);
  const [user] = await db.select().from(users).where(eq(users.name, input.name));
  const matches = await verifyPassword(input.password, user?.passwordHash);
  if (!user || !matches || user.disabledAt) {
    await writeAudit(db, clock, {
      action: "auth.sign_in_failed",
      target: input.name,
      user: { name: input.name },
      address: caller.address,
    });
    throw new AppError("invalid_input", { params: { field: "password", rule: "auth.signIn.wrong" } });
  }
  await forgive(db, account);
  await refund(db, clock, address);
  const token = await createSession(db, clock, user.id, caller);
  await writeAudit(db, clock, {
    action: "auth.sign_in",
    target: user.name,
    user: { id: user.id, name: user.name },
    address: caller.address,
  });
  return token;
}
