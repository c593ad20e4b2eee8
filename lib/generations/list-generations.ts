import { and, desc, eq, isNotNull, lt } from "drizzle-orm";
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { generations } from "@/lib/store/schema/generations";
import type { ListGenerationsSchema } from "./list-generations-schema";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

/** The pictures of one service, newest first. */
export async function listGenerations(
  ctx: Pick<Context, "db" | "oss" | "connection">,
  { service, before, limit }: z.output<typeof ListGenerationsSchema>,
): Promise<Generation[]> {
  const rows = await ctx.db
    .select()
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, ctx.connection.id),
        eq(generations.service, service),
        isNotNull(generations.input),
        before ? lt(generations.createdAt, new Date(before)) : undefined,
      ),
    )
    .orderBy(desc(generations.createdAt))
    .limit(limit);
  return Promise.all(rows.map((row) => toGeneration(ctx, row)));
}
