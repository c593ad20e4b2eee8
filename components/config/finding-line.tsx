"use client";

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { useT } from "@/lib/i18n/react";
import type { LintFinding } from "@/lib/service-config/lint/finding";
import { useConfigEditor } from "./editor-context";

export const FINDING_LOOK = {
  error: { Icon: CircleAlert, color: "text-bad" },
  warning: { Icon: TriangleAlert, color: "text-warn" },
  info: { Icon: Info, color: "text-info" },
} as const;

/** One finding in a line, beside the field that it is about. */
export function FindingLine({ finding }: { finding: LintFinding }) {
  const t = useT();
  const { Icon, color } = FINDING_LOOK[finding.level];
  return (
    <li className="flex items-start gap-2 text-sm">
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", color)} />
      <span className="min-w-0 wrap-anywhere">
        <VisuallyHidden>{t(`deploy.findings.${finding.level}`)} </VisuallyHidden>
        {t.maybe(`lint.${finding.code}.title`, finding.params) ?? finding.code}
        <RepairButton finding={finding} small />
      </span>
    </li>
  );
}

/** Carries out the finding's own repair; says what it will do. */
export function RepairButton({ finding, small }: { finding: LintFinding; small?: boolean }) {
  const t = useT();
  const { change, problem } = useConfigEditor();
  const { repair, code, params } = finding;
  if (!repair) return null;
  const words = t.maybe(`lint.${code}.repair`, params) ?? t("config.lint.apply");
  if (small)
    return (
      <button
        type="button"
        disabled={problem !== undefined}
        onClick={() => change(repair)}
        className="ml-2 rounded-sm font-medium text-accent-text underline underline-offset-3"
      >
        {words}
      </button>
    );
  return (
    <Button size="sm" disabled={problem !== undefined} onClick={() => change(repair)}>
      {words}
    </Button>
  );
}
