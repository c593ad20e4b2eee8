import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

const WIDTHS = { content: "max-w-content", form: "max-w-form", full: "" } as const;

/** The column that a page lies in. */
export function Page({
  width = "content",
  className,
  children,
}: {
  width?: keyof typeof WIDTHS;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div
      className={cn("mx-auto grid w-full grid-cols-[minmax(0,1fr)] gap-6 px-4 py-6 sm:px-6", WIDTHS[width], className)}
    >
      {children}
    </div>
  );
}
