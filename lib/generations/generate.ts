import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { callService, type GatewayAnswer } from "@/lib/eas/gateway";
import { AppError, toErrorView } from "@/lib/errors";
import { parseAnswer } from "@/lib/playground/answer";
import { GenerateInputSchema } from "@/lib/playground/input";
import { toRequestBody, toRequestJson } from "@/lib/playground/request";
import { isTaskId } from "@/lib/playground/task-id";
import { generations } from "@/lib/store/schema/generations";
import { type CallTarget, callTarget, forgetCallTarget } from "./call-target";
import { carryImages } from "./input-pictures";
import { placesOf } from "./pictures";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

export const GenerateSchema = z.object({
  service: z.string(),
  /** Chosen by the caller, so that a lost answer can be found again by it. */
  taskId: z.string().refine(isTaskId),
  input: GenerateInputSchema,
});

/** The service's own limit is the keepalive; this is how long we wait when it has none that we know. */
const FALLBACK_TIMEOUT_MS = 600_000;
/** The gateway's 408 must reach us before we give up ourselves. */
const TIMEOUT_MARGIN_MS = 5_000;

/**
 * Asks the service for one picture. The row is written before the request leaves; what the service answers, also an error,
 * ends up in it. Rejects only when nothing could be asked; a missing answer is a generation that failed.
 */
export async function generate(ctx: Context, input: z.output<typeof GenerateSchema>): Promise<Generation> {
  const target = await callTarget(ctx, input.service);
  const [row] = await ctx.db
    .insert(generations)
    .values({
      connectionId: ctx.connection.id,
      service: input.service,
      userId: ctx.user.id,
      taskId: input.taskId,
      status: "running",
      input: input.input,
    })
    .onConflictDoNothing()
    .returning();
  if (!row) throw new AppError("conflict", { params: { what: "task", name: input.taskId } });
  const settle = async (outcome: Partial<typeof generations.$inferInsert>) => {
    const [done] = await ctx.db.update(generations).set(outcome).where(eq(generations.id, row.id)).returning();
    if (!done) throw new AppError("internal");
    return done;
  };
  const outcome = await ask(ctx, target, input).catch(async (error: unknown) => {
    if (error instanceof AppError) return { status: "failed" as const, error: toErrorView(error) };
    // Our own mistake is told as such, but must not look as if the picture were still being made.
    await settle({ status: "failed", error: toErrorView(new AppError("internal")) });
    throw error;
  });
  return toGeneration(ctx, await settle(outcome));
}

async function ask(ctx: Context, target: CallTarget, { service, taskId, input }: z.output<typeof GenerateSchema>) {
  const carried = await carryImages(ctx, target, { service, input });
  const reply: GatewayAnswer = await callService(ctx.connection, {
    endpoint: target.endpoint,
    token: target.token,
    body: toRequestJson(toRequestBody(input, taskId, carried)),
    timeoutMs: (target.keepaliveMs ?? FALLBACK_TIMEOUT_MS) + TIMEOUT_MARGIN_MS,
    signal: ctx.signal,
  });
  const parsed = parseAnswer(reply.status, reply.bodyText);
  const { elapsedMs } = reply;
  if (!parsed.ok) {
    // Token or address are no longer right.
    if (parsed.error.code === 401 || parsed.error.code === 404) forgetCallTarget(ctx, service);
    return { status: "failed" as const, elapsedMs, answer: { serviceError: parsed.error } };
  }
  const { answer } = parsed;
  const places = target.result ? placesOf(answer.ossUrls, target.result) : [];
  return {
    status: "succeeded" as const,
    elapsedMs,
    seed: answer.seed,
    bucket: places[0]?.bucket,
    keys: places.map(({ key }) => key),
    answer: { prompt: answer.prompt, useBlade: answer.useBlade, isNsfw: answer.isNsfw, ossUrls: answer.ossUrls },
  };
}
