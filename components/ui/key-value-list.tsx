import type { ReactNode } from "react";
import { cn } from "./cn";

interface KeyValueListProps {
  items: readonly { label: ReactNode; value: ReactNode; mono?: boolean }[];
  /** The label above its value rather than beside it. */
  stacked?: boolean;
}

export function KeyValueList({ items, stacked }: KeyValueListProps) {
  return (
    <dl className="grid gap-x-6 gap-y-2">
      {items.map((item, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a list are fixed by its caller
          key={index}
          className={cn("grid gap-x-4", !stacked && "sm:grid-cols-[minmax(7rem,11rem)_minmax(0,1fr)]")}
        >
          <dt className="text-sm text-text-3">{item.label}</dt>
          <dd className={cn("min-w-0 wrap-anywhere", item.mono && "font-mono text-sm")}>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
