"use client";

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { useT } from "@/lib/i18n/react";
import type { LintFinding } from "@/lib/service-config/lint";

const LOOK = {
  error: { Icon: CircleAlert, color: "text-bad" },
  warning: { Icon: TriangleAlert, color: "text-warn" },
  info: { Icon: Info, color: "text-info" },
} as const;

/** What is wrong or worth knowing across the fields, the worst first. */
export function LintList({ findings }: { findings: readonly LintFinding[] }) {
  const t = useT();
  if (findings.length === 0) return null;
  const ordered = (["error", "warning", "info"] as const).flatMap((level) =>
    findings.filter((finding) => finding.level === level),
  );
  return (
    <section aria-label={t("deploy.findings.title")} aria-live="polite">
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {ordered.map((finding) => {
          const { Icon, color } = LOOK[finding.level];
          return (
            <li key={`${finding.code}:${finding.field}`} className="flex gap-3 px-4 py-2.5">
              <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", color)} />
              <div className="grid min-w-0 gap-0.5">
                <p className="font-medium">
                  <VisuallyHidden>{t(`deploy.findings.${finding.level}`)} </VisuallyHidden>
                  {t.maybe(`lint.${finding.code}.title`, finding.params) ?? finding.code}
                </p>
                <p className="text-sm text-text-2">{t.maybe(`lint.${finding.code}.hint`, finding.params)}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
