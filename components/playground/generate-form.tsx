"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeftRight, ChevronDown, Dices, Grid3x3, List, Sparkles } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { type UseFormReturn, useFormContext, useWatch } from "react-hook-form";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { SwitchField } from "@/components/form/switch-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { Segmented } from "@/components/ui/segmented";
import { useT } from "@/lib/i18n/react";
import { type FormValues, wantedWork } from "@/lib/playground/form-values";
import type { GenerateInput } from "@/lib/playground/input";
import { computedSize, type Func, MAX_COUNT, SIZE_LIMITS } from "@/lib/playground/limits";
import { serviceQueries } from "@/lib/services/queries";
import { ControlField } from "./control-field";
import { FuncTabs } from "./func-tabs";
import { LoraField } from "./lora-field";
import { PictureInputs } from "./picture-inputs";
import { PromptField } from "./prompt-field";
import { PromptHelp, type PromptHelpKind } from "./prompt-help";
import type { useExpectation } from "./use-expectation";
import type { Generating } from "./use-generate";

/** The sizes the models were made for; others are a press away. */
const SIZES = [
  [512, 512],
  [768, 768],
  [512, 768],
  [768, 512],
] as const;

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
  /** How long the next one takes, and for how much. */
  expect: ReturnType<typeof useExpectation>;
  onStart: (input: GenerateInput) => void;
  onGrid: (input: GenerateInput) => void;
  onBatch: (input: GenerateInput) => void;
}

export function GenerateForm(props: GenerateFormProps) {
  const { connectionId, form, generating, refusal, expect, onStart, onGrid, onBatch } = props;
  const t = useT();
  const [help, setHelp] = useState<PromptHelpKind>();

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || refusal) return;
    event.preventDefault();
    void form.handleSubmit(onStart)();
  }

  /** The lines bring the prompts: the form needs none. */
  async function beginBatch() {
    const values = form.getValues();
    const { PlaygroundFormSchema } = await import("@/lib/playground/form");
    const parsed = PlaygroundFormSchema.safeParse({ ...values, prompt: values.prompt.trim() || "…" });
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
                    <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> {t("playground.shortcut")} <Expected form={form} expect={expect} />
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
  onHelp,
}: GenerateFormProps & { onHelp: (kind: PromptHelpKind) => void }) {
  const t = useT();
  const func = useWatch({ control: form.control, name: "func" });
  const { data: addOns = [] } = useQuery(serviceQueries.addOns(connectionId, service));
  const filesOf = (kind: "lora" | "controlnet") => addOns.filter((file) => file.kind === kind && !file.misfit);
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
      <PictureInputs connectionId={connectionId} service={service} />
      {func === "controlnet" ? (
        <ControlField connectionId={connectionId} service={service} weights={filesOf("controlnet")} />
      ) : null}
      {func === "outpaint" ? null : <SizeField />}
      <CountField />
      <details>
        <summary className="w-fit rounded-md font-medium">{t("playground.more")}</summary>
        <div className="grid gap-5 pt-4">
          <TextField name="negativePrompt" label={t("playground.negativePrompt")} optional multiline />
          <div className="grid grid-cols-2 gap-3">
            <TextField name="steps" type="number" min={1} max={150} step={1} label={t("playground.steps")} />
            <TextField name="cfgScale" type="number" min={0} max={30} step={0.5} label={t("playground.cfgScale")} />
          </div>
          {func === "controlnet" ? null : <LoraField files={filesOf("lora")} blade={blade} />}
          <TextField name="saveDir" mono label={t("playground.saveDir")} hint={t("playground.saveDirHint")} />
        </div>
      </details>
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <TextField name="seed" label={t("playground.seed")} optional mono placeholder={t("playground.seedRandom")} />
        </div>
        <Button icon={<Dices aria-hidden="true" />} onClick={() => form.setValue("seed", "", { shouldValidate: true })}>
          {t("playground.randomSeed")}
        </Button>
      </div>
    </>
  );
}

function SizeField() {
  const t = useT();
  const { setValue, watch } = useFormContext<FormValues>();
  const [width, height] = watch(["width", "height"]);

  function choose(to: readonly [number | undefined, number | undefined]) {
    setValue("width", to[0], { shouldValidate: true });
    setValue("height", to[1], { shouldValidate: true });
  }

  return (
    <div className="grid gap-2">
      <span className="font-medium">{t("playground.size")}</span>
      <Segmented
        label={t("playground.size")}
        value={`${width}x${height}`}
        onChange={(chosen) => {
          const [w, h] = chosen.split("x").map(Number);
          choose([w, h]);
        }}
        options={SIZES.map(([w, h]) => ({ value: `${w}x${h}`, label: `${w}×${h}` }))}
      />
      <div className="grid grid-cols-[1fr_auto_1fr] items-end gap-2">
        <TextField name="width" type="number" {...SIZE_LIMITS} label={t("playground.width")} />
        <IconButton
          label={t("playground.swap")}
          icon={<ArrowLeftRight aria-hidden="true" />}
          onClick={() => choose([height, width])}
        />
        <TextField name="height" type="number" {...SIZE_LIMITS} label={t("playground.height")} />
      </div>
      <RoundingNote />
    </div>
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

/** What the service will really do is said before it does it: the functions round in ways of their own. */
function RoundingNote() {
  const t = useT();
  const id = useId();
  const { watch } = useFormContext<FormValues>();
  const [func, width = 0, height = 0] = watch(["func", "width", "height"]);
  const really = computedSize(func, { width, height });
  if (really.width === width && really.height === height) return null;
  return (
    <p id={id} role="status" className="text-sm text-text-2">
      {t(func === "t2i" ? "playground.rules.rounded" : "playground.rules.cut", really)}
    </p>
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
