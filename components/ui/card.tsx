import type { ReactNode } from "react";
import { cn } from "./cn";

interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  footer?: ReactNode;
  /** No inner space: for tables and logs that reach the edge. */
  flush?: boolean;
  /** Heading level of the title. */
  level?: 2 | 3;
  className?: string;
  children?: ReactNode;
}

export function Card({ title, description, actions, footer, flush, level = 2, className, children }: CardProps) {
  const Heading = `h${level}` as const;
  return (
    <section className={cn("min-w-0 rounded-lg border border-line bg-surface", className)}>
      {title || actions ? (
        <header
          className={cn("flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-3.5", flush && "pb-3.5")}
        >
          <div className="grid min-w-0 gap-0.5">
            {title ? <Heading className="font-semibold text-base">{title}</Heading> : null}
            {description ? <p className="text-sm text-text-2">{description}</p> : null}
          </div>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </header>
      ) : null}
      {children ? (
        <div className={cn(!flush && "p-4", Boolean(title || actions) && !flush && "pt-3")}>{children}</div>
      ) : null}
      {footer ? <footer className="border-line border-t px-4 py-3">{footer}</footer> : null}
    </section>
  );
}
