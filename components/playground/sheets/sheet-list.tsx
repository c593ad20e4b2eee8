"use client";

import { useQuery } from "@tanstack/react-query";
import { Badge } from "@/components/ui/badge";
import { Spinner } from "@/components/ui/spinner";
import { Time } from "@/components/ui/time";
import { useT } from "@/lib/i18n/react";
import { sheetQueries } from "@/lib/sheets/queries";

interface SheetListProps {
  connectionId: string;
  service: string;
  onOpen: (id: string) => void;
}

/** Grids, batches and reruns of this service, newest first. */
export function SheetList({ connectionId, service, onOpen }: SheetListProps) {
  const t = useT();
  const { data } = useQuery(sheetQueries.list(connectionId, service));
  if (!data || data.length === 0) return null;
  return (
    <section aria-label={t("playground.sheet.list")} className="grid min-w-0 gap-2">
      <h2 className="font-medium text-sm text-text-2">{t("playground.sheet.list")}</h2>
      <ul className="max-h-64 divide-y divide-line overflow-y-auto rounded-lg border border-line">
        {data.map((sheet) => (
          <li key={sheet.id}>
            <button
              type="button"
              onClick={() => onOpen(sheet.id)}
              className="flex min-h-10 w-full flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-left hover:bg-hover"
            >
              <Badge>{t(`playground.sheet.kinds.${sheet.kind}`)}</Badge>
              <span className="min-w-32 flex-1 truncate">{sheet.prompt}</span>
              {sheet.open > 0 ? <Spinner /> : null}
              <span className="text-sm text-text-2 tabular-nums">
                {t("playground.sheet.progress", { done: sheet.done, total: sheet.total })}
              </span>
              {sheet.failed > 0 ? (
                <span className="text-bad text-sm">{t("playground.sheet.failed", { count: sheet.failed })}</span>
              ) : null}
              <span className="text-sm text-text-3">
                <Time at={sheet.createdAt} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
