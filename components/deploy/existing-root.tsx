"use client";

import { useQuery } from "@tanstack/react-query";
import { togetherQuery } from "@/components/models/together-query";
import { UnionNotice } from "@/components/models/union-notice";
import { Callout } from "@/components/ui/callout";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { libraryQueries } from "@/lib/library/queries";
import type { CheckOptions, ModelReport } from "@/lib/models/check";
import { findingText } from "@/lib/models/texts";
import { uniteWith } from "@/lib/models/unite";
import { ossQueries } from "@/lib/oss/queries";

interface ExistingRootProps {
  connectionId: string;
  bucket: string;
  /** Where the model is about to go. */
  prefix: string;
  report: ModelReport;
  /** How it was checked by itself. */
  options: CheckOptions;
}

/** Of many errors, these are named. */
const NAMED = 3;

/** What lies already where a model is about to go: what is replaced, what stays, and whether the two go together. */
export function ExistingRoot({ connectionId, bucket, prefix, report, options }: ExistingRootProps) {
  const t = useT();
  const locale = useLocale();
  const existing = useQuery(ossQueries.root(connectionId, bucket, prefix));
  const roots = useQuery(libraryQueries.roots(connectionId));
  const planned = report.plan.files;
  const union = existing.data && uniteWith(existing.data.files, planned);
  const isMixed = union !== undefined && union.kept.length > 0;
  const together = useQuery({
    ...togetherQuery({
      connectionId,
      root: { bucket, prefix },
      existing: existing.data?.files,
      planned,
      options,
      given: report,
    }),
    enabled: isMixed && report.verdict.ok,
  });
  if (!union) return null;
  const errors = (together.data?.findings ?? []).filter(({ level }) => level === "error");
  const usedBy = roots.data?.find((root) => root.bucket === bucket && root.prefix === prefix)?.usedBy ?? [];
  const names = usedBy.map(({ name }) => name).join(", ");
  const tools = { t, bytes: (size: number) => formatBytes(size, locale) };
  return (
    <>
      <UnionNotice union={union} usedBy={names} />
      {errors.length > 0 ? (
        <Callout tone="bad" role="alert" title={t("models.union.wrong")}>
          <ul className="grid gap-0.5">
            {errors.slice(0, NAMED).map((finding) => (
              <li key={`${finding.code} ${finding.path ?? ""}`}>{findingText(finding, tools).title}</li>
            ))}
          </ul>
          <p>{t("models.union.wrongHint")}</p>
        </Callout>
      ) : null}
    </>
  );
}
