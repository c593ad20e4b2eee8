import { and, count, desc, eq, max, or, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { generations } from "@/lib/store/schema/generations";
import type { PromptsQuerySchema, UsedPrompt } from "./schemas";

const SHOWN = 50;

/** What this person asked for in this connection, each prompt once, the last used first. */
export async function listUsedPrompts(
  ctx: Pick<Context, "db" | "connection" | "user">,
  { search }: z.output<typeof PromptsQuerySchema>,
): Promise<UsedPrompt[]> {
  const prompt = sql<string>`${generations.input}->>'prompt'`;
  const negativePrompt = sql<string>`coalesce(${generations.input}->>'negativePrompt', '')`;
  const last = max(generations.createdAt);
  const holds = (text: typeof prompt) => sql`strpos(lower(${text}), lower(${search})) > 0`;
  const rows = await ctx.db
    .select({ prompt, negativePrompt, last, count: count() })
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, ctx.connection.id),
        eq(generations.userId, ctx.user.id),
        search === "" ? undefined : or(holds(prompt), holds(negativePrompt)),
      ),
    )
    .groupBy(sql`1`, sql`2`)
    .orderBy(desc(last))
    .limit(SHOWN);
  return rows.map(({ last: at, ...row }) => ({ ...row, lastUsedAt: (at ?? new Date(0)).toISOString() }));
}
