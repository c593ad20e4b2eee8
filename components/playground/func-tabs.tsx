"use client";

import { useId } from "react";
import { cn } from "@/components/ui/cn";
import { Tooltip } from "@/components/ui/tooltip";
import { useT } from "@/lib/i18n/react";
import { FUNCS, type Func } from "@/lib/playground/limits";

interface FuncTabsProps {
  value: Func;
  onChange: (func: Func) => void;
  /** Why a function cannot be used with this service. */
  refusal: (func: Func) => string | undefined;
}

/** What to make. What this service cannot do stays in sight, off, with the reason. */
export function FuncTabs({ value, onChange, refusal }: FuncTabsProps) {
  const t = useT();
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={t("playground.func")}
      className="flex flex-wrap gap-0.5 rounded-md border border-line-strong bg-bg p-0.5"
    >
      {FUNCS.map((func) => {
        const reason = refusal(func);
        const option = (
          <label
            key={func}
            className={cn(
              "relative flex h-7 grow items-center justify-center whitespace-nowrap rounded-sm px-2 text-sm transition-colors has-checked:bg-raised has-checked:font-medium has-checked:text-text has-checked:outline has-checked:outline-line-strong has-focus-visible:outline-2 has-focus-visible:outline-accent",
              reason ? "cursor-not-allowed text-text-3 line-through" : "cursor-pointer text-text-2 hover:text-text",
            )}
          >
            <input
              type="radio"
              name={name}
              value={func}
              checked={func === value}
              // Not `disabled`: the reason must be found by the keyboard too.
              aria-disabled={reason ? true : undefined}
              onChange={() => reason === undefined && onChange(func)}
              className="absolute inset-0 appearance-none rounded-sm outline-none"
            />
            {t(`playground.funcs.${func}`)}
            {reason ? <span className="sr-only">{reason}</span> : null}
          </label>
        );
        return reason ? (
          <Tooltip key={func} content={reason}>
            {option}
          </Tooltip>
        ) : (
          option
        );
      })}
    </div>
  );
}
