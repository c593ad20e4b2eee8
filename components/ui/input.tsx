import type { ComponentPropsWithRef } from "react";
import { cn } from "./cn";

export function Input({ className, mono, ...rest }: ComponentPropsWithRef<"input"> & { mono?: boolean }) {
  return <input {...rest} className={cn("control h-9 px-3", mono && "font-mono text-sm", className)} />;
}
