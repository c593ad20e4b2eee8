"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useZodForm } from "@/components/form/use-zod-form";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { serviceCan } from "@/lib/eas/service-can";
import type { ErrorView } from "@/lib/errors";
import { generationQueries, reusePicture } from "@/lib/generations/queries";
import { isOpen } from "@/lib/generations/states";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { FIRST_VALUES, type FormValues, recallValues } from "@/lib/playground/form-values";
import type { GenerateInput } from "@/lib/playground/input";
import type { Func } from "@/lib/playground/limits";
import { DropSettings } from "./drop-settings";
import { ForeignAnswers } from "./foreign-answers";
import { GenerateForm } from "./generate-form";
import { History } from "./history";
import { Result } from "./result";
import { useGenerate } from "./use-generate";
import { useRecall } from "./use-recall";

interface PlaygroundProps {
  connectionId: string;
  name: string;
  mayGenerate: boolean;
  mayOperate: boolean;
  /** Absent until the service is known. */
  service:
    | { status: string; isAsync: boolean; func?: "base" | "controlnet"; translates?: boolean; blade?: boolean }
    | undefined;
}

/** What to make, the picture as large as it can be, and what was made before. */
export function Playground({ connectionId, name, mayGenerate, mayOperate, service }: PlaygroundProps) {
  const t = useT();
  const history = useQuery(generationQueries.ofService(connectionId, name));
  const generating = useGenerate(connectionId, name);
  const [chosen, setChosen] = useState<string>();
  const [problem, setProblem] = useState<ErrorView>();
  const first = service?.func === "controlnet" ? "controlnet" : "t2i";
  const form = useZodForm<FormValues, GenerateInput>(
    async () => (await import("@/lib/playground/form")).PlaygroundFormSchema,
    { defaultValues: { ...FIRST_VALUES, func: first, useTranslate: service?.translates } },
  );
  const recallProblem = useRecall(connectionId, name, form);
  const permission = service && serviceCan.call(service);
  const refusal = !mayGenerate
    ? t("playground.needsRight")
    : permission && !permission.allowed
      ? t(`status.reason.${permission.reason}`)
      : undefined;

  /** A base service draws the first four, a ControlNet service the last (diffusers-service.md §2). */
  function funcRefusal(func: Func) {
    if (!service?.func || (func === "controlnet") === (service.func === "controlnet")) return undefined;
    return t(service.func === "controlnet" ? "playground.controlnetOnly" : "playground.baseOnly");
  }
  const known = history.data ?? [];
  const open = known.filter(({ status }) => isOpen(status));
  const last = known.filter(({ taskId }) => generating.lastTaskIds.includes(taskId)).reverse();
  const picked = known.find(({ taskId }) => taskId === chosen);
  // What was asked for last; after a reload, the newest that there is.
  const shown = picked ? [picked] : last.length > 0 ? last : known.slice(0, 1);

  /** Everything that made this picture, its seed too, so that the same one can be made again. */
  function recall({ input, seed }: Generation) {
    form.reset(recallValues(form.getValues(), input, seed));
    form.setFocus("prompt");
  }

  /** The picture as what the next one begins with. */
  async function reuse({ pictures: [picture] }: Generation) {
    if (!picture) return;
    setProblem(undefined);
    try {
      const image = await reusePicture(connectionId, name, picture.key);
      const { func } = form.getValues();
      form.setValue("image", image, { shouldValidate: true });
      form.setValue("mask", undefined);
      if (func === "t2i") form.setValue("func", "i2i");
      form.setFocus("prompt");
    } catch (error) {
      setProblem(toView(error));
    }
  }

  /** In English already: to translate it once more would spoil it. */
  function takePrompt(text: string) {
    form.setValue("prompt", text, { shouldDirty: true, shouldValidate: true });
    form.setValue("useTranslate", false);
    form.setFocus("prompt");
  }

  /** The same once more, as a request of its own. */
  function retry({ input, seed }: Generation) {
    setChosen(undefined);
    generating.start({ ...input, imageNum: 1, seed: seed ?? input.seed });
  }

  return (
    <div className="grid items-start gap-6 lg:grid-cols-[21.5rem_minmax(0,1fr)] xl:grid-cols-[21.5rem_minmax(0,1fr)_8.5rem]">
      <GenerateForm
        connectionId={connectionId}
        service={name}
        funcRefusal={funcRefusal}
        blade={service?.blade ?? false}
        form={form}
        generating={generating}
        refusal={refusal}
        translates={service?.translates ?? false}
        known={known}
        onStart={(input) => {
          setChosen(undefined);
          generating.start(input);
        }}
      />
      {/* The form may be longer than the window: what comes of it stays in sight. */}
      <div className="grid min-w-0 gap-4 lg:sticky lg:top-20">
        {generating.error ? <ErrorNotice error={generating.error} /> : null}
        {problem ? <ErrorNotice error={problem} /> : null}
        {recallProblem ? <ErrorNotice error={recallProblem} /> : null}
        <DropSettings connectionId={connectionId} service={name} form={form} />
        <Result
          shown={shown}
          known={known}
          open={open}
          onRecall={recall}
          onReuse={(made) => void reuse(made)}
          onPrompt={takePrompt}
          onSelect={setChosen}
          onCancel={generating.cancel}
          onRetry={retry}
          onExpired={() => void history.refetch()}
          mayGenerate={mayGenerate}
          retryRefusal={refusal}
        />
      </div>
      {history.error ? (
        <ErrorNotice error={toView(history.error)} onRetry={() => void history.refetch()} />
      ) : (
        <History items={known} selected={shown.map(({ taskId }) => taskId)} onSelect={setChosen} />
      )}
      {service?.isAsync ? <ForeignAnswers connectionId={connectionId} service={name} mayChange={mayOperate} /> : null}
    </div>
  );
}
