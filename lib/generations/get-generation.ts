import { and, eq, isNotNull } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { generations } from "@/lib/store/schema/generations";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

/** One picture of this connection that was asked for. */
export async function getGeneration(
  ctx: Pick<Context, "db" | "oss" | "connection">,
  { id }: { id: string },
): Promise<Generation> {
  const mine = and(
    eq(generations.connectionId, ctx.connection.id),
    eq(generations.id, id),
    isNotNull(generations.input),
  );
  const [row] = await ctx.db.select().from(generations).where(mine);
  if (!row) throw new AppError("not_found", { params: { what: "generation" } });
  return toGeneration(ctx, row);
}
