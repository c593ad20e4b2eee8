"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { cn } from "@/components/ui/cn";
import { LogBox, LogLine, useFollow } from "./log-box";

interface LogViewProps {
  label: string;
  lines: readonly string[];
  wrap?: boolean;
  /** The part of a line that was searched for. */
  needle?: string;
  className?: string;
}

const LINE_PX = 20;
/** Lines beyond the edges, so that a quick scroll shows no gaps. */
const OVERSCAN = 30;

/** A log of any length: draws only what is in view. */
export function LogView({ label, lines, wrap = false, needle, className }: LogViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: OVERSCAN,
  });
  const total = virtual.getTotalSize();
  const follow = useFollow(box, lines, total);
  return (
    <LogBox label={label} isEmpty={lines.length === 0} follow={follow} className={className}>
      <div className="relative min-w-full" style={{ height: total }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            ref={virtual.measureElement}
            data-index={index}
            className={cn(
              "absolute top-0 left-0 min-w-full px-3",
              wrap ? "w-full whitespace-pre-wrap break-all" : "whitespace-pre",
            )}
            style={{ transform: `translateY(${start}px)` }}
          >
            <LogLine line={lines[index] ?? ""} needle={needle} />
          </div>
        ))}
      </div>
    </LogBox>
  );
}
