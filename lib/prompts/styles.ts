import { and, asc, count, eq, ne } from "drizzle-orm";
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { promptStyles } from "@/lib/store/schema/prompts";
import type { SaveStyleSchema, Style, StyleIdSchema } from "./schemas";

/** So many nobody finds anything in. */
const MOST = 200;

type Person = Pick<Context, "db" | "clock" | "user">;

export async function listStyles({ db, user }: Pick<Person, "db" | "user">): Promise<Style[]> {
  const rows = await db
    .select()
    .from(promptStyles)
    .where(eq(promptStyles.userId, user.id))
    .orderBy(asc(promptStyles.name));
  return rows.map(toStyle);
}

export async function saveStyle(
  { db, user, clock }: Person,
  { id, ...text }: z.output<typeof SaveStyleSchema>,
): Promise<Style> {
  const mine = eq(promptStyles.userId, user.id);
  const change = { ...text, updatedAt: new Date(clock.now()) };
  return db.transaction(async (tx) => {
    const [same] = await tx
      .select({ id: promptStyles.id })
      .from(promptStyles)
      .where(and(mine, eq(promptStyles.name, text.name), id ? ne(promptStyles.id, id) : undefined));
    if (same) throw new AppError("conflict", { params: { field: "name", rule: "playground.styles.taken" } });
    if (!id) {
      const [all] = await tx.select({ count: count() }).from(promptStyles).where(mine);
      if ((all?.count ?? 0) >= MOST)
        throw new AppError("invalid_input", { params: { field: "name", rule: "playground.styles.full" } });
    }
    const [saved] = id
      ? await tx
          .update(promptStyles)
          .set(change)
          .where(and(mine, eq(promptStyles.id, id)))
          .returning()
      : await tx
          .insert(promptStyles)
          .values({ ...change, userId: user.id })
          .returning();
    if (!saved) throw new AppError("not_found", { params: { what: "style" } });
    return toStyle(saved);
  });
}

export async function deleteStyle(
  { db, user }: Pick<Person, "db" | "user">,
  { id }: z.output<typeof StyleIdSchema>,
): Promise<void> {
  await db.delete(promptStyles).where(and(eq(promptStyles.id, id), eq(promptStyles.userId, user.id)));
}

function toStyle({ id, name, prompt, negativePrompt }: typeof promptStyles.$inferSelect): Style {
  return { id, name, prompt, negativePrompt };
}
