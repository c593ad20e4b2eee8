import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { writeAudit } from "@/lib/auth/audit";
import type { Context } from "@/lib/context.server";
import { createQueue, sinkOf } from "@/lib/eas/queue/client";
import { AppError } from "@/lib/errors";
import { queueSettings, unclaimedAnswers } from "@/lib/store/schema/generations";
import { callTarget } from "./call-target";
import { tell } from "./news";
import { signPicture } from "./to-generation";
import type { Unclaimed } from "./unclaimed-view";

/** Answers in a service's output queue that no request of ours asked for: another client's. */

export const KeepUnclaimedSchema = z.object({ service: z.string().min(1).max(128), keep: z.boolean() });

const SHOWN = 50;
const MAX_BODY = 2000;

export async function listUnclaimed(ctx: Context, { service }: { service: string }): Promise<Unclaimed> {
  const here = { connectionId: ctx.connection.id, service };
  const [[setting], rows, inQueue] = await Promise.all([
    ctx.db
      .select()
      .from(queueSettings)
      .where(and(eq(queueSettings.connectionId, here.connectionId), eq(queueSettings.service, service))),
    ctx.db
      .select()
      .from(unclaimedAnswers)
      .where(and(eq(unclaimedAnswers.connectionId, here.connectionId), eq(unclaimedAnswers.service, service)))
      .orderBy(desc(unclaimedAnswers.receivedAt))
      .limit(SHOWN),
    lengthOfSink(ctx, service),
  ]);
  const items = await Promise.all(
    rows.map(async ({ requestId, prompt, receivedAt, body, bucket, keys }) => ({
      requestId,
      prompt: prompt ?? undefined,
      receivedAt: receivedAt.toISOString(),
      body: body.slice(0, MAX_BODY),
      pictures: await Promise.all(keys.map((key) => signPicture(ctx, bucket ?? "", key))),
    })),
  );
  return { keep: setting?.keepUnclaimed ?? false, inQueue, items };
}

async function lengthOfSink(ctx: Context, service: string): Promise<number | undefined> {
  try {
    const { endpoint, token } = await callTarget(ctx, service);
    const sink = createQueue(ctx.connection, { endpoint: sinkOf(endpoint), token, signal: ctx.signal });
    return (await sink.attributes()).length;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

export async function setKeepUnclaimed(
  ctx: Context,
  { service, keep }: z.output<typeof KeepUnclaimedSchema>,
): Promise<null> {
  const connectionId = ctx.connection.id;
  await ctx.db.transaction(async (tx) => {
    await tx
      .insert(queueSettings)
      .values({ connectionId, service, keepUnclaimed: keep })
      .onConflictDoUpdate({
        target: [queueSettings.connectionId, queueSettings.service],
        set: { keepUnclaimed: keep },
      });
    await tell(tx, { connectionId, service, id: "", kind: "new" });
  });
  await writeAudit(ctx.db, ctx.clock, {
    action: "generations.keep_unclaimed",
    target: service,
    user: ctx.user,
    address: ctx.address ?? "",
    connectionId,
    details: { keep },
  });
  return null;
}
