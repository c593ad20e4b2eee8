import { formatMoney } from "@/lib/format";
import type { Locale } from "@/lib/i18n/locales";
import type { Translate } from "@/lib/i18n/translate";
import type { ConfigPrice } from "@/lib/prices/price";

/** `¥8.00/h`, `up to ¥12.00/h`, `¥8.00/h, up to ¥12.00/h on another type`. */
export function priceText(t: Translate, locale: Locale, { currency, first, most }: ConfigPrice): string {
  const amount = (value: number) => formatMoney(value, currency, locale);
  if (first.kind === "unknown") return t("prices.firstUnknown");
  const hour = t(first.kind === "atMost" ? "prices.atMostAnHour" : "prices.anHour", { amount: amount(first.perHour) });
  if (most === undefined) return t("prices.orUnknown", { hour });
  return most > first.perHour ? t("prices.orMore", { hour, amount: amount(most) }) : hour;
}

const HOURS_A_WEEK = 7 * 24;

/** What pressing the button costs, and what forgetting it costs. */
export function expenseText(t: Translate, locale: Locale, price: ConfigPrice): string {
  const { first, most, currency, isSpot } = price;
  const hour = priceText(t, locale, price);
  if (first.kind === "unknown") return hour;
  const week = formatMoney((most ?? first.perHour) * HOURS_A_WEEK, currency, locale);
  return [t("prices.expense", { hour, week }), isSpot ? t("prices.spot") : ""].filter(Boolean).join(" ");
}
