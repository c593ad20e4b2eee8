"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { KeyValueList } from "@/components/ui/key-value-list";
import { deleteDraft } from "@/lib/drafts/actions";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { type Draft, DraftSchema } from "@/lib/service-config/draft";
import { lintConfig } from "@/lib/service-config/lint";
import type { MachineFacts } from "@/lib/service-config/machine";
import { summarizeDraft } from "@/lib/service-config/summary";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { createService } from "@/lib/services/actions";
import { serviceQueries } from "@/lib/services/queries";
import { LintList } from "./lint-list";
import { StepFooter } from "./step-footer";
import type { StepProps } from "./step-props";
import type { ModelWork } from "./use-model";

export function ReviewStep({
  connection,
  draft,
  goTo,
  draftId,
  model,
}: StepProps & { draftId: string; model: ModelWork }) {
  const t = useT();
  const router = useRouter();
  const client = useQueryClient();
  const machines = useQuery(serviceQueries.machineSpecs(connection.id));
  const services = useQuery(serviceQueries.list(connection.id));
  const parsed = DraftSchema.safeParse(draft);
  const machine = machines.data?.find(({ instanceType }) => instanceType === draft.service?.instanceType);
  const config = parsed.success && machines.data ? toConfigJson(toEasConfig(parsed.data, machine)) : undefined;
  const deploy = useMutation({
    mutationFn: async (text: string) =>
      unwrap(
        await createService({
          connectionId: connection.id,
          config: text,
          workspaceId: draft.service?.workspaceId || undefined,
        }),
      ),
    onSuccess: async ({ name }) => {
      // What was known of a service of this name before is no longer true.
      client.removeQueries({ queryKey: serviceQueries.live(connection.id, name).queryKey });
      // A draft that stays behind costs nothing; a deployment must not fail for it.
      await deleteDraft({ id: draftId }).catch(() => undefined);
      router.push(paths.service(name));
    },
  });
  const done = deploy.isPending || deploy.isSuccess;
  const findings = lintConfig(draft, {
    // Once it is created the name is taken: by this very service.
    takenNames: done ? [] : services.data?.items.map(({ name }) => name),
    machines: machines.data,
  });
  // While it is being uploaded the button says so itself.
  const shown = findings.filter(({ code }) => code !== "model_incomplete" || !model.uploading);
  const errors = shown.filter(({ level }) => level === "error").length;
  const blocked = model.uploading
    ? t("deploy.review.waitForUpload", { detail: model.detail ?? "" })
    : errors > 0
      ? t("deploy.service.repairFirst", { count: errors })
      : config
        ? undefined
        : t("deploy.check.wait");

  if (machines.error) return <ErrorNotice error={toView(machines.error)} onRetry={() => void machines.refetch()} />;
  return (
    <>
      {parsed.success ? <Sentence draft={parsed.data} machine={machine} /> : null}
      <LintList findings={shown} />
      {parsed.success ? <Facts draft={parsed.data} machine={machine} /> : null}
      {config ? <CodeBlock code={config} label={t("deploy.review.json")} maxHeight="28rem" /> : null}
      {deploy.error ? (
        <ErrorNotice error={toView(deploy.error)} onRetry={() => config && deploy.mutate(config)} />
      ) : null}
      <StepFooter
        onBack={() => goTo("service")}
        next={{
          label: t("deploy.review.deploy"),
          loading: done,
          disabledReason: done ? undefined : blocked,
          onClick: () => config && deploy.mutate(config),
        }}
      />
    </>
  );
}

/** What will happen when the button is pressed, in words a person who pays understands. */
function Sentence({ draft, machine }: { draft: Draft; machine: MachineFacts | undefined }) {
  const t = useT();
  const summary = summarizeDraft(draft, machine);
  return (
    <Callout title={t("deploy.review.sentenceTitle")}>
      <p>
        {t(summary.isCharged ? "deploy.review.sentence" : "deploy.review.sentenceIdle", {
          count: summary.instances,
          name: summary.name,
          gpu: summary.gpu?.model ?? summary.instanceType,
          region: summary.region,
          result: summary.resultUri,
        })}
      </p>
    </Callout>
  );
}

function Facts({ draft, machine }: { draft: Draft; machine: MachineFacts | undefined }) {
  const t = useT();
  const locale = useLocale();
  const summary = summarizeDraft(draft, machine);
  const yesNo = (on: boolean) => (on ? t("common.yes") : t("common.no"));
  return (
    <Card level={3} title={t("deploy.review.facts")}>
      <KeyValueList
        items={[
          { label: t("deploy.service.name"), value: summary.name, mono: true },
          {
            label: t("deploy.service.instanceType"),
            value: [summary.gpu?.model, summary.instanceType].filter(Boolean).join(" · "),
          },
          { label: t("deploy.service.func"), value: t(`deploy.service.${summary.func}`) },
          { label: t("deploy.service.mode"), value: t(`deploy.service.${summary.mode}`) },
          { label: t("deploy.service.blade"), value: yesNo(summary.blade) },
          { label: t("deploy.service.translate"), value: yesNo(summary.translate) },
          {
            label: t("deploy.summary.model"),
            value: [
              summary.modelUri,
              summary.modelSizeBytes === undefined ? undefined : formatBytes(summary.modelSizeBytes, locale),
            ]
              .filter(Boolean)
              .join(" · "),
          },
          { label: t("deploy.service.resultPath"), value: summary.resultUri, mono: true },
          { label: t("deploy.service.image"), value: summary.image, mono: true },
        ]}
      />
    </Card>
  );
}
