import { randomBytes } from "node:crypto";
import { and, asc, count, eq } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { forgetCallTarget } from "@/lib/generations/call-target";
import { GenerateInputSchema } from "@/lib/playground/input";
import { toTaskId } from "@/lib/playground/task-id";
import { generations } from "@/lib/store/schema/generations";
import { goldenPrompts } from "@/lib/store/schema/sheets";
import { findSheet, picturesOf } from "./get-sheet";
import type { AcceptGoldenSchema, AddGoldenSchema, GoldenIdSchema, RunGoldenSchema } from "./schemas";
import { type Asking, writeSheet } from "./submit-sheet";
import { type GoldenPrompt, SheetLabelsSchema } from "./view";

/** Settings kept with a service, drawn again after an update and compared with what they gave before. */

const MOST = 24;

const ofService = (connectionId: string, service: string) =>
  and(eq(goldenPrompts.connectionId, connectionId), eq(goldenPrompts.service, service));

function rowsOf({ db, connection }: Pick<Asking, "db" | "connection">, service: string) {
  return db.select().from(goldenPrompts).where(ofService(connection.id, service)).orderBy(asc(goldenPrompts.createdAt));
}

export async function listGolden(ctx: Asking, { service }: { service: string }): Promise<GoldenPrompt[]> {
  const rows = await rowsOf(ctx, service);
  const pictures = await picturesOf(
    ctx,
    rows.map(({ taskId }) => taskId),
  );
  return rows.map(({ id, input, taskId, version, userName }) => ({
    id,
    input: GenerateInputSchema.parse(input),
    taskId,
    version: version ?? undefined,
    by: userName ?? undefined,
    picture: pictures.get(taskId)?.pictures[0],
  }));
}

/** The picture's settings with its seed; the picture itself is what the next one is compared with. */
export async function addGolden(ctx: Asking, { generationId }: z.output<typeof AddGoldenSchema>): Promise<null> {
  const { db, connection, user, clock } = ctx;
  const [made] = await db
    .select()
    .from(generations)
    .where(and(eq(generations.id, generationId), eq(generations.connectionId, connection.id)));
  if (made?.status !== "succeeded") throw new AppError("not_found", { params: { what: "generation" } });
  const here = ofService(connection.id, made.service);
  await db.transaction(async (tx) => {
    const [same] = await tx
      .select()
      .from(goldenPrompts)
      .where(and(here, eq(goldenPrompts.taskId, made.taskId)));
    if (same) return;
    const [all] = await tx.select({ count: count() }).from(goldenPrompts).where(here);
    if ((all?.count ?? 0) >= MOST)
      throw new AppError("invalid_input", { params: { field: "", rule: "playground.golden.full" } });
    const input = GenerateInputSchema.parse(made.input);
    await tx.insert(goldenPrompts).values({
      connectionId: connection.id,
      service: made.service,
      userName: user.name,
      input: { ...input, imageNum: 1, seed: made.seed ?? input.seed },
      taskId: made.taskId,
      version: versionOf(made.served),
      createdAt: new Date(clock.now()),
    });
  });
  return null;
}

export async function removeGolden(ctx: Asking, { id }: z.output<typeof GoldenIdSchema>): Promise<null> {
  await ctx.db
    .delete(goldenPrompts)
    .where(and(eq(goldenPrompts.id, id), eq(goldenPrompts.connectionId, ctx.connection.id)));
  return null;
}

/** Draws all of them again, as a sheet of its own. */
export async function runGolden(ctx: Asking, { id, service }: z.output<typeof RunGoldenSchema>): Promise<null> {
  // It is asked for to see what the newest version does, which must be the one that is noted.
  forgetCallTarget(ctx, service);
  const rows = await rowsOf(ctx, service);
  if (rows.length === 0) throw new AppError("not_found", { params: { what: "golden" } });
  await writeSheet(ctx, {
    id,
    service,
    kind: "golden",
    labels: { golden: rows.map((row) => ({ id: row.id, taskId: row.taskId })) },
    requests: rows.map(({ input }) => ({
      taskId: toTaskId(randomBytes(10)),
      input: GenerateInputSchema.parse(input),
    })),
  });
  return null;
}

/** The rerun was looked at and is as it should be: from now on its pictures are the ones to compare with. */
export async function acceptGolden(ctx: Asking, { sheetId }: z.output<typeof AcceptGoldenSchema>): Promise<null> {
  const sheet = await findSheet(ctx, sheetId);
  const { golden = [] } = SheetLabelsSchema.parse(sheet.labels);
  await ctx.db.transaction(async (tx) => {
    for (const [at, { id }] of golden.entries()) {
      const taskId = sheet.taskIds[at] ?? "";
      const mine = and(eq(generations.connectionId, ctx.connection.id), eq(generations.taskId, taskId));
      const [made] = await tx.select().from(generations).where(mine);
      if (made?.status !== "succeeded") continue;
      await tx
        .update(goldenPrompts)
        .set({ taskId, version: versionOf(made.served) ?? null })
        .where(and(eq(goldenPrompts.id, id), ofService(ctx.connection.id, sheet.service)));
    }
  });
  return null;
}

const ServedSchema = z.object({ version: z.number() });
const versionOf = (served: unknown) => ServedSchema.safeParse(served).data?.version;
