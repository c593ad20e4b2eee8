"use client";

import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";

interface SegmentedProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; icon?: ReactNode }[];
  /** Names the group. */
  label: string;
}

/** A few short alternatives in one row. */
export function Segmented<V extends string>({ value, onChange, options, label }: SegmentedProps<V>) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const option = options.find((candidate) => candidate.value === next);
        if (option) onChange(option.value);
      }}
      className="inline-flex w-fit max-w-full flex-wrap gap-0.5 rounded-md border border-line-strong bg-hover p-0.5"
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="flex h-7 items-center gap-1.5 rounded-sm px-2.5 text-sm text-text-2 transition-colors hover:text-text data-[state=checked]:bg-surface data-[state=checked]:font-medium data-[state=checked]:text-text data-[state=checked]:outline data-[state=checked]:outline-line-strong focus-visible:outline-accent! [&>svg]:size-4"
        >
          {option.icon}
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
