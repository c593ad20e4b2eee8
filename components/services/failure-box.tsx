"use client";

import { Callout } from "@/components/ui/callout";
import { LinkButton } from "@/components/ui/link-button";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import type { Snapshot } from "@/lib/services/snapshot";

/** What happened, why we think so, what to do. */
export function FailureBox({ failure, name }: { failure: NonNullable<Snapshot["failure"]>; name: string }) {
  const t = useT();
  const { code, params, proof, retrying } = failure;
  return (
    <Callout
      tone={retrying ? "warn" : "bad"}
      role="alert"
      title={t.maybe(`reasons.${code}.title`, params) ?? proof.text}
      actions={
        <LinkButton size="sm" href={paths.serviceLogs(name)}>
          {t("services.failure.openLog")}
        </LinkButton>
      }
    >
      <p>
        {t.maybe(`reasons.${code}.next`, params)} {t(retrying ? "reasons.retrying" : "reasons.gaveUp")}
      </p>
      <figure className="mt-2 grid gap-1">
        <figcaption className="text-sm">{t(`reasons.source.${proof.source}`)}</figcaption>
        <blockquote className="overflow-x-auto whitespace-pre-wrap wrap-anywhere rounded-md bg-surface px-3 py-2 font-mono text-sm text-text">
          {proof.text}
        </blockquote>
      </figure>
    </Callout>
  );
}
