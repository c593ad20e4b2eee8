"use client";

import { Check, CircleAlert, OctagonAlert } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { useT } from "@/lib/i18n/react";
import { cn } from "./cn";
import { Spinner } from "./spinner";
import { VisuallyHidden } from "./visually-hidden";

export type StepState = "todo" | "checking" | "ok" | "needs_you" | "blocked" | "working";

export interface Step {
  id: string;
  title: ReactNode;
  state: StepState;
  /** The state in one line: "62 %", "all good". The state's own word when absent. */
  detail?: ReactNode;
  /** Absent when one may not go there yet. */
  href?: Route;
}

const MARKS = {
  todo: "border-line-strong text-text-3",
  checking: "border-info-solid text-info",
  working: "border-info-solid text-info",
  ok: "border-transparent bg-ok-soft text-ok",
  needs_you: "border-transparent bg-warn-soft text-warn",
  blocked: "border-transparent bg-bad-soft text-bad",
} as const satisfies Record<StepState, string>;

function mark(state: StepState, index: number): ReactNode {
  switch (state) {
    case "ok":
      return <Check aria-hidden="true" className="size-4" />;
    case "checking":
    case "working":
      return <Spinner />;
    case "needs_you":
      return <CircleAlert aria-hidden="true" className="size-4" />;
    case "blocked":
      return <OctagonAlert aria-hidden="true" className="size-4" />;
    case "todo":
      return index + 1;
    default:
      return state satisfies never;
  }
}

/** The rail of a wizard: a column on wide screens, a scrolling row of the same steps on narrow ones. */
export function Stepper({ label, steps, current }: { label: string; steps: readonly Step[]; current: string }) {
  const t = useT();
  return (
    <nav aria-label={label} className="min-w-0">
      <ol className="relative flex gap-0.5 overflow-x-auto md:grid md:gap-0.5">
        {steps.map((step, index) => {
          const here = step.id === current;
          const inner = (
            <>
              <span
                aria-hidden="true"
                className={cn(
                  "flex size-6 shrink-0 items-center justify-center rounded-full border text-xs",
                  MARKS[step.state],
                  here && step.state === "todo" && "border-accent text-accent-text",
                )}
              >
                {mark(step.state, index)}
              </span>
              <span className="grid min-w-0">
                <span className={cn("truncate max-md:text-sm", here ? "font-semibold text-text" : "text-text-2")}>
                  {step.title}
                </span>
                {/* The state's word is read out once, from the hidden text, which narrow screens have too. */}
                <span aria-hidden={step.detail === undefined} className="hidden truncate text-text-3 text-xs md:block">
                  {step.detail ?? t(`common.stepState.${step.state}`)}
                </span>
                <VisuallyHidden>{t(`common.stepState.${step.state}`)}</VisuallyHidden>
              </span>
            </>
          );
          const look = cn(
            "flex items-center gap-1.5 rounded-lg px-1.5 py-2 focus-visible:outline-offset-[-2px] md:gap-2.5 md:px-2.5",
            here && "bg-hover",
          );
          return (
            <li key={step.id} className="shrink-0 md:min-w-0">
              {step.href ? (
                <Link
                  href={step.href}
                  aria-current={here ? "step" : undefined}
                  className={cn(look, "transition-colors hover:bg-hover")}
                >
                  {inner}
                </Link>
              ) : (
                <span aria-current={here ? "step" : undefined} className={look}>
                  {inner}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
