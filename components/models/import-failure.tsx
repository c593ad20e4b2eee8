"use client";

import type { ReactNode } from "react";
import { Callout } from "@/components/ui/callout";
import { ErrorDetails } from "@/components/ui/error-notice";
import type { ErrorView } from "@/lib/errors";
import { errorTexts, ruleText, useT } from "@/lib/i18n/react";

/** Why an import stopped. What its source did says more than the kind of the error, which is meant for the cloud's answers. */
export function ImportFailure({ error, actions }: { error: ErrorView; actions?: ReactNode }) {
  const t = useT();
  const { title, hint } = errorTexts(t, error);
  const reason = ruleText(t, error);
  return (
    <Callout tone="bad" role="alert" title={reason ? t("imports.list.stopped") : title} actions={actions}>
      <p>{reason ?? hint}</p>
      <ErrorDetails error={error} />
    </Callout>
  );
}
