"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { CopyButton } from "@/components/ui/copy-button";
import { HelpLink } from "@/components/ui/help-link";
import { LinkButton } from "@/components/ui/link-button";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { serviceCan } from "@/lib/eas/service-can";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { policyFor } from "@/lib/prerequisites/policy";
import { actionsFor, fieldFor, type ReasonAction } from "@/lib/services/failure-advice";
import type { Snapshot } from "@/lib/services/snapshot";
import type { ServiceDetail } from "@/lib/services/view";
import type { Verb } from "./confirm-verb";
import { ConfirmVerb, refusalText } from "./service-actions";
import { useServiceScope } from "./use-live";

type Failure = NonNullable<Snapshot["failure"]>;

/** What happened, why we think so, what to do. */
export function FailureBox({ failure, service }: { failure: Failure; service: ServiceDetail }) {
  const t = useT();
  const [asked, setAsked] = useState<Verb | null>(null);
  const { code, params, proof, retrying, serving, facts } = failure;
  const outlook = serving ? "reasons.serving" : retrying ? "reasons.retrying" : "reasons.gaveUp";
  return (
    <Callout
      tone={retrying || serving ? "warn" : "bad"}
      role="alert"
      title={t.maybe(`reasons.${code}.title`, params) ?? proof.text}
      actions={actionsFor(code).map((action, index) => (
        <AdviceButton
          key={action}
          code={code}
          action={action}
          isFirst={index === 0}
          service={service}
          onAsk={setAsked}
        />
      ))}
    >
      <p>
        {t.maybe(`reasons.${code}.next`, params)} {code === "unknown" ? null : t(outlook)}{" "}
        <HelpLink href={help.reason(code)} about={t.maybe(`reasons.${code}.title`, params) ?? proof.text} />
      </p>
      <StillServing service={service} />
      {(facts ?? [proof]).map((one) => (
        <ProofFigure key={`${one.source}${one.text}`} proof={one} />
      ))}
      {asked ? <ConfirmVerb verb={asked} service={service} onClose={() => setAsked(null)} /> : null}
    </Callout>
  );
}

/** An update that does not get on keeps nobody from the version before, and can be taken back. */
function StillServing({ service: { status, version, name } }: { service: ServiceDetail }) {
  const t = useT();
  if (status !== "Updating" || version.current === version.latest) return null;
  return (
    <p>
      {t("reasons.oldVersionServes", { version: version.current })}{" "}
      <TextLink href={paths.serviceVersions(name)}>{t("reasons.toVersions")}</TextLink>
    </p>
  );
}

function ProofFigure({ proof }: { proof: Failure["proof"] }) {
  const t = useT();
  return (
    <figure className="mt-2 grid gap-1">
      <figcaption className="flex flex-wrap gap-x-2 text-sm">
        {t(`reasons.source.${proof.source}`)}
        {proof.time ? <Time at={proof.time} className="text-text-3" /> : null}
      </figcaption>
      <blockquote className="max-h-60 overflow-auto whitespace-pre-wrap wrap-anywhere rounded-md bg-surface px-3 py-2 font-mono text-sm text-text">
        {proof.text}
      </blockquote>
    </figure>
  );
}

interface AdviceButtonProps {
  code: Failure["code"];
  action: ReasonAction;
  isFirst: boolean;
  service: ServiceDetail;
  onAsk: (verb: Verb) => void;
}

function AdviceButton({ code, action, isFirst, service, onAsk }: AdviceButtonProps) {
  const t = useT();
  const { rights } = useServiceScope();
  const label = t(`reasons.action.${action}`);
  const variant = isFirst ? "primary" : "secondary";
  const mount = service.mounts.find(({ mountPath }) => mountPath === "/oss")?.path ?? "";
  const [, bucket, prefix] = /^oss:\/\/([a-z0-9-]+)[^/]*\/*(.*)$/.exec(mount) ?? [];
  switch (action) {
    case "restart":
    case "start":
    case "stop": {
      const reason = refusalText(t, rights.write, serviceCan[action](service));
      return (
        <Button size="sm" variant={variant} disabledReason={reason} onClick={() => onAsk(action)}>
          {label}
        </Button>
      );
    }
    case "copy_policy":
      return <CopyButton size="sm" variant={variant} label={label} text={policyFor("bucket_objects", bucket)} />;
    case "check_model":
      return bucket ? (
        <LinkButton size="sm" variant={variant} href={paths.bucket(bucket, prefix)}>
          {label}
        </LinkButton>
      ) : null;
    case "open_log":
      return (
        <LinkButton size="sm" variant={variant} href={paths.serviceLogs(service.name)}>
          {label}
        </LinkButton>
      );
    case "open_previous_log":
      return (
        <LinkButton size="sm" variant={variant} href={paths.serviceLogs(service.name, "previous")}>
          {label}
        </LinkButton>
      );
    case "change_instance":
    case "edit_config": {
      const field = action === "change_instance" ? "instance" : fieldFor(code);
      return (
        <LinkButton size="sm" variant={variant} href={paths.serviceConfiguration(service.name, field)}>
          {label}
        </LinkButton>
      );
    }
    case "scale":
      return (
        <LinkButton size="sm" variant={variant} href={paths.serviceScaling(service.name)}>
          {label}
        </LinkButton>
      );
    default:
      return action satisfies never;
  }
}
