"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useZodForm } from "@/components/form/use-zod-form";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { serviceCan } from "@/lib/eas/service-can";
import { generationQueries } from "@/lib/generations/queries";
import { isOpen } from "@/lib/generations/states";
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
  const known = history.data ?? [];
  const open = known.filter(({ status }) => isOpen(status));
  const last = known.filter(({ taskId }) => generating.lastTaskIds.includes(taskId)).reverse();
  const picked = known.find(({ taskId }) => taskId === chosen);
  // What was asked for last; after a reload, the newest that there is.
  const shown = picked ? [picked] : last.length > 0 ? last : known.slice(0, 1);

  /** Everything that made this picture, its seed too, so that the same one can be made again. */
  function recall({ input, seed }: Generation) {
    if (input.func !== "t2i") return;
    form.reset({ ...input, imageNum: 1, seed: seed ?? input.seed });
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
      <div className="grid min-w-0 gap-4">
        {generating.error ? <ErrorNotice error={generating.error} /> : null}
        <Result
          shown={shown}
          known={known}
          open={open}
          onRecall={recall}
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
    </div>
  );
}
