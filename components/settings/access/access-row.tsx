import type { ReactNode } from "react";

/** A person or a connection, and the choice beside it. */
export function AccessRow({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <span className="grid min-w-0">
        <span className="wrap-anywhere min-w-0 font-medium">{title}</span>
        <span className="text-sm text-text-2">{hint}</span>
      </span>
      {children}
    </li>
  );
}
