"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleHelp, OctagonAlert, RotateCw, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { buttonClass } from "@/components/ui/button-styles";
import { cn } from "@/components/ui/cn";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorDetails, ErrorNotice, toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { IconButton } from "@/components/ui/icon-button";
import { TextLink } from "@/components/ui/text-link";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { help } from "@/lib/guides/help";
import { errorTexts, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { applyCors } from "@/lib/library/actions";
import { paths } from "@/lib/paths";
import type { CheckId, CheckResult } from "@/lib/prerequisites/types";
import { unwrap } from "@/lib/result";

const LOOK = {
  ok: { Icon: CircleCheck, color: "text-ok" },
  unknown: { Icon: CircleHelp, color: "text-text-3" },
  warning: { Icon: TriangleAlert, color: "text-warn" },
  failed: { Icon: OctagonAlert, color: "text-bad" },
} as const;

interface CheckListProps {
  label: string;
  results: readonly CheckResult[];
  region: string;
  /** Tries that one again. */
  onRecheck: (id: CheckId) => Promise<unknown>;
  bucket?: string;
  origin?: string;
}

export function CheckList({ label, results, ...rest }: CheckListProps) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {results.map((result) => (
        <CheckRow key={result.id} result={result} {...rest} />
      ))}
    </ul>
  );
}

/** Good ones are one line; others show the reason, the other side's words and the repair. */
function CheckRow({
  result,
  region,
  bucket,
  origin,
  onRecheck,
}: { result: CheckResult } & Omit<CheckListProps, "label" | "results">) {
  const t = useT();
  const { Icon, color } = LOOK[result.state];
  const key = `checks.${result.id}`;
  const sentences = sentencesOf(t, result);
  const again = useMutation({ mutationFn: onRecheck });
  const title = t.maybe(`${key}.title`) ?? result.id;
  const isBad = result.state === "failed" || result.state === "warning";
  return (
    <li className="flex gap-3 px-4 py-2.5">
      <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", color)} />
      <div className="grid min-w-0 flex-1 gap-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="font-medium">
            {title}
            <VisuallyHidden> {t(`deploy.check.state.${result.state}`)}</VisuallyHidden>
          </p>
          <div className="flex items-start gap-1">
            <Calls result={result} />
            <IconButton
              size="sm"
              label={t("checks.recheck", { what: title })}
              icon={<RotateCw aria-hidden="true" />}
              loading={again.isPending}
              onClick={() => again.mutate(result.id)}
            />
          </div>
        </div>
        {sentences.map((sentence) => (
          <p key={sentence} className="wrap-anywhere text-sm text-text-2">
            {sentence}
          </p>
        ))}
        {isBad ? <Outlook id={result.id} /> : null}
        {result.state === "ok" ? null : <HelpLink href={help.check(result.id)} about={title} />}
        {result.error ? <ErrorDetails error={result.error} /> : null}
        {result.policy ? <Policy text={result.policy} /> : null}
        {result.fix === "open_pai" ? <OpenPai region={region} /> : null}
        {result.fix === "apply_cors" && bucket && origin ? (
          <ApplyCors bucket={bucket} origin={origin} onRepaired={() => again.mutate(result.id)} />
        ) : null}
      </div>
    </li>
  );
}

/** What comes of it if nothing is done, and who can do something; a policy says that for itself. */
function Outlook({ id }: { id: CheckId }) {
  const t = useT();
  const sentences = [t.maybe(`checks.${id}.later`), t.maybe(`checks.${id}.who`)].filter((one) => one !== undefined);
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence} className="text-sm text-text-2">
          {sentence}
        </p>
      ))}
      {id === "bucket_objects" ? (
        <p className="text-sm">
          <TextLink href={paths.settings("connections")}>{t("checks.fix.connections")}</TextLink>
        </p>
      ) : null}
    </>
  );
}

/** What was called, and on demand the ids by which the vendor finds the requests again. */
function Calls({ result: { calls, elapsedMs, requestIds } }: { result: CheckResult }) {
  const t = useT();
  const line = t("checks.calls", { calls: calls.join(", "), ms: Math.round(elapsedMs) });
  if (requestIds.length === 0) return <p className="font-mono text-text-3 text-xs leading-7">{line}</p>;
  return (
    <details className="font-mono text-text-3 text-xs">
      <summary className="w-fit cursor-pointer rounded-sm leading-7 sm:ml-auto">{line}</summary>
      <dl className="mt-1 sm:text-right">
        <dt className="font-sans">{t("common.errorDetails.requestId")}</dt>
        {requestIds.map((id) => (
          <dd key={id} className="wrap-anywhere text-text-2">
            {id}
          </dd>
        ))}
      </dl>
    </details>
  );
}

/** Whoever administers the account gives it to the RAM user whose key is in use. */
function Policy({ text }: { text: string }) {
  const t = useT();
  return (
    <div className="mt-1 grid justify-items-start gap-1.5">
      <p className="text-sm text-text-2">{t("checks.fix.policyHint")}</p>
      <details className="w-full min-w-0 text-sm">
        <summary className="cursor-pointer text-text-2">{t("checks.fix.policyShow")}</summary>
        <CodeBlock code={text} label={t("checks.fix.policyName")} copyLabel={t("common.copy")} maxHeight="16rem" />
      </details>
      <CopyButton text={text} label={t("checks.fix.policy")} />
    </div>
  );
}

function OpenPai({ region }: { region: string }) {
  const t = useT();
  return (
    <a
      className={buttonClass({ size: "sm", className: "mt-1 justify-self-start" })}
      href={`https://pai.console.aliyun.com/?regionId=${encodeURIComponent(region)}`}
      target="_blank"
      rel="noreferrer"
    >
      {t("checks.fix.open_pai")}
    </a>
  );
}

function ApplyCors({ bucket, origin, onRepaired }: { bucket: string; origin: string; onRepaired: () => void }) {
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
    (typeof params.reason === "string" ? t.maybe(`${key}.${params.reason}`, params) : undefined) ??
    (error && t.maybe(`${key}.error`, params)) ??
    t.maybe(`${key}.${state}`, params) ??
    t.maybe(`${key}.failed`, params);
  return sentence ? [sentence] : [];
}
