import type { ReactNode } from "react";
import { cn } from "./cn";

interface ProgressProps {
  /** Names what progresses. */
  label: string;
  /** 0 to 1; undefined while it cannot be known. */
  value?: number;
  /** Beyond `value`: what is on its way and does not count yet. */
  ahead?: number;
  /** In words, below the bar: "3.1 of 4.3 GB · 41 MB/s". Also its spoken value. */
  text?: string;
  tone?: "accent" | "ok" | "bad";
  /** Shows the label above the bar. */
  showLabel?: boolean;
  aside?: ReactNode;
}

const BARS = { accent: "bg-accent", ok: "bg-ok-solid", bad: "bg-bad-solid" } as const;

export function Progress({ label, value, ahead, text, tone = "accent", showLabel, aside }: ProgressProps) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className="grid gap-1.5">
      {showLabel || aside ? (
        <div className="flex items-baseline justify-between gap-3">
          {showLabel ? <span className="min-w-0 truncate">{label}</span> : null}
          <span className="shrink-0 text-sm text-text-2">{aside}</span>
        </div>
      ) : null}
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
        className="relative h-1.5 overflow-hidden rounded-full bg-line"
      >
        {ahead !== undefined && percent !== undefined ? (
          <div
            className={cn(
              "absolute inset-0 origin-left rounded-full opacity-30 transition-transform duration-300",
              BARS[tone],
            )}
            style={{ transform: `translateX(${Math.round(Math.min(1, ahead) * 100) - 100}%)` }}
          />
        ) : null}
        <div
          className={cn(
            "relative h-full rounded-full",
            BARS[tone],
            percent === undefined ? "w-2/5 animate-indeterminate" : "origin-left transition-transform duration-300",
          )}
          style={percent === undefined ? undefined : { transform: `translateX(${percent - 100}%)` }}
        />
      </div>
      {text ? <div className="text-sm text-text-2">{text}</div> : null}
    </div>
  );
}
