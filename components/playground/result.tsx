"use client";

import { ExternalLink, ImageOff, Images, RotateCcw } from "lucide-react";
import { useEffect, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice } from "@/components/ui/error-notice";
import { KeyValueList } from "@/components/ui/key-value-list";
import { Spinner } from "@/components/ui/spinner";
import { Time } from "@/components/ui/time";
import { formatElapsed, formatNumber } from "@/lib/format";
import type { Generation } from "@/lib/generations/view";
import { useLocale, useT } from "@/lib/i18n/react";
import { serviceErrorKey } from "@/lib/playground/answer";
import type { Job } from "./use-generate";

/** Asked for from another page or by somebody else: by then every service has answered or given up. */
const STILL_MAKING_MS = 10 * 60_000;

interface ResultProps {
  generation: Generation | undefined;
  jobs: readonly Job[];
  onRecall: (generation: Generation) => void;
}

export function Result({ generation, jobs, onRecall }: ResultProps) {
  const t = useT();
  const running = jobs.find(({ state }) => state === "running");
  return (
    <section aria-label={t("playground.result")} className="grid min-w-0 gap-4">
      {generation ? null : running ? (
        <Working job={running} waiting={jobs.length - 1} />
      ) : (
        <div className="rounded-lg border border-line border-dashed">
          <EmptyState icon={<Images />} title={t("playground.empty.title")} description={t("playground.empty.text")} />
        </div>
      )}
      {generation && running ? (
        <p className="flex items-center gap-2 text-sm text-text-2">
          <Spinner /> {t("playground.working", { count: jobs.length })}
        </p>
      ) : null}
      {generation ? <Outcome key={generation.id} generation={generation} onRecall={onRecall} /> : null}
      <p className="sr-only" role="status">
        {running ? t("playground.working", { count: jobs.length }) : generation ? t("playground.ready") : ""}
      </p>
    </section>
  );
}

function Working({ job, waiting }: { job: Job; waiting: number }) {
  const t = useT();
  const locale = useLocale();
  const { startedAt } = job;
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    if (!startedAt) return;
    const tick = () => setElapsed(Date.now() - startedAt);
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [startedAt]);
  return (
    <div
      className="grid max-h-[70dvh] w-full place-items-center rounded-lg border border-line bg-hover"
      style={{ aspectRatio: `${job.input.width} / ${job.input.height}` }}
    >
      <div className="grid justify-items-center gap-2 text-text-2">
        <Spinner />
        <span className="tabular-nums">{formatElapsed(elapsed, locale)}</span>
        {waiting > 0 ? <span className="text-sm">{t("playground.waiting", { count: waiting })}</span> : null}
      </div>
    </div>
  );
}

function Outcome({ generation, onRecall }: { generation: Generation; onRecall: (generation: Generation) => void }) {
  const t = useT();
  const { serviceError, error, pictures, status, createdAt } = generation;
  const [now] = useState(Date.now);
  const again = (
    <Button size="sm" icon={<RotateCcw aria-hidden="true" />} onClick={() => onRecall(generation)}>
      {t("playground.recall")}
    </Button>
  );
  if (serviceError) {
    return (
      <Callout
        tone="bad"
        role="alert"
        title={t(serviceErrorKey(serviceError), { code: serviceError.code, message: serviceError.message })}
        actions={again}
      >
        <p className="wrap-anywhere font-mono text-sm">
          {t("playground.serviceSays", { code: `${serviceError.code}` })} {serviceError.message}
        </p>
      </Callout>
    );
  }
  if (error) return <ErrorNotice error={error} actions={again} />;
  if (status === "running") {
    const isYoung = now - Date.parse(createdAt) < STILL_MAKING_MS;
    return <Callout title={t(isYoung ? "playground.stillMaking" : "playground.lost")} actions={again} />;
  }
  if (pictures.length === 0) return <Callout tone="warn" title={t("playground.noPicture")} actions={again} />;
  return (
    <>
      {pictures.map((picture) => (
        <Picture key={picture.key} picture={picture} generation={generation} />
      ))}
      <Facts generation={generation} onRecall={onRecall} />
    </>
  );
}

function Picture({ picture, generation }: { picture: Generation["pictures"][number]; generation: Generation }) {
  const t = useT();
  const [failed, setFailed] = useState(false);
  const { width, height, prompt } = generation.input;
  if (failed) {
    return (
      <Callout tone="warn" title={t("playground.unreadable")}>
        <code className="break-all">{`oss://${picture.bucket}/${picture.key}`}</code>
      </Callout>
    );
  }
  return (
    <figure className="grid gap-2">
      {picture.isNsfw ? (
        <figcaption className="flex items-center gap-2 text-warn">
          <ImageOff aria-hidden="true" className="size-4" />
          {t("playground.nsfw")}
        </figcaption>
      ) : null}
      {/* Signed for an hour and shown once: an optimiser on our server would only carry the bytes a second time. */}
      {/* biome-ignore lint/performance/noImgElement: see above */}
      <img
        src={picture.url}
        alt={prompt}
        width={width}
        height={height}
        onError={() => setFailed(true)}
        className="h-auto max-h-[70dvh] w-auto max-w-full justify-self-center rounded-lg bg-hover"
      />
    </figure>
  );
}

function Facts({ generation, onRecall }: { generation: Generation; onRecall: (generation: Generation) => void }) {
  const t = useT();
  const locale = useLocale();
  const { input, seed, elapsedMs, useBlade, promptDrawn, createdAt, pictures } = generation;
  const translated = promptDrawn && promptDrawn !== input.prompt ? promptDrawn : undefined;
  const items = [
    { label: t("playground.prompt"), value: input.prompt },
    translated && { label: t("playground.sentAs"), value: translated },
    input.negativePrompt && { label: t("playground.negativePrompt"), value: input.negativePrompt },
    {
      label: t("playground.seed"),
      value: (
        <span className="inline-flex items-center gap-1">
          <span className="break-all font-mono">{seed}</span>
          {seed ? <CopyButton text={seed} label={t("playground.copySeed")} iconOnly /> : null}
        </span>
      ),
    },
    {
      label: t("playground.settings"),
      value: t("playground.settingsText", {
        size: `${input.width} × ${input.height}`,
        steps: input.steps,
        cfg: formatNumber(input.cfgScale, locale, 1),
      }),
    },
    { label: t("playground.made"), value: <Time at={createdAt} /> },
  ].filter((item) => typeof item === "object");
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-2">
        {elapsedMs === undefined ? null : (
          <Badge>{t("playground.seconds", { seconds: formatNumber(elapsedMs / 1000, locale, 1) })}</Badge>
        )}
        <Badge tone={useBlade ? "ok" : "neutral"}>{t(useBlade ? "playground.bladeOn" : "playground.bladeOff")}</Badge>
        <span className="ml-auto flex flex-wrap gap-2">
          <Button size="sm" icon={<RotateCcw aria-hidden="true" />} onClick={() => onRecall(generation)}>
            {t("playground.recall")}
          </Button>
          {pictures[0] ? (
            <a
              href={pictures[0].url}
              target="_blank"
              rel="noreferrer"
              className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-sm hover:bg-hover"
            >
              <ExternalLink aria-hidden="true" className="size-4" />
              {t("playground.open")}
            </a>
          ) : null}
        </span>
      </div>
      <KeyValueList items={items} />
    </div>
  );
}
