"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type UseFormReturn, useWatch } from "react-hook-form";
import { z } from "zod";
import { Form } from "@/components/form/form";
import { RadioCardsField } from "@/components/form/radio-cards-field";
import { SwitchField } from "@/components/form/switch-field";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Card } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { defaultServiceForm } from "@/lib/service-config/defaults";
import { FolderSchema, ServiceFormSchema, toFolder } from "@/lib/service-config/draft";
import { lintConfig } from "@/lib/service-config/lint";
import { type MachineFacts, supportsBlade } from "@/lib/service-config/machine";
import type { WorkspaceView } from "@/lib/services/list-workspaces";
import { serviceQueries } from "@/lib/services/queries";
import { AdvancedFields } from "./advanced-fields";
import { InstancePicker } from "./instance-picker";
import { LintList } from "./lint-list";
import { StepFooter } from "./step-footer";
import type { StepProps } from "./step-props";

/** As typed: `oss://bucket/results` and `/results` mean the same folder. */
const TypedFolderSchema = z.string().transform(toFolder).pipe(FolderSchema);
const FormSchema = ServiceFormSchema.extend({ modelPath: TypedFolderSchema, resultPath: TypedFolderSchema });
type Input = z.input<typeof FormSchema>;
type Output = z.output<typeof FormSchema>;

/** The form opens with what the account has: its cards in stock, its default workspace. */
export function ServiceStep(props: StepProps) {
  const t = useT();
  const { connection } = props;
  const machines = useQuery(serviceQueries.machineSpecs(connection.id));
  const workspaces = useQuery(serviceQueries.workspaces(connection.id));
  if (machines.isPending || workspaces.isPending) return <SkeletonRows rows={6} label={t("common.loading")} />;
  return <ServiceForm {...props} machines={machines} workspaces={workspaces.data ?? []} />;
}

interface ServiceFormProps extends StepProps {
  machines: Pick<UseQueryResult<MachineFacts[]>, "data" | "error" | "refetch">;
  /** Empty where the account may not list them: a service lives without one too. */
  workspaces: readonly WorkspaceView[];
}

/** What the person entered before, over what fits this account and model. */
function initialValues({ connection, draft, machines, workspaces }: ServiceFormProps): Input {
  const suggested = defaultServiceForm(draft, new Date());
  const known = machines.data ?? [];
  const machine = known.find(({ instanceType }) => instanceType === suggested.instanceType) ?? known[0];
  return {
    ...suggested,
    ...(machine && { instanceType: machine.instanceType, blade: supportsBlade(machine.gpu?.model) }),
    workspaceId: workspaces.find(({ isDefault }) => isDefault)?.id ?? "",
    ...draft.service,
    region: connection.region,
    ...(draft.model?.root !== undefined && { modelPath: draft.model.root }),
  };
}

