import { CircleCheck, Info, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

const LOOK = {
  info: { Icon: Info, box: "bg-info-soft", icon: "text-info" },
  ok: { Icon: CircleCheck, box: "bg-ok-soft", icon: "text-ok" },
  warn: { Icon: TriangleAlert, box: "bg-warn-soft", icon: "text-warn" },
  bad: { Icon: OctagonAlert, box: "bg-bad-soft", icon: "text-bad" },
} as const;

interface CalloutProps {
  tone?: keyof typeof LOOK;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** `alert` for a failure that just happened, `status` for news that can wait. */
  role?: "alert" | "status";
  className?: string;
}

/** A remark that belongs to the content around it. */
export function Callout({ tone = "info", title, children, actions, role, className }: CalloutProps) {
  const { Icon, box, icon } = LOOK[tone];
  return (
    <div role={role} className={cn("flex gap-3 rounded-lg p-3", box, className)}>
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", icon)} />
      <div className="grid min-w-0 flex-1 gap-1">
        {title ? <p className="wrap-anywhere font-medium">{title}</p> : null}
        {children ? <div className="wrap-anywhere text-text-2">{children}</div> : null}
        {actions ? <div className="mt-1.5 flex flex-wrap gap-2">{actions}</div> : null}
      </div>
    </div>
  );
}
