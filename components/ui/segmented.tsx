"use client";

import { type ReactNode, useId } from "react";

interface SegmentedProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; icon?: ReactNode }[];
  /** Names the group. */
  label: string;
}

/** A few short alternatives in one row. */
export function Segmented<V extends string>({ value, onChange, options, label }: SegmentedProps<V>) {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className="inline-flex w-fit max-w-full flex-wrap gap-0.5 rounded-md border border-line-strong bg-bg p-0.5"
    >
      {options.map((option) => (
        <label
          key={option.value}
          className="relative flex h-7 cursor-pointer items-center gap-1.5 rounded-sm px-2.5 text-sm text-text-2 transition-colors hover:text-text has-checked:bg-raised has-checked:font-medium has-checked:text-text has-checked:outline has-checked:outline-line-strong has-focus-visible:outline-2 has-focus-visible:outline-accent [&>svg]:size-4"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 cursor-pointer appearance-none rounded-sm outline-none"
          />
          {option.icon}
          {option.label}
        </label>
      ))}
    </div>
  );
}
