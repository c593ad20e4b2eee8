"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { useT } from "@/lib/i18n/react";

interface StepFooterProps {
  onBack?: () => void;
  next: { label: string; disabledReason?: string; loading?: boolean; onClick?: () => void; submit?: boolean };
  children?: ReactNode;
}

/** The way on is always at the same place; why it is closed stands beside it in words. */
export function StepFooter({ onBack, next, children }: StepFooterProps) {
  const t = useT();
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-2 border-line border-t pt-4">
      {next.disabledReason ? (
        <p className="mr-auto min-w-0 text-sm text-text-2 max-sm:w-full" aria-hidden="true">
          {next.disabledReason}
        </p>
      ) : null}
      {children}
      {onBack ? <Button onClick={onBack}>{t("common.back")}</Button> : null}
      <Button
        variant="primary"
        type={next.submit ? "submit" : "button"}
        loading={next.loading}
        disabledReason={next.disabledReason}
        onClick={next.onClick}
      >
        {next.label}
      </Button>
    </div>
  );
}
