import { and, asc, eq, gt, gte, isNull, lt, or, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Connection } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import type { PriceList } from "@/lib/prices/price";
import { readPriceList } from "@/lib/prices/price-list";
import type { Database } from "@/lib/store/database";
import { instanceRuns, meterStates, readingGaps } from "@/lib/store/schema/costs";
import { generations } from "@/lib/store/schema/generations";
import { budgets } from "@/lib/store/schema/guard";
import {
  add,
  daysOf,
  GAP_MS,
  lengthOf,
  NOTHING,
  overlap,
  perHourAt,
  periodSpan,
  type Run,
  type Span,
  tallyOf,
} from "./cost";
import type { CostQuerySchema, CostReport, ServiceCost, ServiceCosts } from "./schemas";
import { byPerson, type Made } from "./shares";

type Reads = Pick<Context, "db" | "clock"> & { connection: Pick<Connection, "id" | "region"> };

/** What this connection's services cost in a period, as far as it was seen and priced. */
export async function getCosts(
  { db, clock, connection }: Reads,
  { period }: z.output<typeof CostQuerySchema>,
): Promise<CostReport> {
  const now = clock.now();
  const span = periodSpan(period, now);
  const [list, runs, pictures, gaps, meter, [budget]] = await Promise.all([
    listOf(db, connection),
    readRuns(db, connection.id, span),
    readPictures(db, connection.id, span),
    readGaps(db, connection.id, span),
    readMeter(db, connection.id),
    db.select().from(budgets).where(eq(budgets.connectionId, connection.id)),
  ]);
  const running = runs.filter((run) => isRunning(run, now));
  const services = byService(runs, list, span, pictures, now);
  return {
    period,
    from: iso(span.from),
    until: iso(span.until),
    currency: list?.currency,
    meter,
    running: running.length,
    perHour: perHourOf(running, list, now),
    budget: budget?.amount,
    total: sum(runs, list, span),
    pictures: pictures.reduce((count, row) => count + row.pictures, 0),
    services: services.toSorted((a, b) => b.tally.amount - a.tally.amount || runMs(b) - runMs(a)),
    people: byPerson(services, pictures),
    days: daysOf(span).map(({ day, span: window }) => ({ day, tally: sum(runs, list, window) })),
    gaps: gaps.map(({ from, until }) => ({ from: iso(from), until: iso(until) })),
  };
}

/** The same of one service, for its own page; one of the same name that was deleted before does not count. */
export async function getServiceCosts(
  { db, clock, connection }: Reads,
  { name, serviceId }: { name: string; serviceId: string },
): Promise<ServiceCosts> {
  const now = clock.now();
  const spans = { today: periodSpan("today", now), week: periodSpan("week", now), month: periodSpan("month", now) };
  const whole = { from: Math.min(spans.week.from, spans.month.from), until: now };
  const [list, all, meter] = await Promise.all([
    listOf(db, connection),
    readRuns(db, connection.id, whole),
    readMeter(db, connection.id),
  ]);
  const runs = all.filter((run) => run.serviceId === serviceId);
  const of = async (span: Span) => {
    const made = await readPictures(db, connection.id, span);
    const pictures = made.filter(({ service }) => service === name).reduce((count, row) => count + row.pictures, 0);
    return { tally: sum(runs, list, span), pictures };
  };
  const running = runs.filter((run) => isRunning(run, now));
  const [today, week, month] = await Promise.all([of(spans.today), of(spans.week), of(spans.month)]);
  return {
    currency: list?.currency,
    meter,
    running: running.length,
    perHour: perHourOf(running, list, now),
    today,
    week,
    month,
  };
}

export interface SpentToday {
  currency: string;
  amount: number;
  /** Some of the time has no price. */
  isPartial: boolean;
}

/** By the service's id; empty while there is no price table. */
export async function readSpentToday(db: Database, connection: Reads["connection"], now: number) {
  const spent = new Map<string, SpentToday>();
  const list = await listOf(db, connection);
  if (!list) return spent;
  const today = periodSpan("today", now);
  for (const run of await readRuns(db, connection.id, today)) {
    const { amount, unpricedMs, unseenMs } = tallyOf(run, list, today);
    const before = spent.get(run.serviceId);
    spent.set(run.serviceId, {
      currency: list.currency,
      amount: (before?.amount ?? 0) + amount,
      isPartial: (before?.isPartial ?? false) || unpricedMs > 0 || unseenMs > 0,
    });
  }
  return spent;
}

async function listOf(db: Database, connection: Reads["connection"]): Promise<PriceList | undefined> {
  const { currency, prices } = await readPriceList(db, connection);
  return currency === undefined ? undefined : { currency, prices };
}

