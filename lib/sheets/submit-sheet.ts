import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { submitGenerations } from "@/lib/generations/submit";
import { type GenerateInput, GenerateInputSchema } from "@/lib/playground/input";
import { generations } from "@/lib/store/schema/generations";
import { sheets } from "@/lib/store/schema/sheets";
import type { SubmitSheetSchema, TryElsewhereSchema } from "./schemas";
import type { SheetKind, SheetLabels } from "./view";

export type Asking = Pick<Context, "connection" | "db" | "oss" | "clock" | "user">;

interface NewSheet {
  id: string;
  service: string;
  kind: SheetKind;
  labels: SheetLabels;
  /** Of other services where they say so. */
  requests: { taskId: string; input: GenerateInput; service?: string }[];
  /** Pictures that are there already and come first. */
  given?: string[];
}

/** The same settings and the same seed for other services, beside the picture that one of them made. */
export async function tryElsewhere(
  ctx: Asking,
  { id, taskId, others }: z.output<typeof TryElsewhereSchema>,
): Promise<null> {
  const [made] = await ctx.db
    .select()
    .from(generations)
    .where(and(eq(generations.taskId, taskId), eq(generations.connectionId, ctx.connection.id)));
  if (!made) throw new AppError("not_found", { params: { what: "generation" } });
  const parsed = GenerateInputSchema.parse(made.input);
  const input = { ...parsed, seed: made.seed ?? parsed.seed };
  await writeSheet(ctx, {
    id,
    service: made.service,
    kind: "services",
    labels: { services: [made.service, ...others.map(({ service }) => service)] },
    requests: others.map((other) => ({ ...other, input })),
    given: [taskId],
  });
  return null;
}

export async function submitSheet(ctx: Asking, input: z.output<typeof SubmitSheetSchema>): Promise<null> {
  await writeSheet(ctx, input);
  return null;
}

/** The sheet and its pictures are written down together, or not at all; the same one again changes nothing. */
export async function writeSheet(
  ctx: Asking,
  { id, service, kind, labels, requests, given = [] }: NewSheet,
): Promise<void> {
  const { connection, oss, clock, user } = ctx;
  await ctx.db.transaction(async (tx) => {
    const [written] = await tx
      .insert(sheets)
      .values({
        id,
        connectionId: connection.id,
        service,
        userId: user.id,
        userName: user.name,
        kind,
        labels,
        taskIds: [...given, ...requests.map(({ taskId }) => taskId)],
        createdAt: new Date(clock.now()),
      })
      .onConflictDoNothing()
      .returning({ id: sheets.id });
    if (!written) return;
    for (const place of new Set(requests.map((request) => request.service ?? service))) {
      const own = requests.filter((request) => (request.service ?? service) === place);
      await submitGenerations({ connection, oss, clock, user, db: tx }, { service: place, requests: own });
    }
  });
}
