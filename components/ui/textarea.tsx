import type { ComponentPropsWithRef } from "react";
import { cn } from "./cn";

export function Textarea({ className, mono, ...rest }: ComponentPropsWithRef<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      {...rest}
      className={cn("control field-sizing-content min-h-20 px-3 py-2", mono && "font-mono text-sm", className)}
    />
  );
}
