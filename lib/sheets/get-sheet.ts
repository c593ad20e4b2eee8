import { and, desc, eq, inArray } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { isOpen } from "@/lib/generations/states";
import { toGeneration } from "@/lib/generations/to-generation";
import type { Generation } from "@/lib/generations/view";
import { generations } from "@/lib/store/schema/generations";
import { sheets } from "@/lib/store/schema/sheets";
import { type Sheet, SheetLabelsSchema, type SheetSummary } from "./view";

type Reading = Pick<Context, "connection" | "db" | "oss" | "clock">;
type Row = typeof sheets.$inferSelect;

/** Lists are short: who looks for older pictures finds them in the history. */
const SHOWN = 20;

export async function findSheet({ db, connection }: Pick<Reading, "db" | "connection">, id: string): Promise<Row> {
  const [row] = await db
    .select()
    .from(sheets)
    .where(and(eq(sheets.id, id), eq(sheets.connectionId, connection.id)));
  if (!row) throw new AppError("not_found", { params: { what: "sheet" } });
  return row;
}

export async function getSheet(ctx: Reading, { id, service }: { id: string; service: string }): Promise<Sheet> {
  const row = await findSheet(ctx, id);
  if (row.service !== service) throw new AppError("not_found", { params: { what: "sheet" } });
  const labels = SheetLabelsSchema.catch({}).parse(row.labels);
  const earlier = labels.golden?.map(({ taskId }) => taskId) ?? [];
  const found = await picturesOf(ctx, [...row.taskIds, ...earlier]);
  const inOrder = (taskIds: readonly string[]) => taskIds.map((taskId) => found.get(taskId) ?? null);
  return {
    ...toHead(row),
    labels,
    signedAt: new Date(ctx.clock.now()).toISOString(),
    cells: inOrder(row.taskIds),
    ...(labels.golden ? { before: inOrder(earlier) } : {}),
  };
}

export async function picturesOf(ctx: Reading, taskIds: readonly string[]): Promise<Map<string, Generation>> {
  if (taskIds.length === 0) return new Map();
  const rows = await ctx.db
    .select()
    .from(generations)
    .where(and(eq(generations.connectionId, ctx.connection.id), inArray(generations.taskId, [...taskIds])));
  const views = await Promise.all(rows.map((row) => toGeneration(ctx, row)));
  return new Map(views.map((view) => [view.taskId, view]));
}

export async function listSheets(ctx: Reading, { service }: { service: string }): Promise<SheetSummary[]> {
  const rows = await ctx.db
    .select()
    .from(sheets)
    .where(and(eq(sheets.connectionId, ctx.connection.id), eq(sheets.service, service)))
    .orderBy(desc(sheets.createdAt))
    .limit(SHOWN);
  const taskIds = rows.flatMap((row) => row.taskIds);
  const states = taskIds.length === 0 ? [] : await statesOf(ctx, taskIds);
  const known = new Map(states.map((state) => [state.taskId, state]));
  return rows.map((row) => {
    const own = row.taskIds.flatMap((taskId) => known.get(taskId) ?? []);
    const count = (fits: (status: Generation["status"]) => boolean) => own.filter(({ status }) => fits(status)).length;
    return {
      ...toHead(row),
      total: row.taskIds.length,
      done: count((status) => status === "succeeded"),
      failed: count((status) => status === "failed"),
      open: count(isOpen),
      prompt: promptOf(own[0]?.input),
    };
  });
}

function statesOf({ db, connection }: Reading, taskIds: readonly string[]) {
  return db
    .select({ taskId: generations.taskId, status: generations.status, input: generations.input })
    .from(generations)
    .where(and(eq(generations.connectionId, connection.id), inArray(generations.taskId, [...taskIds])));
}

const promptOf = (input: unknown) =>
  typeof input === "object" && input !== null && "prompt" in input && typeof input.prompt === "string"
    ? input.prompt
    : "";

function toHead({ id, service, kind, labels, userName, createdAt }: Row) {
  return {
    id,
    service,
    kind,
    labels: SheetLabelsSchema.catch({}).parse(labels),
    by: userName ?? undefined,
    createdAt: createdAt.toISOString(),
  };
}
