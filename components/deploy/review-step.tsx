"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { EditorContext, useConfigEditor, useEditor } from "@/components/config/editor-context";
import { ExportsCard } from "@/components/config/exports-card";
import { FirstPictureSwitch } from "@/components/config/first-picture-switch";
import { IdleSwitch } from "@/components/config/idle-switch";
import { LintList } from "@/components/config/lint-list";
import { useConfigFacts } from "@/components/config/use-config-facts";
import { sourceText } from "@/components/models/import-source-text";
import { type Coming, useComing } from "@/components/models/use-coming";
import { expenseText } from "@/components/prices/price-text";
import { usePrices } from "@/components/prices/use-prices";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { KeyValueList } from "@/components/ui/key-value-list";
import { deleteDraft } from "@/lib/drafts/actions";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { paths } from "@/lib/paths";
import { wantedOf } from "@/lib/prices/wanted";
import { unwrap } from "@/lib/result";
import { asText } from "@/lib/service-config/config-view";
import { summarizeConfig } from "@/lib/service-config/summary";
import { createService } from "@/lib/services/actions";
import { serviceQueries } from "@/lib/services/queries";
import { useChecksAgain } from "./checks-again";
import { StepFooter } from "./step-footer";
import type { StepProps } from "./step-props";
import type { ModelWork } from "./use-model";

export function ReviewStep({
  connection,
  draft,
  save,
  goTo,
  draftId,
  model,
}: StepProps & { draftId: string; model: ModelWork }) {
  const t = useT();
  const deploy = useDeploy(connection.id, draftId);
  const [firstPicture, setFirstPicture] = useState(true);
  const done = deploy.isPending || deploy.isSuccess;
  const text = draft.config ?? "";
  const facts = useConfigFacts({ connection, text, draft, expected: draft.expected, isSent: done });
  const editor = useEditor({ text, setText: (config) => void save({ config }), facts });
  const { view } = editor;
  const workspaceId = asText(editor.get(["metadata", "workspace_id"]));
  const order = { connectionId: connection.id, config: text, workspaceId, source: draft.source, firstPicture };

  // While it is being uploaded the button says so itself.
  const shown = editor.findings.filter(({ code }) => code !== "model_incomplete" || !model.uploading);
  const errors = shown.filter(({ level }) => level === "error").length;
  const checks = useChecksAgain(connection, draft.check?.bucket ?? "", done ? "" : (view.name ?? ""));
  const coming = useComing(connection.id, draft.model?.bucket, draft.model?.root);
  const blocked = model.uploading
    ? t("deploy.review.waitForUpload", { detail: model.detail ?? "" })
    : (waitForComing(t, coming, draft.service?.translate === true) ??
      (errors > 0
        ? t("deploy.service.repairFirst", { count: errors })
        : // Names are looked at before anything is sent.
          facts.takenNames && facts.machines
          ? checks.blocked
          : t("deploy.check.wait")));

  return (
    <EditorContext value={editor}>
      <Sentence connection={connection} />
      <LintList findings={shown} />
      {checks.notice}
      <Facts modelSizeBytes={draft.model?.report?.sizeBytes} />
      <ExportsCard
        name={view.name ?? ""}
        config={text}
        region={connection.region}
        workspaceId={workspaceId}
        isUpdate={false}
      />
      <IdleSwitch onDecide={() => void save({ idleDecided: true })} />
      <FirstPictureSwitch on={firstPicture} onChange={setFirstPicture} />
      {deploy.error ? <ErrorNotice error={toView(deploy.error)} onRetry={() => deploy.mutate(order)} /> : null}
      <StepFooter
        onBack={() => goTo("service")}
        next={{
          label: t("deploy.review.deploy"),
          loading: done,
          disabledReason: done ? undefined : blocked,
          onClick: () => deploy.mutate(order),
        }}
      />
    </EditorContext>
  );
}

/** What is fetched into the model root has to be there before the container looks. */
function waitForComing(t: Translate, { running, failed }: Coming, needsTranslation: boolean): string | undefined {
  if (running) return t("deploy.review.waitForImport", { name: sourceText(t, running.source) });
  return needsTranslation && failed?.folder === "translate"
    ? t("deploy.review.importFailed", { name: sourceText(t, failed.source) })
    : undefined;
}

/** Safe to press twice: the server looks the name up before and after. */
function useDeploy(connectionId: string, draftId: string) {
  const router = useRouter();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (order: Parameters<typeof createService>[0]) => unwrap(await createService(order)),
    onSuccess: async ({ name }) => {
      // What was known of a service of this name before is no longer true.
      client.removeQueries({ queryKey: serviceQueries.live(connectionId, name).queryKey });
      // A draft that stays behind costs nothing; a deployment must not fail for it.
      await deleteDraft({ id: draftId }).catch(() => undefined);
      router.push(paths.service(name));
    },
  });
}

/** What will happen when the button is pressed, in words a person who pays understands. */
function Sentence({ connection: { id, region } }: { connection: StepProps["connection"] }) {
  const t = useT();
  const locale = useLocale();
  const { view, facts } = useConfigEditor();
  const price = usePrices(id)(wantedOf(view, facts.machines));
  const summary = summarizeConfig(view, facts.machines);
  return (
    <Callout title={t("deploy.review.sentenceTitle")}>
      <p>
        {t(summary.isCharged ? "deploy.review.sentence" : "deploy.review.sentenceIdle", {
          count: summary.instances,
          name: summary.name,
          gpu: summary.gpu?.model ?? summary.instanceTypes[0] ?? t("common.unknown"),
          region,
          result: summary.resultUri ?? t("common.none"),
        })}
      </p>
      {summary.isCharged ? <p>{price ? expenseText(t, locale, price) : t("prices.reviewUnknown")}</p> : null}
    </Callout>
  );
}

function Facts({ modelSizeBytes }: { modelSizeBytes: number | undefined }) {
  const t = useT();
  const locale = useLocale();
  const { view, facts } = useConfigEditor();
  const { flags, ...summary } = summarizeConfig(view, facts.machines);
  const yesNo = (on: boolean) => (on ? t("common.yes") : t("common.no"));
  const joined = (parts: (string | undefined)[]) => parts.filter(Boolean).join(" · ");
  const size = modelSizeBytes === undefined ? undefined : formatBytes(modelSizeBytes, locale);
  return (
    <Card level={3} title={t("deploy.review.facts")}>
      <KeyValueList
        items={[
          { label: t("deploy.service.name"), value: summary.name, mono: true },
          {
            label: t("deploy.service.instanceType"),
            value: joined([summary.gpu?.model, summary.instanceTypes.join(" → ")]),
          },
          { label: t("deploy.service.mode"), value: t(`deploy.service.${summary.mode}`) },
          ...(flags
            ? [
                { label: t("deploy.service.func"), value: t(`deploy.service.${flags.func}`) },
                { label: t("deploy.service.blade"), value: yesNo(flags.blade) },
                { label: t("deploy.service.translate"), value: yesNo(flags.translate) },
              ]
            : []),
          ...(summary.modelUri ? [{ label: t("deploy.summary.model"), value: joined([summary.modelUri, size]) }] : []),
          ...(summary.resultUri
            ? [{ label: t("deploy.service.resultPath"), value: summary.resultUri, mono: true }]
            : []),
          { label: t("deploy.service.image"), value: summary.image, mono: true },
        ]}
      />
    </Card>
  );
}
