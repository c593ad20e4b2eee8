/**
 * What an hour costs, as far as the operator's table says: EAS tells no prices. Pure, for browser and server alike. What is
 * not known is absent, never zero.
 */

export interface Price {
  instanceType: string;
  /** In the list's currency. */
  perHour: number;
  /** The day from which it holds, `2026-12-01`, as the cloud's bill counts days. */
  since: string;
  /** Where the operator read it. */
  source: string;
}

export interface PriceList {
  /** ISO 4217. */
  currency: string;
  prices: readonly Price[];
}

/** The bill's days begin at midnight in Beijing, in every region. */
export const BILLING_OFFSET_MS = 8 * 3_600_000;

/** The day of the bill, `2026-12-01`. */
export function billingDay(at: number): string {
  return new Date(at + BILLING_OFFSET_MS).toISOString().slice(0, 10);
}

/** When a day of the bill begins. */
export function billingDayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - BILLING_OFFSET_MS;
}

/** The price that held then. */
export function priceOf(list: PriceList | undefined, instanceType: string, at: number): Price | undefined {
  const day = billingDay(at);
  return list?.prices
    .filter((price) => price.instanceType === instanceType && price.since <= day)
    .reduce<Price | undefined>((best, price) => (best && best.since >= price.since ? best : price), undefined);
}

/** One of the types that a configuration may run on. */
export interface WantedType {
  type: string;
  /** The most that a spot instance may cost an hour; absent for one at the full price. */
  bid?: number;
  /** What a spot instance of this type costs of the full price, where EAS says so. */
  spotShare?: number;
}

/** `atMost`: a spot instance whose price is not known never costs more than its bid. */
export type UnitPrice = { kind: "known"; perHour: number } | { kind: "atMost"; perHour: number } | { kind: "unknown" };

/** One instance, one hour. */
export function unitPrice(list: PriceList | undefined, { type, bid, spotShare }: WantedType, at: number): UnitPrice {
  const full = priceOf(list, type, at)?.perHour;
  if (bid === undefined) return full === undefined ? { kind: "unknown" } : { kind: "known", perHour: full };
  // A bid is in the account's currency, which only the list tells.
  if (!list) return { kind: "unknown" };
  if (full === undefined || spotShare === undefined) return { kind: "atMost", perHour: bid };
  return { kind: "known", perHour: Math.min(bid, full * spotShare) };
}

export interface ConfigPrice {
  currency: string;
  /** All instances on the type that EAS tries first, an hour. */
  first: UnitPrice;
  /** The dearest that it can become on another type; absent where a type's price is not known. */
  most?: number;
  isSpot: boolean;
}

/** What a service asks for: instances, and the types in the order in which EAS tries them. */
export function configPrice(
  list: PriceList | undefined,
  { instances, types }: { instances: number; types: readonly WantedType[] },
  at: number,
): ConfigPrice | undefined {
  const units = types.map((type) => unitPrice(list, type, at));
  const [first] = units;
  if (!list || !first || units.every(({ kind }) => kind === "unknown")) return undefined;
  const dearest = units.map((unit) => (unit.kind === "unknown" ? undefined : unit.perHour * instances));
  return {
    currency: list.currency,
    first: first.kind === "unknown" ? first : { ...first, perHour: first.perHour * instances },
    most: dearest.some((one) => one === undefined) ? undefined : Math.max(...dearest.map((one) => one ?? 0)),
    isSpot: types[0]?.bid !== undefined,
  };
}

const HOUR_MS = 3_600_000;

/** What a service that is not used for anything else costs for the time that a picture takes. */
export function picturePrice(perHour: number, elapsedMs: number): number {
  return (perHour * elapsedMs) / HOUR_MS;
}
