"use client";

import { useT } from "@/lib/i18n/react";
import type { DocumentProblem } from "@/lib/service-config/document";

/** What keeps the text from being a configuration, and where. */
export function ProblemLine({ problem }: { problem: DocumentProblem }) {
  const t = useT();
  const { code, line, column, key = "" } = problem;
  return <span>{t(`config.problem.${code}`, { line: String(line), column: String(column), key })}</span>;
}
