"use client";

import { ArrowDown } from "lucide-react";
import { type ReactNode, type RefObject, useLayoutEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { useT } from "@/lib/i18n/react";
import { plainLine } from "@/lib/services/plain-line";

/** How near the end counts as "at the end", in pixels. */
const NEAR_END = 24;

interface Follow {
  box: RefObject<HTMLDivElement | null>;
  following: boolean;
  setFollowing: (following: boolean) => void;
}

/**
 * Stays at the end unless the reader scrolled away. `height` changes with what makes the box grow beside the lines themselves.
 * Called after a virtualizer of the same box: that scrolls to its own beginning when it first meets it.
 */
export function useFollow(box: RefObject<HTMLDivElement | null>, lines: readonly string[], height?: number): Follow {
  const [following, setFollowing] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines and their heights are what makes the box grow
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [following, lines, height, box]);
  return { box, following, setFollowing };
}

interface LogBoxProps {
  label: string;
  isEmpty: boolean;
  follow: Follow;
  className?: string;
  children: ReactNode;
}

/** Lines as the container wrote them. */
export function LogBox({ label, isEmpty, follow: { box, following, setFollowing }, className, children }: LogBoxProps) {
  const t = useT();

  function onScroll() {
    const at = box.current;
    if (at) setFollowing(at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_END);
  }

  if (isEmpty) {
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
        {children}
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

interface LogLineProps {
  line: string;
  /** The part that was searched for. */
  needle?: string;
}

export function LogLine({ line, needle = "" }: LogLineProps) {
  const text = plainLine(line);
  return (
    <span className={tone(text)}>
      <Marked text={text || " "} needle={needle} />
    </span>
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
