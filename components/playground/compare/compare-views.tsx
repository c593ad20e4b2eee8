"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { cn } from "@/components/ui/cn";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { resultSize } from "@/lib/playground/limits";

interface ViewProps {
  left: Generation;
  right: Generation;
}

const BLINK_MS = 700;
const STEP = 0.02;
const FAR = 0.1;

function ratioOf({ input }: Generation): string {
  const { width, height } = resultSize(input);
  return `${width} / ${height}`;
}

/** As large as the window allows, in the first picture's shape. */
const FRAME = "relative mx-auto w-full max-w-[58dvh] overflow-hidden rounded-lg bg-hover select-none";

function Shot({ of, className, clip }: { of: Generation; className?: string; clip?: string }) {
  return (
    // biome-ignore lint/performance/noImgElement: a signed address of the bucket, see result.tsx
    <img
      src={of.pictures[0]?.url}
      alt={of.input.prompt}
      draggable={false}
      className={cn("size-full object-contain", className)}
      style={clip ? { clipPath: clip } : undefined}
    />
  );
}

/** One over the other, with a border between them that pointer and arrows move. */
export function SliderView({ left, right }: ViewProps) {
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0.5);
  const clamp = (value: number) => Math.min(1, Math.max(0, value));

  function follow(event: PointerEvent) {
    const box = frame.current?.getBoundingClientRect();
    if (box && event.buttons > 0) setAt(clamp((event.clientX - box.left) / box.width));
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = event.shiftKey ? FAR : STEP;
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setAt(clamp(to));
  }

  return (
    <div
      ref={frame}
      className={cn(FRAME, "touch-pan-y")}
      style={{ aspectRatio: ratioOf(left) }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={follow}
    >
      <Shot of={right} className="absolute inset-0" />
      <Shot of={left} className="absolute inset-0" clip={`inset(0 ${(1 - at) * 100}% 0 0)`} />
      <Tag side="left">{t("playground.compare.left")}</Tag>
      <Tag side="right">{t("playground.compare.right")}</Tag>
      <div
        role="slider"
        tabIndex={0}
        aria-label={t("playground.compare.position")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at * 100)}
        onKeyDown={onKeyDown}
        className="absolute inset-y-0 w-6 -translate-x-1/2 cursor-ew-resize before:absolute before:inset-y-0 before:left-1/2 before:w-0.5 before:-translate-x-1/2 before:bg-accent after:absolute after:top-1/2 after:left-1/2 after:h-10 after:w-3 after:-translate-1/2 after:rounded-full after:bg-accent"
        style={{ left: `${at * 100}%` }}
      />
    </div>
  );
}

export function SideBySide({ left, right }: ViewProps) {
  const t = useT();
  return (
    <div className="grid grid-cols-2 gap-3">
      {([left, right] as const).map((one, side) => (
        <figure key={side === 0 ? "left" : "right"} className="grid min-w-0 content-start gap-1">
          <Shot of={one} className="h-auto max-h-[58dvh] rounded-lg bg-hover" />
          <figcaption className="text-sm text-text-2">
            {t(side === 0 ? "playground.compare.left" : "playground.compare.right")}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

/** One after the other in the same place: what differs jumps. By hand where motion is not wanted, or on space. */
export function BlinkView({ left, right }: ViewProps) {
  const t = useT();
  const [isRight, setRight] = useState(false);
  const [isRunning, setRunning] = useState(() => !matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setRight((shown) => !shown), BLINK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  const side = t(isRight ? "playground.compare.right" : "playground.compare.left");
  return (
    <button
      type="button"
      aria-label={t("playground.compare.shown", { side })}
      onClick={() => {
        setRunning(false);
        setRight(!isRight);
      }}
      className={cn(FRAME, "block")}
      style={{ aspectRatio: ratioOf(left) }}
    >
      <Shot of={left} className={cn("absolute inset-0", isRight && "invisible")} />
      <Shot of={right} className={cn("absolute inset-0", !isRight && "invisible")} />
      <Tag side={isRight ? "right" : "left"}>{side}</Tag>
    </button>
  );
}

function Tag({ side, children }: { side: "left" | "right"; children: string }) {
  return (
    <span
      className={cn(
        "pointer-events-none absolute top-2 rounded-sm bg-raised px-1.5 py-0.5 text-text text-xs",
        side === "left" ? "left-2" : "right-2",
      )}
    >
      {children}
    </span>
  );
}
