"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Grid3x3, List, Sparkles } from "lucide-react";
import dynamic from "next/dynamic";
import { type KeyboardEvent, useState } from "react";
import { type UseFormReturn, useFormContext, useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { SwitchField } from "@/components/form/switch-field";
import { TextField } from "@/components/form/text-field";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { PageLoading } from "@/components/ui/page-loading";
import { Segmented } from "@/components/ui/segmented";
import { useT } from "@/lib/i18n/react";
import { type FormValues, wantedWork } from "@/lib/playground/form-values";
import type { GenerateInput } from "@/lib/playground/input";
import { type Func, MAX_COUNT } from "@/lib/playground/limits";
import { loraRefusal } from "@/lib/playground/lora-refusal";
import { serviceQueries } from "@/lib/services/queries";
import { FuncTabs } from "./func-tabs";
import { LoraField } from "./lora-field";
import { PromptField } from "./prompt-field";
import { PromptHelp, type PromptHelpKind } from "./prompt-help";
import { SeedField } from "./seed-field";
import { SizeField } from "./size-field";
import type { useExpectation } from "./use-expectation";
import type { Generating } from "./use-generate";
import { useRememberedFold } from "./use-remembered-fold";

/** What only some of the functions ask for. */
const ControlField = dynamic(() => import("./control-field").then((module) => module.ControlField), {
  loading: PageLoading,
});
const PictureInputs = dynamic(() => import("./picture-inputs").then((module) => module.PictureInputs), {
  loading: PageLoading,
});

interface GenerateFormProps {
  connectionId: string;
  service: string;
  form: UseFormReturn<FormValues, unknown, GenerateInput>;
  generating: Generating;
  /** Why nothing can be made now. */
  refusal: string | undefined;
  funcRefusal: (func: Func) => string | undefined;
  translates: boolean;
  blade: boolean;
  /** Blade is being prepared: no LoRA can be named yet. */
  optimizing: boolean;
  isAsync: boolean;
  /** Of the picture in sight. */
  shownSeed: string | undefined;
  /** How long the next one takes, and for how much. */
  expect: ReturnType<typeof useExpectation>;
  onStart: (input: GenerateInput) => void;
  onGrid: (input: GenerateInput) => void;
  onBatch: (input: GenerateInput) => void;
}

export function GenerateForm(props: GenerateFormProps) {
  const { connectionId, form, generating, expect, onStart, onGrid, onBatch } = props;
  const t = useT();
  const [func, loras] = useWatch({ control: form.control, name: ["func", "loras"] });
  const lora = loraRefusal({ loras }, props);
  // A recalled picture may be one of another kind of service.
  const refusal = props.refusal ?? props.funcRefusal(func) ?? (lora && t(`playground.lora.${lora}`));
  const [help, setHelp] = useState<PromptHelpKind>();

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || refusal) return;
    event.preventDefault();
    void form.handleSubmit(onStart)();
  }

  /** The lines bring the prompts: the form needs none. */
  async function beginBatch() {
    const values = form.getValues();
    const [{ PlaygroundFormSchema }, { NO_PROMPT }] = await Promise.all([
      import("@/lib/playground/form"),
      import("@/lib/playground/batch"),
    ]);
    const parsed = PlaygroundFormSchema.safeParse({ ...values, prompt: values.prompt.trim() || NO_PROMPT });
    if (parsed.success) onBatch(parsed.data);
    else await form.handleSubmit(onBatch)();
  }

  return (
    <>
      {/* The shortcut works from every field of the form; the form itself stays a form. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
      <div onKeyDown={onKeyDown}>
        <Form
          form={form}
          onSubmit={onStart}
          label={t("playground.form")}
          footer={
            <>
              <SubmitButton size="lg" disabledReason={refusal} pending={generating.isSending} className="flex-1">
                <Sparkles aria-hidden="true" className="size-4" />
                {t("playground.generate")}
              </SubmitButton>
              {refusal ? null : (
                <Menu
                  trigger={
                    <IconButton
                      variant="secondary"
                      size="lg"
                      label={t("playground.ways")}
                      icon={<ChevronDown aria-hidden="true" />}
                    />
                  }
                >
                  <MenuItem icon={<Grid3x3 aria-hidden="true" />} onSelect={() => void form.handleSubmit(onGrid)()}>
                    {t("playground.grid.menu")}
                  </MenuItem>
                  <MenuItem icon={<List aria-hidden="true" />} onSelect={() => void beginBatch()}>
                    {t("playground.batch.menu")}
                  </MenuItem>
                </Menu>
              )}
              <p className="w-full text-sm text-text-3">
                {refusal ?? (
                  <>
                    <span className="pointer-coarse:hidden">
                      <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> {t("playground.shortcut")}{" "}
                    </span>
                    <Expected form={form} expect={expect} />
                  </>
                )}
              </p>
            </>
          }
        >
          <Fields {...props} onHelp={setHelp} />
        </Form>
      </div>
      <PromptHelp connectionId={connectionId} form={form} opened={help} onClose={() => setHelp(undefined)} />
    </>
  );
}

function Fields({
  connectionId,
  service,
  form,
  funcRefusal,
  translates,
  blade,
  optimizing,
  isAsync,
  shownSeed,
  onHelp,
}: GenerateFormProps & { onHelp: (kind: PromptHelpKind) => void }) {
  const t = useT();
  const func = useWatch({ control: form.control, name: "func" });
  const { data: addOns = [] } = useQuery(serviceQueries.addOns(connectionId, service));
  const more = useRememberedFold("easel-playground-more");
  const filesOf = (kind: "lora" | "controlnet") => addOns.filter((file) => file.kind === kind);
  return (
    <>
      <FuncTabs
        value={func}
        refusal={funcRefusal}
        onChange={(chosen) => {
          form.clearErrors();
          form.setValue("func", chosen);
        }}
      />
      <PromptField translates={translates} onHelp={onHelp} />
      {translates ? (
        <SwitchField name="useTranslate" label={t("playground.translate")} hint={t("playground.translateHint")} />
      ) : null}
      {func === "t2i" ? null : <PictureInputs connectionId={connectionId} service={service} />}
      {func === "controlnet" ? (
        <ControlField connectionId={connectionId} service={service} weights={filesOf("controlnet")} />
      ) : null}
      {func === "outpaint" ? null : <SizeField />}
      <CountField />
      <details {...more}>
        <summary className="w-fit rounded-md font-medium">{t("playground.more")}</summary>
        <div className="grid gap-5 pt-4">
          <TextField name="negativePrompt" label={t("playground.negativePrompt")} optional multiline />
          <div className="grid grid-cols-2 gap-3">
            <TextField name="steps" type="number" min={1} max={150} step={1} label={t("playground.steps")} />
            <TextField name="cfgScale" type="number" min={0} max={30} step={0.5} label={t("playground.cfgScale")} />
          </div>
          <LoraField files={filesOf("lora")} blade={blade} optimizing={optimizing} />
          <TextField name="saveDir" mono label={t("playground.saveDir")} hint={t("playground.saveDirHint")} />
          <SwitchField
            name="useBase64"
            label={t("playground.inAnswer")}
            hint={t("playground.inAnswerHint")}
            disabledReason={isAsync ? t("playground.inAnswerQueued") : undefined}
          />
        </div>
      </details>
      <SeedField shown={shownSeed} />
    </>
  );
}

function CountField() {
  const t = useT();
  const { setValue, watch } = useFormContext<FormValues>();
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">{t("playground.count")}</span>
      <Segmented
        label={t("playground.count")}
        value={String(watch("imageNum"))}
        onChange={(chosen) => setValue("imageNum", Number(chosen))}
        options={Array.from({ length: MAX_COUNT }, (_, index) => ({ value: `${index + 1}`, label: `${index + 1}` }))}
      />
    </div>
  );
}

/** By this service's own measured times; nothing until there is one. */
function Expected({ form, expect }: Pick<GenerateFormProps, "form" | "expect">) {
  const t = useT();
  const values = form.watch();
  const work = wantedWork(values);
  const { time, price } = work ? expect(Array.from({ length: values.imageNum }, () => work)) : {};
  if (time === undefined) return null;
  return <>{price === undefined ? t("playground.about", { time }) : t("playground.aboutPrice", { time, price })}</>;
}
