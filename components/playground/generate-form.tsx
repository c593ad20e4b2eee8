"use client";

import { Dices, Sparkles } from "lucide-react";
import { type KeyboardEvent, useId } from "react";
import { type UseFormReturn, useWatch } from "react-hook-form";
import type { z } from "zod";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { SwitchField } from "@/components/form/switch-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { Segmented } from "@/components/ui/segmented";
import { formatDuration } from "@/lib/format";
import { expectedMs } from "@/lib/generations/expected";
import type { Generation } from "@/lib/generations/view";
import { useLocale, useT } from "@/lib/i18n/react";
import { MAX_COUNT, roundedSize, SIZE_LIMITS, type TextToImageSchema } from "@/lib/playground/input";
import type { Generating } from "./use-generate";

type Input = z.input<typeof TextToImageSchema>;
type Output = z.output<typeof TextToImageSchema>;

/** The sizes the models were made for; others are a press away. */
const SIZES = [
  [512, 512],
  [768, 768],
  [512, 768],
  [768, 512],
] as const;

interface GenerateFormProps {
  form: UseFormReturn<Input, unknown, Output>;
  generating: Generating;
  /** Why nothing can be made now. */
  refusal: string | undefined;
  translates: boolean;
  /** What this service made before: it tells how long the next one takes. */
  known: readonly Generation[];
  onStart: (input: Output) => void;
}

export function GenerateForm({ form, generating, refusal, translates, known, onStart }: GenerateFormProps) {
  const t = useT();

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || refusal) return;
    event.preventDefault();
    void form.handleSubmit(onStart)();
  }

  return (
    // The shortcut works from every field of the form; the form itself stays a form.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
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
            <p className="w-full text-sm text-text-3">
              {refusal ?? (
                <>
                  <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> {t("playground.shortcut")} <Expected form={form} known={known} />
                </>
              )}
            </p>
          </>
        }
      >
        <TextField name="prompt" label={t("playground.prompt")} multiline placeholder={t("playground.promptExample")} />
        {translates ? (
          <SwitchField name="useTranslate" label={t("playground.translate")} hint={t("playground.translateHint")} />
        ) : null}
        <SizeField form={form} />
        <CountField form={form} />
        <details>
          <summary className="w-fit rounded-md font-medium">{t("playground.more")}</summary>
          <div className="grid gap-5 pt-4">
            <TextField name="negativePrompt" label={t("playground.negativePrompt")} optional multiline />
            <div className="grid grid-cols-2 gap-3">
              <TextField name="steps" type="number" min={1} max={150} step={1} label={t("playground.steps")} />
              <TextField name="cfgScale" type="number" min={0} max={30} step={0.5} label={t("playground.cfgScale")} />
              <TextField name="width" type="number" {...SIZE_LIMITS} label={t("playground.width")} />
              <TextField name="height" type="number" {...SIZE_LIMITS} label={t("playground.height")} />
            </div>
            <RoundingNote form={form} />
          </div>
        </details>
        <div className="flex items-end gap-2">
          <div className="min-w-0 flex-1">
            <TextField
              name="seed"
              label={t("playground.seed")}
              optional
              mono
              placeholder={t("playground.seedRandom")}
            />
          </div>
          <Button
            icon={<Dices aria-hidden="true" />}
            onClick={() => form.setValue("seed", "", { shouldValidate: true })}
          >
            {t("playground.randomSeed")}
          </Button>
        </div>
      </Form>
    </div>
  );
}

/** By this service's own measured times; nothing until there is one. */
function Expected({ form, known }: { form: UseFormReturn<Input, unknown, Output>; known: readonly Generation[] }) {
  const t = useT();
  const locale = useLocale();
  const [steps, width, height, count] = useWatch({
    control: form.control,
    name: ["steps", "width", "height", "imageNum"],
  });
  const measures = { steps: Number(steps), width: Number(width), height: Number(height) };
  if (Object.values(measures).some((value) => !(value > 0))) return null;
  const one = expectedMs({ ...BARE, ...measures }, known);
  if (one === undefined) return null;
  return <>{t("playground.about", { time: formatDuration(Math.max(1000, one * (count ?? 1)), locale) })}</>;
}

/** What does not count for the time. */
const BARE = {
  func: "t2i",
  prompt: "-",
  negativePrompt: "",
  cfgScale: 7,
  imageNum: 1,
  seed: "",
  saveDir: "result",
  loras: [],
} as const satisfies Partial<Output>;

function SizeField({ form }: { form: UseFormReturn<Input, unknown, Output> }) {
  const t = useT();
  const [width, height] = useWatch({ control: form.control, name: ["width", "height"] });
  const value = `${width}x${height}`;
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">{t("playground.size")}</span>
      <Segmented
        label={t("playground.size")}
        value={value}
        onChange={(chosen) => {
          const [w, h] = chosen.split("x").map(Number);
          form.setValue("width", w, { shouldValidate: true });
          form.setValue("height", h, { shouldValidate: true });
        }}
        options={SIZES.map(([w, h]) => ({ value: `${w}x${h}`, label: `${w}×${h}` }))}
      />
    </div>
  );
}

function CountField({ form }: { form: UseFormReturn<Input, unknown, Output> }) {
  const t = useT();
  const count = useWatch({ control: form.control, name: "imageNum" });
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">{t("playground.count")}</span>
      <Segmented
        label={t("playground.count")}
        value={String(count)}
        onChange={(chosen) => form.setValue("imageNum", Number(chosen))}
        options={Array.from({ length: MAX_COUNT }, (_, index) => ({ value: `${index + 1}`, label: `${index + 1}` }))}
      />
    </div>
  );
}

/** The service computes in steps of 8; what it will really do is said before it does it. */
function RoundingNote({ form }: { form: UseFormReturn<Input, unknown, Output> }) {
  const t = useT();
  const id = useId();
  const [width = 0, height = 0] = useWatch({ control: form.control, name: ["width", "height"] });
  const rounded = roundedSize({ width, height });
  if (rounded.width === width && rounded.height === height) return null;
  return (
    <p id={id} role="status" className="text-sm text-text-2">
      {t("playground.rules.rounded", rounded)}
    </p>
  );
}
