"use client";

import { useRef } from "react";
import { LogBox, LogLine } from "./log-box";

interface LogTailProps {
  label: string;
  lines: readonly string[];
  className?: string;
}

/** The last lines of a log: so few that all of them are drawn. */
export function LogTail({ label, lines, className }: LogTailProps) {
  const box = useRef<HTMLDivElement>(null);
  return (
    <LogBox label={label} lines={lines} box={box} className={className}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name, and the same one may stand twice
        <div key={index} className="w-max min-w-full whitespace-pre px-3">
          <LogLine line={line} />
        </div>
      ))}
    </LogBox>
  );
}
