import type { ComponentPropsWithRef } from "react";
import { cn } from "./cn";

/** A native checkbox with the role and the look of a switch. Takes effect at once, or with its form. */
export function Switch({ className, ...rest }: Omit<ComponentPropsWithRef<"input">, "type" | "role">) {
  return (
    <span className={cn("relative inline-flex h-5 w-9 shrink-0", className)}>
      <input
        {...rest}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox tells its own state
        role="switch"
        className="peer h-5 w-9 cursor-pointer appearance-none rounded-full border border-control bg-hover transition-colors checked:border-accent checked:bg-accent disabled:cursor-not-allowed disabled:opacity-60"
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-1 left-1 size-3 rounded-full bg-text-3 transition-transform peer-checked:translate-x-4 peer-checked:bg-accent-ink"
      />
    </span>
  );
}
