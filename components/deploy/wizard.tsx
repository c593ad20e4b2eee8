"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { PageLoading } from "@/components/ui/page-loading";
import { Stepper } from "@/components/ui/stepper";
import type { ConnectionView } from "@/lib/connection";
import type { StoredDraft } from "@/lib/drafts/drafts";
import { help } from "@/lib/guides/help";
import { useT } from "@/lib/i18n/react";
import { DEPLOY_STEPS, type DeployStep, paths } from "@/lib/paths";
import { CheckStep } from "./check-step";
import { DraftSummary } from "./draft-summary";
import { StartOver } from "./start-over";
import { clampStep, reachable, stepState } from "./steps";
import { useDraft } from "./use-draft";
import { useModel } from "./use-model";

const ModelStep = dynamic(() => import("./model-step").then((module) => module.ModelStep), { loading: PageLoading });
const ServiceStep = dynamic(() => import("./service-step").then((module) => module.ServiceStep), {
  loading: PageLoading,
});
const ReviewStep = dynamic(() => import("./review-step").then((module) => module.ReviewStep), { loading: PageLoading });

interface WizardProps {
  connection: ConnectionView;
  stored: StoredDraft;
  step: DeployStep;
}

/** Each step is a URL; only the current one is mounted. A transfer lives here, above the steps, and goes on beneath them. */
export function Wizard({ connection, stored, step: wanted }: WizardProps) {
  const t = useT();
  const router = useRouter();
  const { draft, save, saveError } = useDraft(connection.id, connection.region, stored);
  const model = useModel({ connectionId: connection.id, draft, save });
  const progress = { uploading: model.uploading };
  const step = clampStep(wanted, draft, progress);
  const heading = useHeadingFocus(step);

  // However it was found: the address names it, for a reload and for the links that lead here from elsewhere. A redirect would
  // load the page a second time, under the hands of whoever has begun.
  useEffect(() => {
    const own = paths.deploy(wanted, stored.id);
    if (`${window.location.pathname}${window.location.search}` !== own) window.history.replaceState(null, "", own);
  }, [wanted, stored.id]);

  const goTo = (next: DeployStep) => router.push(paths.deploy(next, stored.id));
  const shared = { connection, draft, save, goTo };

  return (
    <Page>
      <PageHeader
        title={t("deploy.title")}
        description={
          <>
            {t("deploy.description")} <HelpLink href={help.topic("deploy")} about={t("deploy.title")} />
          </>
        }
        actions={<StartOver id={stored.id} onStartOver={model.clear} />}
      />
      <div className="grid items-start gap-6 md:grid-cols-[11rem_minmax(0,1fr)] xl:grid-cols-[12rem_minmax(0,1fr)_16rem]">
        <div className="md:sticky md:top-16">
          <Stepper
            label={t("deploy.steps")}
            current={step}
            steps={DEPLOY_STEPS.map((id) => ({
              id,
              title: t(`deploy.step.${id}`),
              state: stepState(id, draft, progress),
              detail: id === "model" ? model.detail : undefined,
              href: reachable(id, draft, progress) ? paths.deploy(id, stored.id) : undefined,
            }))}
          />
        </div>
        <section className="grid min-w-0 gap-5" aria-labelledby="step-heading">
          <h2 id="step-heading" ref={heading} tabIndex={-1} className="font-semibold text-base outline-none">
            {t(`deploy.heading.${step}`)}
          </h2>
          {saveError ? <ErrorNotice error={toView(saveError)} /> : null}
          {step === "check" ? <CheckStep {...shared} /> : null}
          {step === "model" ? <ModelStep {...shared} model={model} /> : null}
          {step === "service" ? <ServiceStep {...shared} /> : null}
          {step === "review" ? <ReviewStep {...shared} draftId={stored.id} model={model} /> : null}
        </section>
        <aside className="md:col-start-2 xl:sticky xl:top-16 xl:col-start-3" aria-label={t("deploy.summary.title")}>
          <DraftSummary connection={connection} draft={draft} />
        </aside>
      </div>
    </Page>
  );
}

/** A change of step takes the focus to its heading, so that keyboard and screen reader start there; the first paint does not. */
function useHeadingFocus(step: DeployStep) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    heading.current?.focus();
  }, [step]);
  return heading;
}
