"use client";

import type { ReactNode } from "react";
import { AppError, type ErrorView, toErrorView } from "@/lib/errors";

import { errorTexts, ruleText, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { Button } from "./button";
import { Callout } from "./callout";
import { HelpLink } from "./help-link";

interface ErrorNoticeProps {
  error: ErrorView;
  /** Offered as "Try again" when the error is retryable. */
  onRetry?: () => void;
  retrying?: boolean;
  /** Further ways out. */
  actions?: ReactNode;
  className?: string;
}

/** What went wrong, what to do next, and under "Details" the other side's own words. */
export function ErrorNotice({ error, onRetry, retrying, actions, className }: ErrorNoticeProps) {
  const t = useT();
  const { title, hint } = errorTexts(t, error);
  const reason = ruleText(t, error);
  const retry =
    onRetry && error.retryable ? (
      <Button size="sm" onClick={onRetry} loading={retrying}>
        {t("common.retry")}
      </Button>
    ) : null;
  return (
    <Callout
      tone="bad"
      role="alert"
      title={title}
      className={className}
      actions={
        retry || actions ? (
          <>
            {retry}
            {actions}
          </>
        ) : null
      }
    >
      <p>
        {reason ?? hint} {reason ? null : <HelpLink href={paths.help("console", error.code)} about={title} />}
      </p>
      <ErrorDetails error={error} />
    </Callout>
  );
}

/** The vendor's code, message and request id, folded away. */
export function ErrorDetails({ error }: { error: ErrorView }) {
  const t = useT();
  const { vendor, logId } = error;
  const rows = [
    [t("common.errorDetails.code"), vendor?.code],
    [t("common.errorDetails.message"), vendor?.message],
    [t("common.errorDetails.status"), vendor?.status?.toString()],
    [t("common.errorDetails.requestId"), vendor?.requestId],
    [t("common.errorDetails.logId"), logId],
  ].filter((row): row is [string, string] => Boolean(row[1]));
  if (rows.length === 0) return null;
  return (
    <details className="mt-1.5 text-sm">
      <summary className="w-fit rounded-sm">{t("common.details")}</summary>
      <dl className="mt-1.5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt>{label}</dt>
            <dd className="wrap-anywhere font-mono text-text">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Any thrown value as something ErrorNotice can show; an unknown one says no more than `internal`. */
export function toView(error: unknown): ErrorView {
  return toErrorView(error instanceof AppError ? error : new AppError("internal", { retryable: true }));
}
