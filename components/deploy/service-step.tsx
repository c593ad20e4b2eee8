"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ConfigForm, type ConfigTab } from "@/components/config/config-form";
import { EditorContext, useEditor } from "@/components/config/editor-context";
import { LintList } from "@/components/config/lint-list";
import { useConfigFacts } from "@/components/config/use-config-facts";
import { SkeletonRows } from "@/components/ui/skeleton";
import { withIdleDefault } from "@/lib/guard/idle-default";
import { useT } from "@/lib/i18n/react";
import { defaultServiceForm } from "@/lib/service-config/defaults";
import type { ServiceForm } from "@/lib/service-config/draft";
import { type MachineFacts, machineInStock, supportsBlade } from "@/lib/service-config/machine";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import type { WorkspaceView } from "@/lib/services/list-workspaces";
import { serviceQueries } from "@/lib/services/queries";
import { StepFooter } from "./step-footer";
import type { StepProps } from "./step-props";
import { TranslationOffer } from "./translation-offer";
import { useSavedText } from "./use-saved-text";

/** The form opens with what the account has: its cards in stock, its default workspace. */
export function ServiceStep(props: StepProps) {
  const t = useT();
  const { connection } = props;
  const machines = useQuery(serviceQueries.machineSpecs(connection.id));
  const workspaces = useQuery(serviceQueries.workspaces(connection.id));
  if (machines.isPending || workspaces.isPending) return <SkeletonRows rows={6} label={t("common.loading")} />;
  return <ServiceEditor {...props} machines={machines} workspaces={workspaces.data ?? []} />;
}

interface ServiceEditorProps extends StepProps {
  machines: Pick<UseQueryResult<MachineFacts[]>, "data" | "error" | "refetch">;
  /** Empty where the account may not list them: a service lives without one too. */
  workspaces: readonly WorkspaceView[];
}

/** What was kept, or what fits this account and model together with what was said before. */
function initialText({ connection, draft, machines, workspaces }: ServiceEditorProps): string {
  if (draft.config !== undefined) return draft.config;
  const suggested = defaultServiceForm(draft, new Date());
  const machine = machineInStock(machines.data ?? [], suggested.instanceType);
  const { check, model } = draft;
  const service: ServiceForm = {
    ...suggested,
    ...(machine && { instanceType: machine.instanceType, blade: supportsBlade(machine.gpu?.model) }),
    workspaceId: workspaces.find(({ isDefault }) => isDefault)?.id ?? "",
    ...(draft.service as Partial<ServiceForm> | undefined),
    region: connection.region,
    ...(model?.root !== undefined && { modelPath: model.root }),
  };
  const place = { bucket: check?.bucket ?? "", region: connection.region };
  const chosen = { source: "bucket" as const, bucket: model?.bucket ?? place.bucket, root: model?.root ?? "" };
  return toConfigJson(toEasConfig({ check: place, model: chosen, service }, machine));
}

function ServiceEditor(props: ServiceEditorProps) {
  const { connection, draft, save, goTo, machines, workspaces } = props;
  const t = useT();
  const [tab, setTab] = useState<ConfigTab>("form");
  const [leaving, setLeaving] = useState(false);
  const { text, setText, saveNow } = useSavedText(() => initialText(props), save);
  const facts = useConfigFacts({ connection, text, draft, expected: draft.expected });
  const editor = useEditor({ text, setText, facts });
  // A model on its way keeps nobody from going on; the deployment itself waits for it.
  const here = editor.findings.filter(({ code }) => code !== "model_incomplete");
  const errors = here.filter(({ level }) => level === "error").length;
  const blocked = editor.problem
    ? t("config.frozen.title")
    : errors > 0
      ? t("deploy.service.repairFirst", { count: errors })
      : undefined;

  async function next(event: FormEvent) {
    event.preventDefault();
    if (blocked) return;
    setLeaving(true);
    try {
      // A copy is what its model is.
      await saveNow((text) => withIdleDefault(text, draft.idleDecided === true || draft.source !== undefined));
      goTo("review");
    } catch {
      // The wizard says above the step what kept the draft from being saved.
      setLeaving(false);
    }
  }

  return (
    <EditorContext value={editor}>
      <form
        noValidate
        method="post"
        aria-label={t("deploy.heading.service")}
        className="grid gap-5"
        onSubmit={(event) => void next(event)}
      >
        <ConfigForm
          connectionId={connection.id}
          machines={machines}
          workspaces={workspaces}
          tab={tab}
          onTab={setTab}
          requestSize={{ value: draft.expected, onChange: (expected) => void save({ expected }) }}
        />
        <TranslationOffer
          {...{ connection, draft, save }}
          isMissing={here.some(({ code }) => code === "translate_missing")}
        />
        {editor.problem ? null : <LintList findings={here} withFields={tab === "form"} />}
        <StepFooter
          onBack={() => goTo("model")}
          next={{ label: t("common.next"), submit: true, loading: leaving, disabledReason: blocked }}
        />
      </form>
    </EditorContext>
  );
}
