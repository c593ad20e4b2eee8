import type { ReactNode } from "react";

interface EmptyStateProps {
  icon?: ReactNode;
  /** What is not here. */
  title: ReactNode;
  /** Why, and what would be here. */
  description?: ReactNode;
  /** One thing to do, at most one more beside it. */
  actions?: ReactNode;
}

export function EmptyState({ icon, title, description, actions }: EmptyStateProps) {
  return (
    <div className="grid justify-items-center gap-2 px-6 py-14 text-center">
      {icon ? (
        <div aria-hidden="true" className="mb-2 text-text-3 [&>svg]:size-7 [&>svg]:stroke-[1.5]">
          {icon}
        </div>
      ) : null}
      <h2 className="font-semibold text-md">{title}</h2>
      {description ? <p className="max-w-md text-pretty text-text-2">{description}</p> : null}
      {actions ? <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  );
}
