import { createToken } from "@/lib/auth/api-tokens";
import { TOKEN_RIGHTS } from "@/lib/auth/rights";
import { systemClock } from "@/lib/clock";
import { users } from "@/lib/store/schema/auth";
import type { TestStore } from "@/lib/store/testing";

/** Somebody who owns the console, and a program of theirs that may do all that programs may. */
export async function addOwner({ db }: Pick<TestStore, "db">): Promise<{ id: string; token: string }> {
  const [user] = await db
    .insert(users)
    .values({ name: "mei", role: "owner", passwordHash: "x" })
    .returning({ id: users.id, name: users.name, role: users.role });
  if (!user) throw new Error("no owner");
  const token = await createToken(
    { db, clock: systemClock, user },
    { name: "a program", rights: [...TOKEN_RIGHTS], days: null },
  );
  return { id: user.id, token };
}
