"use client";

import { AppError, type ErrorCode } from "@/lib/errors";
import { errorTexts, useRenderedAt, useT } from "@/lib/i18n/react";
import { cn } from "./cn";
import { ErrorNotice, toView } from "./error-notice";
import { Time } from "./time";

interface QueryNoticeProps {
  query: {
    data: unknown;
    error: Error | null;
    dataUpdatedAt: number;
    refetch: () => unknown;
    isRefetching: boolean;
  };
  className?: string;
}

/**
 * What is to be said of a query that failed: one quiet line over data that was read before, for a reason that passes, since
 * it is asked again by itself; else the error.
 */
export function QueryNotice({ query, className }: QueryNoticeProps) {
  const { data, error, dataUpdatedAt, refetch, isRefetching } = query;
  const renderedAt = useRenderedAt();
  if (!error) return null;
  if (data !== undefined && error instanceof AppError && error.retryable)
    return <StaleLine code={error.code} at={dataUpdatedAt || renderedAt} className={className} />;
  return (
    <ErrorNotice error={toView(error)} onRetry={() => void refetch()} retrying={isRefetching} className={className} />
  );
}

interface StaleLineProps {
  code: ErrorCode;
  /** When what is shown was read. */
  at: string | number;
  className?: string;
}

/** What is shown is old, since when and why. */
export function StaleLine({ code, at, className }: StaleLineProps) {
  const t = useT();
  return (
    <p role="status" className={cn("text-sm text-warn", className)}>
      {t("common.stale.asOf")} <Time at={at} exact />
      {t("common.stale.rest", { reason: errorTexts(t, { code, params: {} }).title })}
    </p>
  );
}
