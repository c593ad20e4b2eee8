"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { useT } from "@/lib/i18n/react";
import { plainLine } from "@/lib/services/plain-line";

interface LogViewProps {
  label: string;
  lines: readonly string[];
  wrap?: boolean;
  /** The part of a line that was searched for. */
  needle?: string;
  className?: string;
}

/** How near the end counts as "at the end", in pixels. */
const NEAR_END = 24;
const LINE_PX = 20;
/** Lines beyond the edges, so that a quick scroll shows no gaps. */
const OVERSCAN = 30;

/** Lines as the container wrote them. Stays at the end unless the reader scrolled away; draws only what is in view. */
export function LogView({ label, lines, wrap = false, needle = "", className }: LogViewProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: OVERSCAN,
  });
  const total = virtual.getTotalSize();

  // Lines and their measured heights are what makes the box grow.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [following, lines, total]);

  function onScroll() {
    const at = box.current;
    if (at) setFollowing(at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_END);
  }

  if (lines.length === 0) {
    return (
      <div className={cn("flex items-center justify-center px-4 text-center text-text-2", className)}>
        <p>{t("services.log.none")}</p>
      </div>
    );
  }
  return (
    <div className={cn("relative min-w-0", className)}>
      <div
        ref={box}
        role="log"
        // A live log that is read out line by line would drown everything else.
        aria-live="off"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="h-full overflow-auto py-3 font-mono text-sm leading-5 focus-visible:outline-offset-[-2px]"
      >
        <div className="relative min-w-full" style={{ height: total }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = plainLine(lines[index] ?? "");
            return (
              <div
                key={index}
                ref={virtual.measureElement}
                data-index={index}
                className={cn(
                  "absolute top-0 left-0 min-w-full px-3",
                  wrap ? "w-full whitespace-pre-wrap break-all" : "whitespace-pre",
                  tone(line),
                )}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Marked text={line || " "} needle={needle} />
              </div>
            );
          })}
        </div>
      </div>
      {following ? null : (
        <Button
          size="sm"
          icon={<ArrowDown aria-hidden="true" />}
          className="absolute right-4 bottom-3 shadow-float"
          onClick={() => setFollowing(true)}
        >
          {t("services.log.newest")}
        </Button>
      )}
    </div>
  );
}

/** The first place where the words stand that were searched for. */
function Marked({ text, needle }: { text: string; needle: string }) {
  const at = needle === "" ? -1 : text.toLowerCase().indexOf(needle);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="rounded-sm bg-warn-soft text-inherit">{text.slice(at, at + needle.length)}</mark>
      {text.slice(at + needle.length)}
    </>
  );
}

function tone(line: string): string | undefined {
  if (/^(\[[^\]]*\] )?\w*(Error|Exception)\b|\bERROR\b|Traceback/.test(line)) return "text-bad";
  if (/\bWARN(ING)?\b/i.test(line)) return "text-warn";
  return undefined;
}
