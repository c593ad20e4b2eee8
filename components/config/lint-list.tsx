"use client";

import { cn } from "@/components/ui/cn";
import { HelpLink } from "@/components/ui/help-link";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { showPath } from "@/lib/service-config/json-path";
import type { LintFinding } from "@/lib/service-config/lint/finding";
import { FINDING_LOOK, RepairButton } from "./finding-line";
import { fieldAnchor, focusField } from "./focus-field";

interface LintListProps {
  findings: readonly LintFinding[];
  /** The form is on the page too: each leads to its field. */
  withFields?: boolean;
}

/** What is wrong or worth knowing, the worst first, each with the facts that it follows from and its repair. */
export function LintList({ findings, withFields }: LintListProps) {
  const t = useT();
  const ordered = (["error", "warning", "info"] as const).flatMap((level) =>
    findings.filter((finding) => finding.level === level),
  );
  return (
    <section aria-label={t("deploy.findings.title")} aria-live="polite">
      {ordered.length > 0 ? (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {ordered.map((finding) => (
            <Finding
              key={`${finding.code}:${showPath(finding.path)}:${finding.flag ?? ""}`}
              finding={finding}
              withFields={withFields}
            />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Finding({ finding, withFields }: { finding: LintFinding; withFields?: boolean }) {
  const t = useT();
  const { Icon, color } = FINDING_LOOK[finding.level];
  const title = t.maybe(`lint.${finding.code}.title`, finding.params) ?? finding.code;
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-2.5">
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", color)} />
      <div className="grid min-w-0 flex-1 basis-60 gap-0.5">
        <p className="wrap-anywhere font-medium">
          <VisuallyHidden>{t(`deploy.findings.${finding.level}`)} </VisuallyHidden>
          {title}
        </p>
        <p className="wrap-anywhere text-sm text-text-2">
          {t.maybe(`lint.${finding.code}.hint`, finding.params)}{" "}
          <HelpLink href={help.lint(finding.code)} about={title} />
        </p>
        <Place finding={finding} withFields={withFields} />
        {finding.proof.length > 0 ? (
          <details className="text-sm">
            <summary className="w-fit cursor-pointer rounded-sm py-1 text-text-3">{t("config.lint.proof")}</summary>
            <ul className="mt-1 grid gap-0.5 break-all font-mono text-text-2 text-xs">
              {finding.proof.map((fact) => (
                <li key={fact}>{fact}</li>
              ))}
            </ul>
          </details>
        ) : null}
      </div>
      <RepairButton finding={finding} />
    </li>
  );
}

/** The key that it is about, and the way to its field. */
function Place({ finding: { path, flag }, withFields }: { finding: LintFinding; withFields?: boolean }) {
  const t = useT();
  const anchor = fieldAnchor(path, flag);
  if (!anchor) return null;
  const key = showPath(path);
  if (!withFields) return <p className="break-all font-mono text-text-3 text-xs">{key}</p>;
  return (
    <button
      type="button"
      onClick={(event) => {
        const form = event.currentTarget.ownerDocument.querySelector<HTMLElement>("[data-config-form]");
        if (form) focusField(form, anchor);
      }}
      className="min-h-6 w-fit break-all rounded-sm text-left font-mono text-text-3 text-xs underline decoration-line-strong underline-offset-3 hover:text-text"
    >
      <VisuallyHidden>{t("config.lint.goTo")} </VisuallyHidden>
      {key}
    </button>
  );
}
