import { BILLING_OFFSET_MS, billingDay, billingDayStart, type PriceList, priceOf } from "@/lib/prices/price";

/** What running times cost, pure. Time whose price nobody knows, and time that nobody saw, is told apart and never priced. */

/** As long without a reading, and nobody can say what ran. Readings come every minute. */
export const GAP_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Run {
  serviceId: string;
  service: string;
  owner: string;
  instanceType?: string;
  ownResources: boolean;
  amountPerHour?: number;
  from: number;
  /** The last reading that saw it. */
  until: number;
  /** The first reading that did not. */
  goneAt?: number;
}

export interface Span {
  from: number;
  until: number;
}

export interface Tally {
  amount: number;
  pricedMs: number;
  /** It ran, at a price that the table does not hold. */
  unpricedMs: number;
  /** It may have run: it was gone after a time without readings. */
  unseenMs: number;
  /** On resources that are paid for apart. */
  ownMs: number;
}

export const NOTHING: Tally = { amount: 0, pricedMs: 0, unpricedMs: 0, unseenMs: 0, ownMs: 0 };

export function add(a: Tally, b: Tally): Tally {
  return {
    amount: a.amount + b.amount,
    pricedMs: a.pricedMs + b.pricedMs,
    unpricedMs: a.unpricedMs + b.unpricedMs,
    unseenMs: a.unseenMs + b.unseenMs,
    ownMs: a.ownMs + b.ownMs,
  };
}

export const lengthOf = ({ from, until }: Span) => Math.max(0, until - from);

export function overlap(a: Span, b: Span): Span {
  return { from: Math.max(a.from, b.from), until: Math.min(a.until, b.until) };
}

export function tallyOf(run: Run, list: PriceList | undefined, window: Span): Tally {
  const { until, goneAt } = run;
  const span = overlap(run, window);
  const seenMs = lengthOf(span);
  const unseenMs =
    goneAt !== undefined && goneAt - until > GAP_MS ? lengthOf(overlap({ from: until, until: goneAt }, window)) : 0;
  if (run.ownResources) return { ...NOTHING, ownMs: seenMs, unseenMs };
  const priced = { ...NOTHING, unseenMs };
  if (seenMs === 0) return priced;
  for (const piece of piecesOf(run, list, span)) {
    const ms = lengthOf(piece);
    const perHour = perHourAt(run, list, piece.from);
    if (perHour === undefined) priced.unpricedMs += ms;
    else {
      priced.pricedMs += ms;
      priced.amount += (perHour * ms) / HOUR_MS;
    }
  }
  return priced;
}

/** Split where a price of its type changes. */
function piecesOf({ instanceType }: Run, list: PriceList | undefined, { from, until }: Span): Span[] {
  const changes = (list?.prices ?? [])
    .filter((price) => price.instanceType === instanceType)
    .map(({ since }) => billingDayStart(since))
    .filter((at) => at > from && at < until);
  const edges = [from, ...[...new Set(changes)].toSorted((a, b) => a - b), until];
  return edges.slice(1).map((edge, index) => ({ from: edges[index] ?? from, until: edge }));
}

/** An hour of this run at that moment; undefined where nobody knows. EAS's own word on a spot instance comes first. */
export function perHourAt(
  { instanceType, amountPerHour, ownResources }: Pick<Run, "instanceType" | "amountPerHour" | "ownResources">,
  list: PriceList | undefined,
  at: number,
): number | undefined {
  if (!list) return undefined;
  if (ownResources) return 0;
  return amountPerHour ?? (instanceType === undefined ? undefined : priceOf(list, instanceType, at)?.perHour);
}

export const PERIODS = ["today", "week", "month", "lastMonth"] as const;
export type Period = (typeof PERIODS)[number];

/** By the days and months of the bill; the seven days end with today. */
export function periodSpan(period: Period, now: number): Span {
  const today = billingDayStart(billingDay(now));
  const month = new Date(now + BILLING_OFFSET_MS);
  const monthStart = (ahead: number) =>
    Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + ahead, 1) - BILLING_OFFSET_MS;
  switch (period) {
    case "today":
      return { from: today, until: now };
    case "week":
      return { from: today - 6 * DAY_MS, until: now };
    case "month":
      return { from: monthStart(0), until: now };
    case "lastMonth":
      return { from: monthStart(-1), until: monthStart(0) };
    default:
      return period satisfies never;
  }
}

/** The days of the bill that a span touches. */
export function daysOf({ from, until }: Span): { day: string; span: Span }[] {
  const days = [];
  for (let start = billingDayStart(billingDay(from)); start < until; start += DAY_MS)
    days.push({ day: billingDay(start), span: overlap({ from: start, until: start + DAY_MS }, { from, until }) });
  return days;
}
