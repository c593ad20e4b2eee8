"use client";

import { amountText, omissions } from "@/components/prices/tally-text";
import type { Tally } from "@/lib/costs/cost";
import { useLocale, useT } from "@/lib/i18n/react";

interface DayBarsProps {
  days: readonly { day: string; tally: Tally }[];
  currency: string | undefined;
}

/** A bar a day: the amount where there are prices, else the running time. Each says its number. */
export function DayBars({ days, currency }: DayBarsProps) {
  const t = useT();
  const locale = useLocale();
  const sizeOf = ({ amount, pricedMs, unpricedMs, ownMs }: Tally) =>
    currency === undefined ? pricedMs + unpricedMs + ownMs : amount;
  const most = Math.max(...days.map(({ tally }) => sizeOf(tally)));
  return (
    <ol className="flex h-32 items-end gap-1" aria-label={t("costs.byDay")}>
      {days.map(({ day, tally }) => {
        const share = most > 0 ? sizeOf(tally) / most : 0;
        const words = [day, amountText(t, locale, tally, currency), ...omissions(t, locale, tally)].join(" · ");
        return (
          <li key={day} title={words} className="grid h-full min-w-0 flex-1 content-end gap-1">
            <span className="sr-only">{words}</span>
            <span
              aria-hidden="true"
              className="block min-h-0.5 rounded-sm bg-info"
              style={{ height: `${Math.round(share * 104)}px` }}
            />
            <span aria-hidden="true" className="truncate text-center text-text-3 text-xs tabular-nums">
              {Number(day.slice(8))}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
