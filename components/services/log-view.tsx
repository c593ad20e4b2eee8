"use client";

import { ArrowDown } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { useT } from "@/lib/i18n/react";

interface LogViewProps {
  label: string;
  lines: readonly string[];
  wrap?: boolean;
  className?: string;
}

/** How near the end counts as "at the end", in pixels. */
const NEAR_END = 24;

/** Lines as the container wrote them. Stays at the end unless the reader scrolled away. */
export function LogView({ label, lines, wrap = false, className }: LogViewProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);

  // `lines` is what makes the box grow.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [following, lines]);

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
        className="h-full overflow-auto p-3 font-mono text-sm leading-normal focus-visible:outline-offset-[-2px]"
      >
        {lines.map((line, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity of their own and may repeat
            key={index}
            className={cn(wrap ? "whitespace-pre-wrap break-all" : "whitespace-pre", tone(line))}
          >
            {line || " "}
          </div>
        ))}
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

function tone(line: string): string | undefined {
  if (/^\w*(Error|Exception)\b|\bERROR\b|^Traceback/.test(line)) return "text-bad";
  if (/\bWARN(ING)?\b/i.test(line)) return "text-warn";
  return undefined;
}
