"use client";

import { useRef } from "react";
import { LogBox, LogLine, useFollow } from "./log-box";

interface LogTailProps {
  label: string;
  lines: readonly string[];
  className?: string;
}

/** The last lines of a log: so few that all of them are drawn. */
export function LogTail({ label, lines, className }: LogTailProps) {
  const follow = useFollow(useRef<HTMLDivElement>(null), lines);
  return (
    <LogBox label={label} isEmpty={lines.length === 0} follow={follow} className={className}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name, and the same one may stand twice
        <div key={index} className="w-max min-w-full whitespace-pre px-3">
          <LogLine line={line} />
        </div>
      ))}
    </LogBox>
  );
}
