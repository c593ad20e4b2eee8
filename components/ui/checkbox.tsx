import { Check } from "lucide-react";
import type { ComponentPropsWithRef } from "react";
import { cn } from "./cn";

/** The native box with our drawing. Give it a label (`aria-label`, or a `<label>` around or for it). */
export function Checkbox({ className, ...rest }: Omit<ComponentPropsWithRef<"input">, "type">) {
  return (
    <span className={cn("relative inline-flex size-4 shrink-0", className)}>
      <input
        {...rest}
        type="checkbox"
        className="peer control size-4 appearance-none rounded-sm checked:border-accent checked:bg-accent checked:hover:border-accent-hover!"
      />
      <Check
        aria-hidden="true"
        strokeWidth={3}
        className="pointer-events-none absolute inset-0.5 size-3 text-accent-ink opacity-0 peer-checked:opacity-100"
      />
    </span>
  );
}
