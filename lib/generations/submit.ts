import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { GenerateInputSchema } from "@/lib/playground/input";
import { isTaskId } from "@/lib/playground/task-id";
import { generations } from "@/lib/store/schema/generations";
import { tell } from "./news";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

/** A grid or a batch is sent in pieces. */
const MAX_AT_ONCE = 64;

export const SubmitSchema = z.object({
  service: z.string().min(1).max(128),
  requests: z
    .array(
      z.object({
        /** Chosen by the caller, so that pressing twice, or a lost answer, asks for one picture only. */
        taskId: z.string().refine(isTaskId),
        input: GenerateInputSchema,
      }),
    )
    .min(1)
    .max(MAX_AT_ONCE),
});

/**
 * Writes pictures down that somebody wants, each a request of its own; the server makes them, with or without a browser. A
 * task id that is known already is not asked for a second time.
 */
export async function submitGenerations(
  ctx: Pick<Context, "connection" | "db" | "oss" | "clock"> & { user?: Context["user"] },
  { service, requests }: z.output<typeof SubmitSchema>,
  purpose: "person" | "proof" = "person",
): Promise<Generation[]> {
  const now = ctx.clock.now();
  const rows = await ctx.db.transaction(async (tx) => {
    const made = await tx
      .insert(generations)
      .values(
        requests.map(({ taskId, input }, at) => ({
          connectionId: ctx.connection.id,
          service,
          userId: ctx.user?.id,
          userName: ctx.user?.name,
          purpose,
          taskId,
          status: "waiting" as const,
          input: { ...input, imageNum: 1 },
          // A seed of our own: where the answer is lost and only the picture found, it can be made again all the same.
          seed: input.seed === "" ? randomSeed() : input.seed,
          // One after the other also in the list.
          createdAt: new Date(now + at),
        })),
      )
      .onConflictDoNothing()
      .returning();
    const [first] = made;
    if (first) await tell(tx, { connectionId: ctx.connection.id, service, id: first.id, kind: "new" });
    return made;
  });
  return Promise.all(rows.map((row) => toGeneration(ctx, row)));
}

/** 63 bits: every generator of random numbers takes them, signed or not. */
function randomSeed(): string {
  return BigInt.asUintN(63, randomBytes(8).readBigUInt64BE()).toString();
}
