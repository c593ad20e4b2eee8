"use client";

import { useMutation } from "@tanstack/react-query";
import { ImageIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { toView } from "@/components/ui/error-notice";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import { formatElapsed } from "@/lib/format";
import type { Generation } from "@/lib/generations/view";
import { errorTexts, useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { proveService } from "@/lib/services/actions";
import type { Snapshot } from "@/lib/services/snapshot";
import type { ServiceDetail } from "@/lib/services/view";
import { useServiceScope } from "./use-live";

interface FirstPictureCardProps {
  service: ServiceDetail;
  proof: Snapshot["firstPicture"];
  pictures: readonly Generation[];
}

/** Whether a real picture came out: the proof of this version, or the latest picture that anybody made. */
export function FirstPictureCard({ service, proof, pictures }: FirstPictureCardProps) {
  const t = useT();
  const made = pictures.find(({ taskId }) => taskId === proof?.taskId);
  const latest = pictures[0];
  const isRunning = serviceCan.call(service).allowed;
  if (!proof && !latest && !isRunning) return null;
  if (proof && proof.state !== "made") return <Proof service={service} proof={proof} />;
  if (!latest && !made)
    return (
      <Card title={t("services.proof.title")} description={t("services.proof.offer")}>
        <ProveButton service={service} />
      </Card>
    );
  const isProof = made !== undefined && (latest === undefined || latest.taskId === made.taskId);
  return <PictureCard picture={latest ?? made} title={t(isProof ? "services.proof.made" : "services.latestPicture")} />;
}

function Proof({ service, proof }: { service: ServiceDetail; proof: NonNullable<Snapshot["firstPicture"]> }) {
  const t = useT();
  if (proof.state === "failed") {
    const code = proof.error?.code ?? "";
    return (
      <Callout
        tone="bad"
        role="alert"
        title={t("services.proof.failed")}
        actions={<ProveButton service={service} again />}
      >
        <p>
          {t.maybe(`services.proof.error.${code}`) ??
            t.maybe(`errors.${code}.title`) ??
            t("services.proof.answered", { code })}{" "}
          {t("services.proof.attempts", { count: proof.attempts })} · <Time at={proof.updatedAt} />
        </p>
        {proof.error?.message ? (
          <blockquote className="mt-2 wrap-anywhere rounded-md bg-surface px-3 py-2 font-mono text-sm text-text">
            {proof.error.message}
          </blockquote>
        ) : null}
      </Callout>
    );
  }
  return (
    <Card title={t("services.proof.title")}>
      <p className="flex items-center gap-2 text-text-2" role="status">
        <span aria-hidden="true" className="size-2 animate-pulse-slow rounded-full bg-info-solid" />
        {t(`services.proof.${proof.state === "waiting" ? "waiting" : "making"}`)}
      </p>
    </Card>
  );
}

function ProveButton({ service, again }: { service: ServiceDetail; again?: boolean }) {
  const t = useT();
  const { connectionId, name, rights } = useServiceScope();
  const prove = useMutation({
    mutationFn: async () => unwrap(await proveService({ connectionId, name })),
    onSuccess: () => toast.info(t("services.proof.asked")),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });
  const permission = serviceCan.call(service);
  const refusal = !rights.generate
    ? t("services.actions.needsRight")
    : permission.allowed
      ? undefined
      : t(`status.reason.${permission.reason}`);
  return (
    <Button
      size={again ? "sm" : undefined}
      icon={<ImageIcon aria-hidden="true" />}
      loading={prove.isPending}
      disabledReason={refusal}
      onClick={() => prove.mutate()}
    >
      {t(again ? "services.proof.again" : "services.proof.prove")}
    </Button>
  );
}

function PictureCard({ picture, title }: { picture: Generation | undefined; title: string }) {
  const t = useT();
  const locale = useLocale();
  const { name } = useServiceScope();
  const first = picture?.pictures[0];
  if (!picture || !first || first.isNsfw) return null;
  return (
    <Card title={title} actions={<TextLink href={paths.playground(name)}>{t("services.openPlayground")}</TextLink>}>
      <div className="flex items-start gap-4">
        {/* biome-ignore lint/performance/noImgElement: a signed address of the bucket, valid for an hour */}
        <img src={first.url} alt={picture.input.prompt} className="size-28 rounded-md bg-hover object-cover" />
        <div className="grid min-w-0 gap-1 text-sm text-text-2">
          <p className="line-clamp-4 wrap-anywhere">{picture.input.prompt}</p>
          <p className="text-text-3 tabular-nums">
            {picture.elapsedMs === undefined ? null : `${formatElapsed(picture.elapsedMs, locale)} · `}
            <Time at={picture.createdAt} />
          </p>
        </div>
      </div>
    </Card>
  );
}
