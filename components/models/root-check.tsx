"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { formatBytes, formatDateTime } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { checkRoot } from "@/lib/library/actions";
import { libraryQueries } from "@/lib/library/queries";
import type { RootReport } from "@/lib/library/schemas";
import { findingText, verdictText } from "@/lib/models/texts";
import { unwrap } from "@/lib/result";

interface RootCheckProps {
  connectionId: string;
  bucket: string;
  prefix: string;
}

/** The container's rules applied to what lies here, and what changed since somebody last did so. */
export function RootCheck({ connectionId, bucket, prefix }: RootCheckProps) {
  const t = useT();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: async () => unwrap(await checkRoot({ connectionId, bucket, prefix })),
    onSuccess: () => client.invalidateQueries({ queryKey: libraryQueries.all(connectionId) }),
  });
  return (
    <Card
      title={t("models.check.title")}
      description={t("models.check.text")}
      actions={
        <Button size="sm" loading={run.isPending} onClick={() => run.mutate()}>
          {t(run.data ? "models.check.again" : "models.check.run")}
        </Button>
      }
    >
      {run.error ? <ErrorNotice error={toView(run.error)} onRetry={() => run.mutate()} /> : null}
      {run.data ? (
        <div className="grid gap-3">
          <Verdict report={run.data} />
          <Changes changes={run.data.changes} />
        </div>
      ) : null}
    </Card>
  );
}

function Verdict({ report: { verdict, findings } }: { report: RootReport }) {
  const t = useT();
  const locale = useLocale();
  const tools = { t, bytes: (size: number) => formatBytes(size, locale) };
  return (
    <Callout tone={verdict.ok ? "ok" : "bad"} role="status" title={verdictText(verdict, findings, tools)}>
      {findings.length > 0 ? (
        <ul className="grid gap-1.5">
          {findings.map((finding, index) => {
            const { title, next } = findingText(finding, tools);
            return (
              // Two findings may be about the same file and of the same kind.
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
              <li key={`${index}:${finding.code}`} className="wrap-anywhere">
                {title} <span className="text-text-2">{next}</span>
              </li>
            );
          })}
        </ul>
      ) : null}
    </Callout>
  );
}

function Changes({ changes }: { changes: RootReport["changes"] }) {
  const t = useT();
  const locale = useLocale();
  if (!changes) return null;
  const [added, changed, removed] = [changes.added.length, changes.changed.length, changes.removed.length];
  const since = formatDateTime(Date.parse(changes.since), locale);
  return (
    <p className="text-text-2">
      {added + changed + removed === 0
        ? t("models.check.noChanges", { since })
        : t("models.check.changes", { since, added, changed, removed })}
    </p>
  );
}