function ServiceForm(props: ServiceFormProps) {
  const { connection, draft, save, goTo, machines, workspaces } = props;
  const t = useT();
  const services = useQuery(serviceQueries.list(connection.id));
  // Computed once: a name that changes with the clock would be a new name at each rendering.
  const [initial] = useState(() => initialValues(props));
  const form = useZodForm<Input, Output>(FormSchema, { defaultValues: initial });
  const typed = useSavedValues(form, save);
  const machine = machines.data?.find(({ instanceType }) => instanceType === typed.instanceType);
  const findings = lintConfig(
    { ...draft, service: withFolders(typed) },
    { takenNames: services.data?.items.map(({ name }) => name), machines: machines.data },
  );
  // A model on its way keeps nobody from going on; the deployment itself waits for it.
  const here = findings.filter(({ code }) => code !== "model_incomplete");
  const errors = here.filter(({ level }) => level === "error");
  const has = draft.model?.report?.folders;

  async function next(service: Output) {
    await save({ service });
    goTo("review");
  }

  /** A card that cannot run Blade takes the switch with it. */
  function onInstance(chosen: MachineFacts) {
    form.setValue("blade", supportsBlade(chosen.gpu?.model), { shouldDirty: true });
  }

  return (
    <Form
      form={form}
      onSubmit={next}
      label={t("deploy.heading.service")}
      className="max-w-none"
      footer={
        <div className="w-full">
          <StepFooter
            onBack={() => goTo("model")}
            next={{
              label: t("common.next"),
              submit: true,
              loading: form.formState.isSubmitting,
              disabledReason: errors.length > 0 ? t("deploy.service.repairFirst", { count: errors.length }) : undefined,
            }}
          />
        </div>
      }
    >
      <RadioCardsField
        name="func"
        label={t("deploy.service.func")}
        options={[
          {
            value: "base",
            title: t("deploy.service.base"),
            description: t("deploy.service.baseHint"),
          },
          {
            value: "controlnet",
            title: t("deploy.service.controlnet"),
            description: t("deploy.service.controlnetHint"),
            disabledReason: has && !has.controlnet ? t("deploy.service.controlnetMissing") : undefined,
          },
        ]}
      />
      <InstancePicker query={machines} onChoose={onInstance} />
      <Card level={3} title={t("deploy.service.switches")}>
        <div className="grid gap-4">
          <SwitchField
            name="blade"
            label={t("deploy.service.blade")}
            hint={t("deploy.service.bladeHint")}
            disabledReason={
              machine && !supportsBlade(machine.gpu?.model)
                ? t("deploy.service.bladeHardware", { gpu: machine.gpu?.model ?? t("common.none") })
                : undefined
            }
          />
          <SwitchField
            name="translate"
            label={t("deploy.service.translate")}
            hint={t("deploy.service.translateHint")}
            disabledReason={
              has && !has.translate && !typed.translate ? t("deploy.service.translateMissing") : undefined
            }
          />
          <SwitchField
            name="closeSafety"
            label={t("deploy.service.closeSafety")}
            hint={t("deploy.service.closeSafetyHint")}
          />
        </div>
      </Card>
      <RadioCardsField
        name="mode"
        label={t("deploy.service.mode")}
        options={[
          { value: "sync", title: t("deploy.service.sync"), description: t("deploy.service.syncHint") },
          { value: "async", title: t("deploy.service.async"), description: t("deploy.service.asyncHint") },
        ]}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField name="name" label={t("deploy.service.name")} hint={t("deploy.service.nameHint")} mono />
        <TextField
          name="resultPath"
          label={t("deploy.service.resultPath")}
          hint={t("deploy.service.resultPathHint", { bucket: draft.check?.bucket ?? "" })}
          mono
        />
      </div>
      <AdvancedFields bucket={draft.model?.bucket ?? ""} region={connection.region} workspaces={workspaces} />
      <LintList findings={here} />
    </Form>
  );
}

const SAVE_AFTER_MS = 600;

/**
 * The form's values as they are typed, which are also kept in the draft: neither a reload nor a step back loses any. Folders
 * are kept in the one form that the later steps take.
 */
function useSavedValues(form: UseFormReturn<Input, unknown, Output>, save: StepProps["save"]): Input {
  const values = useWatch({ control: form.control, compute: (current: Input) => current });
  const { isDirty, isSubmitting } = form.formState;
  const unsaved = useRef<Input>(undefined);
  useEffect(() => {
    unsaved.current = isDirty && !isSubmitting ? values : undefined;
    if (!unsaved.current) return;
    const timer = setTimeout(() => {
      unsaved.current = undefined;
      void save({ service: withFolders(values) });
    }, SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [values, isDirty, isSubmitting, save]);
  useEffect(
    () => () => {
      if (unsaved.current) void save({ service: withFolders(unsaved.current) });
    },
    [save],
  );
  return values;
}

function withFolders(values: Input): Input {
  return { ...values, modelPath: toFolder(values.modelPath), resultPath: toFolder(values.resultPath) };
}
