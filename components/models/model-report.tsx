"use client";

import { CircleAlert, CircleCheck, Info, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { HelpLink } from "@/components/ui/help-link";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { formatBytes } from "@/lib/format";
import { help } from "@/lib/guides/help";
import { useLocale, useT } from "@/lib/i18n/react";
import type { ModelReport as Report } from "@/lib/models/check";
import type { ModelFinding } from "@/lib/models/findings";
import { findingText, verdictText } from "@/lib/models/texts";
import type { FindingLevel, Repair } from "@/lib/models/types";
import { RepairButtons } from "./model-repairs";
import { findingId, ModelTree } from "./model-tree";

const LOOK = {
  error: { Icon: CircleAlert, color: "text-bad" },
  warning: { Icon: TriangleAlert, color: "text-warn" },
  info: { Icon: Info, color: "text-info" },
} as const satisfies Record<FindingLevel, unknown>;

interface ModelReportProps {
  report: Report;
  /** Absent where nothing can be changed, as for files that lie in OSS. */
  onRepair?: (...repairs: Repair[]) => void;
  /** Takes the last change back; absent while there is none. */
  onUndo?: () => void;
  /** Beside the verdict: what to do with it. */
  actions?: ReactNode;
}

/** The verdict on top, then what was found, then the folder as the service will see it. */
export function ModelReport({ report, onRepair, onUndo, actions }: ModelReportProps) {
  const t = useT();
  const locale = useLocale();
  const { ok } = report.verdict;
  const fix = onRepair ? report.fix : undefined;
  const Icon = ok ? CircleCheck : OctagonAlert;
  const tools = { t, bytes: (size: number) => formatBytes(size, locale) };
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className={cn("flex flex-wrap items-start gap-3 p-4", ok ? "bg-ok-soft" : "bg-bad-soft")}>
        <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", ok ? "text-ok" : "text-bad")} />
        <div role="status" className="min-w-48 flex-1">
          <p className="wrap-anywhere font-medium">{verdictText(report.verdict, report.findings, tools)}</p>
        </div>
        {fix ? (
          <Button size="sm" variant="primary" onClick={() => onRepair?.(...fix)}>
            {fix.length === 1 ? t("deploy.repair.fixOne") : t("deploy.repair.fixAll", { count: fix.length })}
          </Button>
        ) : null}
        {onUndo ? (
          <Button size="sm" onClick={onUndo}>
            {t("deploy.repair.undo")}
          </Button>
        ) : null}
        {actions}
      </div>
      {report.findings.length > 0 ? (
        <ul aria-label={t("deploy.findings.title")} className="divide-y divide-line">
          {report.findings.map((finding, index) => (
            <FindingRow
              // Two findings may be about the same file and of the same kind.
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
              key={`${index}:${finding.code}:${finding.path ?? ""}`}
              id={findingId(index)}
              finding={finding}
              text={findingText(finding, tools)}
              onRepair={onRepair}
            />
          ))}
        </ul>
      ) : null}
      <ModelTree report={report} />
    </div>
  );
}

/** Several lines stay several lines: lists of names, of which the first are enough. */
function Evidence({ label, text, whole = false }: { label: string; text: string; whole?: boolean }) {
  return (
    <p className={cn("wrap-anywhere whitespace-pre-line text-sm text-text-2", !whole && "line-clamp-4")}>
      {label} <span className="font-mono">{text}</span>
    </p>
  );
}

interface FindingRowProps {
  id: string;
  finding: ModelFinding;
  text: { title: string; next: string };
  onRepair?: (...repairs: Repair[]) => void;
}

function FindingRow({ id, finding, text, onRepair }: FindingRowProps) {
  const t = useT();
  const { Icon, color } = LOOK[finding.level];
  return (
    <li id={id} tabIndex={-1} className="flex scroll-mt-20 gap-3 px-4 py-2.5 focus-visible:outline-offset-[-2px]">
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", color)} />
      <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-0.5">
        <p className="wrap-anywhere font-medium">
          <VisuallyHidden>{t(`deploy.findings.${finding.level}`)} </VisuallyHidden>
          {text.title}
        </p>
        <p className="wrap-anywhere text-sm text-text-2">
          {text.next}
          {finding.level === "info" ? null : (
            <>
              {" "}
              <HelpLink href={help.finding(finding.code)} about={text.title} />
            </>
          )}
        </p>
        {finding.proof ? <Evidence label={t("deploy.model.proof")} text={finding.proof} /> : null}
        {finding.says ? <Evidence label={t("deploy.model.containerSays")} text={finding.says} whole /> : null}
        {onRepair && finding.repairs ? <RepairButtons repairs={finding.repairs} onRepair={onRepair} /> : null}
      </div>
    </li>
  );
}
