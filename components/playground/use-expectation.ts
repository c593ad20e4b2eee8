"use client";

import { usePrices } from "@/components/prices/use-prices";
import { formatDuration, formatMoney } from "@/lib/format";
import { expectedMs, type Work } from "@/lib/generations/expected";
import type { Generation } from "@/lib/generations/view";
import { useLocale } from "@/lib/i18n/react";
import { picturePrice } from "@/lib/prices/price";

interface Expectation {
  /** Undefined until this service has made a picture. */
  time?: string;
  /** Undefined where the operator's table has no price for its instance. */
  price?: string;
}

/** What pictures will take, by this service's own measured times, and what its instance costs meanwhile. */
export function useExpectation(
  connectionId: string,
  instanceType: string | undefined,
  known: readonly Generation[],
): (works: readonly Work[]) => Expectation {
  const locale = useLocale();
  const price = usePrices(connectionId)(instanceType ?? "");
  return (works) => {
    let total = 0;
    for (const work of works) {
      const ms = expectedMs(work, known);
      if (ms === undefined) return {};
      total += ms;
    }
    const time = formatDuration(Math.max(1000, total), locale);
    if (price?.first.kind !== "known") return { time };
    return { time, price: formatMoney(picturePrice(price.first.perHour, total), price.currency, locale) };
  };
}
