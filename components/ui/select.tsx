import { ChevronDown } from "lucide-react";
import type { ComponentPropsWithRef } from "react";
import { cn } from "./cn";

/** The platform's own select: right on phones, with the keyboard and with screen readers. */
export function Select({ className, children, ...rest }: ComponentPropsWithRef<"select">) {
  return (
    <span className={cn("relative block", className)}>
      <select
        {...rest}
        className="control h-9 appearance-none truncate pr-9 pl-3 [&>optgroup]:bg-raised [&>option]:bg-raised"
      >
        {children}
      </select>
      <ChevronDown aria-hidden="true" className="pointer-events-none absolute top-2.5 right-3 size-4 text-text-3" />
    </span>
  );
}
