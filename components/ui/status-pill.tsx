import { CircleCheck, CircleDashed, CircleStop, Clock3, LoaderCircle, OctagonAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, type Tone } from "./badge";
import { cn } from "./cn";

export type StatusTone = "ok" | "changing" | "waiting" | "failed" | "stopped" | "unknown";

const LOOK = {
  ok: { tone: "ok", Icon: CircleCheck },
  changing: { tone: "info", Icon: LoaderCircle },
  waiting: { tone: "warn", Icon: Clock3 },
  failed: { tone: "bad", Icon: OctagonAlert },
  stopped: { tone: "neutral", Icon: CircleStop },
  unknown: { tone: "neutral", Icon: CircleDashed },
} as const satisfies Record<StatusTone, { tone: Tone; Icon: typeof CircleCheck }>;

/** A state as colour, icon and word (the children), the same everywhere. */
export function StatusPill({
  tone,
  children,
  className,
}: {
  tone: StatusTone;
  children: ReactNode;
  className?: string;
}) {
  const { tone: badgeTone, Icon } = LOOK[tone];
  return (
    <Badge tone={badgeTone} className={className}>
      <Icon aria-hidden="true" className={cn(tone === "changing" && "animate-pulse-slow")} />
      {children}
    </Badge>
  );
}
