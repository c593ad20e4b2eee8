"use client";

import { type ReactNode, useId } from "react";
import { cn } from "./cn";

export interface RadioCard<V extends string> {
  value: V;
  title: ReactNode;
  description?: ReactNode;
  /** Something small at the right of the title: a price, a state. */
  aside?: ReactNode;
  icon?: ReactNode;
  /** Cannot be chosen, and why; the reason takes the description's place. */
  disabledReason?: string;
}

interface RadioCardsProps<V extends string> {
  value: V | "";
  onChange: (value: V) => void;
  options: readonly RadioCard<V>[];
  columns?: 1 | 2 | 3;
  id?: string;
  name?: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

const COLUMNS = { 1: "", 2: "sm:grid-cols-2", 3: "sm:grid-cols-2 lg:grid-cols-3" } as const;

export function RadioCards<V extends string>({
  value,
  onChange,
  options,
  columns = 2,
  name,
  ...rest
}: RadioCardsProps<V>) {
  const ownName = useId();
  return (
    <div {...rest} role="radiogroup" className={cn("grid gap-2", COLUMNS[columns])}>
      {options.map((option) => {
        const off = Boolean(option.disabledReason);
        const remark = option.disabledReason ?? option.description;
        return (
          <label
            key={option.value}
            className={cn(
              "relative flex items-start gap-3 rounded-lg border p-3 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2",
              off
                ? "cursor-not-allowed border-line bg-hover text-text-3"
                : "cursor-pointer border-line-strong bg-surface hover:border-control has-checked:border-accent has-checked:bg-accent-soft",
            )}
          >
            <input
              type="radio"
              name={name ?? ownName}
              value={option.value}
              checked={option.value === value}
              disabled={off}
              onChange={() => onChange(option.value)}
              className="mt-0.5 size-4 shrink-0 appearance-none rounded-full border border-control bg-surface outline-none checked:border-[5px] checked:border-accent checked:bg-accent-ink disabled:border-line-strong"
            />
            <span className="grid min-w-0 flex-1 gap-0.5">
              <span className="flex items-baseline justify-between gap-2">
                <span className="flex min-w-0 items-center gap-2 font-medium [&>svg]:size-4 [&>svg]:shrink-0">
                  {option.icon}
                  <span className="min-w-0">{option.title}</span>
                </span>
                {option.aside ? (
                  <span className={cn("shrink-0 text-sm", !off && "text-text-2")}>{option.aside}</span>
                ) : null}
              </span>
              {remark ? <span className={cn("text-sm", !off && "text-text-2")}>{remark}</span> : null}
            </span>
          </label>
        );
      })}
    </div>
  );
}
