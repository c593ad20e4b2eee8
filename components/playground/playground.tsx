"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useZodForm } from "@/components/form/use-zod-form";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { serviceCan } from "@/lib/eas/service-can";
import { generationQueries } from "@/lib/generations/queries";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { TextToImageSchema } from "@/lib/playground/input";
import { GenerateForm } from "./generate-form";
import { History } from "./history";
import { Result } from "./result";
import { useGenerate } from "./use-generate";

interface PlaygroundProps {
  connectionId: string;
  name: string;
  mayGenerate: boolean;
  /** Absent until the service is known. */
  service: { status: string; func?: "base" | "controlnet"; translates?: boolean } | undefined;
}

/** What to make, the picture as large as it can be, and what was made before. */
export function Playground({ connectionId, name, mayGenerate, service }: PlaygroundProps) {
  const t = useT();
  const history = useQuery(generationQueries.ofService(connectionId, name));
  const generating = useGenerate(connectionId, name);
  const [chosen, setChosen] = useState<string>();
  const form = useZodForm(TextToImageSchema, {
    defaultValues: {
      func: "t2i",
      prompt: "",
      negativePrompt: "",
      steps: 50,
      cfgScale: 7,
      width: 512,
      height: 512,
      imageNum: 1,
      seed: "",
      useTranslate: service?.translates,
    },
  });
  const permission = service && serviceCan.call(service);
  const refusal = !mayGenerate
    ? t("playground.needsRight")
    : service?.func === "controlnet"
      ? t("playground.controlnetOnly")
      : permission && !permission.allowed
        ? t(`status.reason.${permission.reason}`)
        : undefined;
  const shown =
    history.data?.find(({ taskId }) => taskId === (chosen ?? generating.lastTaskId)) ??
    (generating.jobs.length === 0 ? history.data?.[0] : undefined);

  /** Everything that made this picture, its seed too, so that the same one can be made again. */
  function recall({ input, seed }: Generation) {
    if (input.func !== "t2i") return;
    form.reset({ ...input, imageNum: 1, seed: seed ?? input.seed });
    form.setFocus("prompt");
  }

  return (
    <div className="grid items-start gap-6 lg:grid-cols-[21.5rem_minmax(0,1fr)] xl:grid-cols-[21.5rem_minmax(0,1fr)_8.5rem]">
      <GenerateForm
        form={form}
        generating={generating}
        refusal={refusal}
        translates={service?.translates ?? false}
        onStart={(input) => {
          setChosen(undefined);
          generating.start(input);
        }}
      />
      <div className="grid min-w-0 gap-4">
        {generating.error ? <ErrorNotice error={generating.error} /> : null}
        <Result
          generation={chosen || generating.jobs.length === 0 ? shown : undefined}
          jobs={generating.jobs}
          onRecall={recall}
        />
      </div>
      {history.error ? (
        <ErrorNotice error={toView(history.error)} onRetry={() => void history.refetch()} />
      ) : (
        <History items={history.data ?? []} selected={shown?.taskId} onSelect={(taskId) => setChosen(taskId)} />
      )}
    </div>
  );
}
