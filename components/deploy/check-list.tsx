"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorDetails, ErrorNotice, toView } from "@/components/ui/error-notice";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { errorTexts, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { applyCors } from "@/lib/oss/actions";
import type { CheckResult } from "@/lib/prerequisites/types";
import { unwrap } from "@/lib/result";

const LOOK = {
  ok: { Icon: CircleCheck, color: "text-ok" },
  warning: { Icon: TriangleAlert, color: "text-warn" },
  failed: { Icon: OctagonAlert, color: "text-bad" },
} as const;

interface CheckListProps {
  label: string;
  results: readonly CheckResult[];
  bucket?: string;
  origin?: string;
  onRepaired?: () => void;
}

export function CheckList({ label, results, ...repair }: CheckListProps) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {results.map((result) => (
        <CheckRow key={result.id} result={result} {...repair} />
      ))}
    </ul>
  );
}

/** Good ones are one line; others show the reason, the other side's words and the repair. */
function CheckRow({
  result,
  bucket,
  origin,
  onRepaired,
}: { result: CheckResult } & Omit<CheckListProps, "label" | "results">) {
  const t = useT();
  const { Icon, color } = LOOK[result.state];
  const key = `checks.${result.id}`;
  const sentences = sentencesOf(t, result);
  return (
    <li className="flex gap-3 px-4 py-2.5">
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", color)} />
      <div className="grid min-w-0 flex-1 gap-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="font-medium">
            {t.maybe(`${key}.title`)}
            <VisuallyHidden> {t(`deploy.check.state.${result.state}`)}</VisuallyHidden>
          </p>
          <p className="font-mono text-text-3 text-xs">
            {t("checks.calls", { calls: result.calls.join(", "), ms: Math.round(result.elapsedMs) })}
          </p>
        </div>
        {sentences.map((sentence) => (
          <p key={sentence} className="wrap-anywhere text-sm text-text-2">
            {sentence}
          </p>
        ))}
        {result.error ? <ErrorDetails error={result.error} /> : null}
        {result.policy ? (
          <div className="mt-1 grid justify-items-start gap-1.5">
            <p className="text-sm text-text-2">{t("checks.fix.policyHint")}</p>
            <CopyButton text={result.policy} label={t("checks.fix.policy")} />
          </div>
        ) : null}
        {result.fix === "apply_cors" && bucket && origin ? (
          <ApplyCors bucket={bucket} origin={origin} onRepaired={onRepaired} />
        ) : null}
      </div>
    </li>
  );
}

function ApplyCors({ bucket, origin, onRepaired }: { bucket: string; origin: string; onRepaired?: () => void }) {
  const t = useT();
  const apply = useMutation({
    mutationFn: async () => unwrap(await applyCors({ bucket, origin })),
    onSuccess: onRepaired,
  });
  return (
    <div className="mt-1 grid justify-items-start gap-2">
      <Button size="sm" loading={apply.isPending} onClick={() => apply.mutate()}>
        {t("checks.fix.apply_cors")}
      </Button>
      {apply.error ? <ErrorNotice error={toView(apply.error)} /> : null}
    </div>
  );
}

/** A refusal says what it means for the deployment; anything else that went wrong says what went wrong. */
function sentencesOf(t: Translate, { id, state, error, params }: CheckResult): string[] {
  if (error && !/^(permission_denied|invalid_credentials|not_found)$/.test(error.code)) {
    const { title, hint } = errorTexts(t, error);
    return [title, hint];
  }
  const key = `checks.${id}`;
  const sentence =
    (error && t.maybe(`${key}.error`, params)) ??
    t.maybe(`${key}.${state}`, params) ??
    t.maybe(`${key}.failed`, params);
  return sentence ? [sentence] : [];
}