async function readRuns(db: Database, connectionId: string, span: Span): Promise<Run[]> {
  const touches = and(
    eq(instanceRuns.connectionId, connectionId),
    lt(instanceRuns.fromAt, new Date(span.until)),
    // What was gone after a gap may have run into the span; what is open may have been seen before it only.
    or(
      gt(instanceRuns.goneAt, new Date(span.from)),
      and(isNull(instanceRuns.goneAt), gt(instanceRuns.untilAt, new Date(span.from))),
    ),
  );
  const rows = await db.select().from(instanceRuns).where(touches).orderBy(asc(instanceRuns.id));
  return rows.map((row) => ({
    serviceId: row.serviceId,
    service: row.service,
    owner: row.owner,
    instanceType: row.instanceType ?? undefined,
    ownResources: row.ownResources,
    amountPerHour: row.amountPerHour ?? undefined,
    from: row.fromAt.getTime(),
    until: row.untilAt.getTime(),
    goneAt: row.goneAt?.getTime(),
  }));
}

async function readPictures(db: Database, connectionId: string, span: Span): Promise<Made[]> {
  return db
    .select({
      service: generations.service,
      person: sql<string>`coalesce(${generations.userName}, '')`,
      pictures: sql<number>`sum(jsonb_array_length(${generations.keys}))::int`,
      // Of the service itself: without the time in its queue.
      busyMs: sql<number>`coalesce(sum(${generations.elapsedMs}), 0)::float8`,
    })
    .from(generations)
    .where(
      and(
        eq(generations.connectionId, connectionId),
        eq(generations.status, "succeeded"),
        gte(generations.settledAt, new Date(span.from)),
        lt(generations.settledAt, new Date(span.until)),
      ),
    )
    .groupBy(generations.service, sql`coalesce(${generations.userName}, '')`);
}

async function readGaps(db: Database, connectionId: string, span: Span): Promise<Span[]> {
  const rows = await db
    .select()
    .from(readingGaps)
    .where(and(eq(readingGaps.connectionId, connectionId), gt(readingGaps.untilAt, new Date(span.from))))
    .orderBy(asc(readingGaps.fromAt));
  return rows
    .map(({ fromAt, untilAt }) => overlap({ from: fromAt.getTime(), until: untilAt.getTime() }, span))
    .filter((gap) => lengthOf(gap) > 0);
}

async function readMeter(db: Database, connectionId: string): Promise<CostReport["meter"]> {
  const [row] = await db.select().from(meterStates).where(eq(meterStates.connectionId, connectionId));
  return { firstAt: row?.firstAt?.toISOString(), lastAt: row?.lastAt?.toISOString(), error: row?.error ?? undefined };
}

/** As of the last reading, as long as that says something about now. */
const isRunning = ({ goneAt, until }: Run, now: number) => goneAt === undefined && now - until <= GAP_MS;

function perHourOf(running: readonly Run[], list: PriceList | undefined, now: number): CostReport["perHour"] {
  const each = running.map((run) => perHourAt(run, list, now));
  const known = each.filter((one) => one !== undefined);
  if (!list || (known.length === 0 && each.length > 0)) return undefined;
  return { amount: known.reduce((a, b) => a + b, 0), isPartial: known.length < each.length };
}

const sum = (runs: readonly Run[], list: PriceList | undefined, span: Span) =>
  runs.map((run) => tallyOf(run, list, span)).reduce(add, NOTHING);

/** In the order in which they ran last. */
function byService(
  runs: readonly Run[],
  list: PriceList | undefined,
  span: Span,
  pictures: readonly Made[],
  now: number,
): ServiceCost[] {
  const services = [...groupBy(runs, ({ serviceId }) => serviceId).values()].flatMap((own): ServiceCost[] => {
    const last = own.at(-1);
    if (!last) return [];
    const { serviceId, service, owner } = last;
    const running = own.filter((run) => isRunning(run, now)).length;
    return [{ serviceId, service, owner, running, tally: sum(own, list, span), pictures: 0 }];
  });
  // Pictures know their service by its name; of several of one name the last one has them.
  for (const { service, pictures: count } of pictures) {
    const found = services.findLast((one) => one.service === service);
    if (found) found.pictures += count;
  }
  return services;
}

function groupBy(runs: readonly Run[], keyOf: (run: Run) => string): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) groups.set(keyOf(run), [...(groups.get(keyOf(run)) ?? []), run]);
  return groups;
}

const runMs = ({ tally }: { tally: CostReport["total"] }) => tally.pricedMs + tally.unpricedMs + tally.ownMs;
const iso = (at: number) => new Date(at).toISOString();
