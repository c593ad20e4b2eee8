import type { Tally } from "@/lib/costs/cost";
import type { ServiceCosts } from "@/lib/costs/schemas";
import { formatDuration, formatMoney } from "@/lib/format";
import type { Locale } from "@/lib/i18n/locales";
import type { Translate } from "@/lib/i18n/translate";

/** The amount, or why there is none; what is left out of it is told by `omissions`. */
export function amountText(t: Translate, locale: Locale, tally: Tally, currency: string | undefined): string {
  if (currency === undefined || (tally.pricedMs === 0 && tally.unpricedMs > 0)) return t("costs.unknown");
  return formatMoney(tally.amount, currency, locale);
}

/** What the amount does not hold, in words. */
export function omissions(t: Translate, locale: Locale, { unpricedMs, unseenMs, ownMs }: Tally): string[] {
  return [
    unpricedMs > 0 ? t("costs.unpriced", { time: formatDuration(unpricedMs, locale) }) : "",
    unseenMs > 0 ? t("costs.unseen", { time: formatDuration(unseenMs, locale) }) : "",
    ownMs > 0 ? t("costs.own", { time: formatDuration(ownMs, locale) }) : "",
  ].filter(Boolean);
}

/** Of a picture, idle time included; nothing where some of the time has no price. */
export function perPictureText(
  t: Translate,
  locale: Locale,
  { tally, pictures }: { tally: Tally; pictures: number },
  currency: string | undefined,
): string {
  if (pictures === 0) return "–";
  if (currency === undefined || tally.unpricedMs > 0) return t("costs.unknown");
  return formatMoney(tally.amount / pictures, currency, locale);
}

/** What runs now, by the hour. `up`: instances that EAS says are running, of which the last count may know nothing yet. */
export function nowText(
  t: Translate,
  locale: Locale,
  { running, perHour, currency }: Pick<ServiceCosts, "running" | "perHour" | "currency">,
  up: number | undefined,
): string {
  if (running === 0) return t(up === 0 ? "costs.nothingRuns" : "costs.notCountedYet");
  if (perHour === undefined || currency === undefined) return t("costs.unknown");
  const hour = t("prices.anHour", { amount: formatMoney(perHour.amount, currency, locale) });
  return perHour.isPartial ? t("costs.atLeast", { amount: hour }) : hour;
}
