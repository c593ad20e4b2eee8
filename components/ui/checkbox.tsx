import type { ComponentPropsWithRef } from "react";
import { cn } from "./cn";

interface CheckboxProps extends Omit<ComponentPropsWithRef<"input">, "type"> {
  /** Neither all nor none. */
  mixed?: boolean;
}

export function Checkbox({ mixed = false, className, ...rest }: CheckboxProps) {
  return (
    <input
      {...rest}
      ref={(element) => {
        if (element) element.indeterminate = mixed;
      }}
      type="checkbox"
      className={cn("size-4 shrink-0 cursor-pointer accent-accent", className)}
    />
  );
}
