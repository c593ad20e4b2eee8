import { toCsv } from "@/lib/csv";
import type { CostReport } from "./schemas";

const HOUR_MS = 3_600_000;
const hours = (ms: number) => Math.round((ms / HOUR_MS) * 10_000) / 10_000;
const money = (amount: number) => Math.round(amount * 1_000_000) / 1_000_000;

/** One line a service. Without a price table the amounts stay empty; times are hours. */
export function toCostCsv({ from, until, currency, services }: CostReport): string {
  const header = [
    "from",
    "until",
    "service",
    "service_id",
    "owner",
    "currency",
    "amount",
    "hours_priced",
    "hours_without_price",
    "hours_unseen",
    "hours_own_resources",
    "pictures",
    "amount_per_picture",
  ];
  const lines = services.map(({ service, serviceId, owner, tally, pictures }) => [
    from,
    until,
    service,
    serviceId,
    owner,
    currency,
    currency && money(tally.amount),
    hours(tally.pricedMs),
    hours(tally.unpricedMs),
    hours(tally.unseenMs),
    hours(tally.ownMs),
    pictures,
    currency && pictures > 0 && tally.unpricedMs === 0 ? money(tally.amount / pictures) : undefined,
  ]);
  return toCsv([header, ...lines]);
}
