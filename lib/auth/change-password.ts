import { and, eq, ne } from "drizzle-orm";
import type { z } from "zod";
import { AppError } from "@/lib/errors";
import { sessions, users } from "@/lib/store/schema/auth";
import { writeAudit } from "./audit";
import { bookAttempt, forgive, type Subject } from "./back-off";
import type { Door } from "./door";
import { hashPassword, verifyPassword } from "./password";
import type { ChangePasswordSchema } from "./schemas";
import type { Session } from "./sessions";

/** Signs out everywhere else: whoever changes a password may do so because somebody else knows it. */
export async function changePassword(
  { db, clock, caller }: Door,
  session: Session,
  input: z.output<typeof ChangePasswordSchema>,
): Promise<void> {
  const account: Subject = { kind: "account", value: session.user.name };
  await bookAttempt(db, clock, account);
  const [user] = await db.select().from(users).where(eq(users.id, session.user.id));
  if (!(await verifyPassword(input.current, user?.passwordHash))) {
    throw new AppError("invalid_input", { params: { field: "current", rule: "auth.password.wrongCurrent" } });
  }
  await forgive(db, account);
  if (input.next.toLowerCase() === session.user.name) {
    throw new AppError("invalid_input", { params: { field: "next", rule: "auth.rules.passwordIsName" } });
  }
  const passwordHash = await hashPassword(input.next);
  await db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, session.user.id));
    await tx.delete(sessions).where(and(eq(sessions.userId, session.user.id), ne(sessions.id, session.id)));
    await writeAudit(tx, clock, {
      action: "auth.change_password",
      target: session.user.name,
      user: session.user,
      address: caller.address,
    });
  });
}
