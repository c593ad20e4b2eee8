"use client";

import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";
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

export function RadioCards<V extends string>({ value, onChange, options, columns = 2, ...rest }: RadioCardsProps<V>) {
  return (
    <RadioGroup.Root
      {...rest}
      value={value}
      onValueChange={(next) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option) onChange(option.value);
      }}
      className={cn("grid gap-2", COLUMNS[columns])}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          disabled={Boolean(option.disabledReason)}
          className={cn(
            "group flex items-start gap-3 rounded-lg border border-line-strong bg-surface p-3 text-left transition-colors",
            "hover:border-control data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft",
            "disabled:cursor-not-allowed disabled:border-line disabled:bg-hover",
          )}
        >
          <span
            aria-hidden="true"
            className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-control bg-surface group-data-[state=checked]:border-accent group-data-[state=checked]:bg-accent"
          >
            <span className="size-1.5 rounded-full group-data-[state=checked]:bg-accent-ink" />
          </span>
          <span className="grid min-w-0 flex-1 gap-0.5">
            <span className="flex items-baseline justify-between gap-2">
              <span className="flex min-w-0 items-center gap-2 font-medium group-disabled:text-text-3 [&>svg]:size-4 [&>svg]:shrink-0">
                {option.icon}
                <span className="min-w-0">{option.title}</span>
              </span>
              {option.aside ? <span className="shrink-0 text-sm text-text-2">{option.aside}</span> : null}
            </span>
            {(option.disabledReason ?? option.description) ? (
              <span className="text-sm text-text-2 group-disabled:text-text-3">
                {option.disabledReason ?? option.description}
              </span>
            ) : null}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
