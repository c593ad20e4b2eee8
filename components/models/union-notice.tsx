"use client";

import { Callout } from "@/components/ui/callout";
import { useT } from "@/lib/i18n/react";
import type { Union } from "@/lib/models/unite";

/** Of a long list, these are named at once. */
const NAMED = 50;

/** What the files that come do to those that lie there: said before a byte is sent. */
export function UnionNotice({ union: { same, replaced, kept }, usedBy }: { union: Union; usedBy?: string }) {
  const t = useT();
  if (same.length + replaced.length + kept.length === 0) return null;
  const lines = [
    ...(replaced.length > 0 ? [t("models.union.replaced", { count: replaced.length })] : []),
    ...(same.length > 0 ? [t("models.union.same", { count: same.length })] : []),
    ...(kept.length > 0 ? [t("models.union.kept", { count: kept.length })] : []),
    ...(usedBy ? [t("models.union.usedBy", { names: usedBy })] : []),
  ];
  return (
    <Callout tone={replaced.length > 0 ? "warn" : "info"} title={t("models.union.title")}>
      <ul className="grid gap-0.5">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {replaced.length > 0 ? (
        <details className="mt-1.5 text-sm">
          <summary className="w-fit rounded-sm">{t("models.union.which")}</summary>
          <ul className="mt-1 max-h-60 overflow-y-auto wrap-anywhere font-mono">
            {replaced.slice(0, NAMED).map((path) => (
              <li key={path}>{path}</li>
            ))}
          </ul>
          {replaced.length > NAMED ? <p>{t("models.union.more", { count: replaced.length - NAMED })}</p> : null}
        </details>
      ) : null}
    </Callout>
  );
}
