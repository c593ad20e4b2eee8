"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type ComponentProps, useRef, useState } from "react";
import { useZodForm } from "@/components/form/use-zod-form";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { PageLoading } from "@/components/ui/page-loading";
import { QueryNotice } from "@/components/ui/query-notice";
import { toast } from "@/components/ui/toast";
import { serviceCan } from "@/lib/eas/service-can";
import type { ErrorView } from "@/lib/errors";
import { generationQueries, reusePicture } from "@/lib/generations/queries";
import { isOpen } from "@/lib/generations/states";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { FIRST_VALUES, type FormValues, recallValues } from "@/lib/playground/form-values";
import type { GenerateInput } from "@/lib/playground/input";
import { doesFunc, type Func } from "@/lib/playground/limits";
import { isOptimizing } from "@/lib/playground/optimizing";
import { addGolden } from "@/lib/sheets/actions";
import { sheetQueries } from "@/lib/sheets/queries";
import type { Sheet } from "@/lib/sheets/view";
import { DropSettings } from "./drop-settings";
import { GenerateForm } from "./generate-form";
import { GoldenPrompts } from "./golden-prompts";
import { History } from "./history";
import { type PlaygroundDialog, PlaygroundDialogs } from "./playground-dialogs";
import { Result } from "./result";
import { SheetList } from "./sheets/sheet-list";
import { useOpenSheet } from "./sheets/use-sheets";
import { useExpectation } from "./use-expectation";
import { useGenerate } from "./use-generate";
import { useRecall } from "./use-recall";

const ForeignAnswers = dynamic(() => import("./foreign-answers").then((module) => module.ForeignAnswers), {
  ssr: false,
});
const SheetView = dynamic(() => import("./sheets/sheet-view").then((module) => module.SheetView), {
  loading: PageLoading,
});

interface PlaygroundProps {
  connectionId: string;
  name: string;
  mayGenerate: boolean;
  mayOperate: boolean;
  /** Absent until the service is known. */
  service:
    | {
        status: string;
        isAsync: boolean;
        func?: "base" | "controlnet";
        translates?: boolean;
        blade?: boolean;
        /** As far as its log and its model folder tell. */
        optimizing?: boolean;
        version: number;
        instanceType?: string;
      }
    | undefined;
}

/** What to make, the picture as large as it can be, and what was made before. */
export function Playground({ connectionId, name, mayGenerate, mayOperate, service }: PlaygroundProps) {
  const t = useT();
  const client = useQueryClient();
  const history = useQuery(generationQueries.ofService(connectionId, name));
  const generating = useGenerate(connectionId, name);
  const [chosen, setChosen] = useState<string>();
  /** A picture of the sheet that is open: it need not be among the newest. */
  const [cell, setCell] = useState<string>();
  const [openSheet, setOpenSheet] = useOpenSheet();
  const sheet = useQuery({
    ...sheetQueries.detail(connectionId, name, openSheet ?? ""),
    enabled: openSheet !== undefined,
  });
  const [dialog, setDialog] = useState<PlaygroundDialog>();
  const [problem, setProblem] = useState<ErrorView>();
  const results = useRef<HTMLDivElement>(null);
  const first = service?.func === "controlnet" ? "controlnet" : "t2i";
  const form = useZodForm<FormValues, GenerateInput>(
    async () => (await import("@/lib/playground/form")).PlaygroundFormSchema,
    { defaultValues: { ...FIRST_VALUES, func: first, useTranslate: service?.translates } },
  );
  const recallProblem = useRecall(connectionId, name, form);
  const permission = service && serviceCan.call(service);
  const closed = permission?.allowed === false ? t(`status.reason.${permission.reason}`) : undefined;
  const refusal = mayGenerate ? closed : t("playground.needsRight");

  function funcRefusal(func: Func) {
    if (doesFunc(service?.func, func)) return undefined;
    return t(service?.func === "controlnet" ? "playground.controlnetOnly" : "playground.baseOnly");
  }
  const known = history.data ?? [];
  const expect = useExpectation(connectionId, service?.instanceType, known);
  const inSheet = openSheet && sheet.data ? picturesIn(sheet.data) : [];
  const open = known.filter(({ status }) => isOpen(status));
  const last = known.filter(({ taskId }) => generating.lastTaskIds.includes(taskId)).reverse();
  const picked = known.find(({ taskId }) => taskId === chosen);
  // What was asked for last; after a reload, the newest that there is.
  const latest = last.length > 0 ? last : known.slice(0, 1);
  const single = picked ? [picked] : latest;
  const shown = openSheet ? inSheet.filter(({ taskId }) => taskId === cell) : single;

  function showSheet(id: string | undefined) {
    setCell(undefined);
    setChosen(undefined);
    setOpenSheet(id);
  }

  function showPicture(taskId: string | undefined) {
    setOpenSheet(undefined);
    setChosen(taskId);
  }

  async function keep({ id }: Generation) {
    setProblem(undefined);
    const answer = await addGolden({ connectionId, generationId: id });
    if (!answer.ok) return setProblem(answer.error);
    toast.success(t("playground.golden.kept"));
    await client.invalidateQueries(sheetQueries.golden(connectionId, name));
  }

  /** With the one before it, unless there is another to choose. */
  function compare(left: Generation) {
    const all = (openSheet ? inSheet : known).filter(({ pictures }) => pictures.length > 0);
    const at = all.findIndex(({ taskId }) => taskId === left.taskId);
    setDialog({ kind: "compare", left, right: all[at + 1] ?? all[at - 1] ?? left });
  }

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

  async function copy(made: Generation, what: "settings" | "call") {
    try {
      const { copyMade } = await import("./copy-made");
      await copyMade(client, connectionId, made, what);
      toast.success(t("common.copied"));
    } catch {
      toast.error(t("common.copyFailed"));
    }
  }

  function retry(generation: Generation) {
    showPicture(undefined);
    generating.retry(generation);
  }

  return (
    <div className="grid items-start gap-6 lg:grid-cols-[21.5rem_minmax(0,1fr)] xl:grid-cols-[21.5rem_minmax(0,1fr)_8.5rem]">
      <GenerateForm
        connectionId={connectionId}
        service={name}
        funcRefusal={funcRefusal}
        blade={service?.blade ?? false}
        optimizing={isOptimizing(service, known)}
        isAsync={service?.isAsync ?? false}
        shownSeed={shown[0]?.seed}
        form={form}
        generating={generating}
        refusal={refusal}
        translates={service?.translates ?? false}
        expect={expect}
        onStart={(input) => {
          showPicture(undefined);
          generating.start(input);
          // Where it stands below the form.
          if (window.matchMedia("(width < 64rem)").matches) results.current?.scrollIntoView();
        }}
        onGrid={(input) => setDialog({ kind: "grid", input })}
        onBatch={(input) => setDialog({ kind: "batch", input })}
      />
      {/* The form may be longer than the window: what comes of it stays in sight. */}
      <div ref={results} className="grid min-w-0 scroll-mt-20 gap-4 lg:sticky lg:top-20">
        {generating.error ? <ErrorNotice error={generating.error} /> : null}
        {problem ? <ErrorNotice error={problem} /> : null}
        {recallProblem ? <ErrorNotice error={recallProblem} /> : null}
        <DropSettings connectionId={connectionId} service={name} form={form} />
        {openSheet ? (
          <SheetView
            key={openSheet}
            connectionId={connectionId}
            service={name}
            id={openSheet}
            mayGenerate={mayGenerate}
            known={known}
            selected={cell}
            onSelect={({ taskId }) => setCell(taskId)}
            onCompare={(left, right) => setDialog({ kind: "compare", left, right })}
            onClose={() => showSheet(undefined)}
          />
        ) : null}
        {openSheet && shown.length === 0 ? null : (
          <Result
            shown={shown}
            known={known}
            open={open}
            onRecall={recall}
            onReuse={(made) => void reuse(made)}
            onPrompt={takePrompt}
            onSelect={showPicture}
            onCompare={compare}
            onKeep={(made) => void keep(made)}
            onElsewhere={(made) => setDialog({ kind: "elsewhere", generation: made })}
            onCopy={(made, what) => void copy(made, what)}
            onCancel={generating.cancel}
            onRetry={retry}
            onNewSeed={({ input }) => {
              showPicture(undefined);
              generating.start({ ...input, imageNum: 1, seed: "" });
            }}
            onExpired={() =>
              Promise.all([history.refetch(), client.resetQueries({ queryKey: sheetQueries.all(connectionId, name) })])
            }
            mayGenerate={mayGenerate}
            retryRefusal={refusal}
          />
        )}
        <GoldenPrompts
          connectionId={connectionId}
          service={name}
          version={permission?.allowed ? service?.version : undefined}
          mayGenerate={mayGenerate}
          refusal={refusal}
          onOpenSheet={showSheet}
        />
        {openSheet ? null : <SheetList connectionId={connectionId} service={name} onOpen={showSheet} />}
      </div>
      <PastPictures query={history} items={known} selected={shown.map(({ taskId }) => taskId)} onSelect={showPicture} />
      {service?.isAsync ? <ForeignAnswers connectionId={connectionId} service={name} mayChange={mayOperate} /> : null}
      <PlaygroundDialogs
        connectionId={connectionId}
        service={name}
        blade={service?.blade ?? false}
        dialog={dialog}
        choices={openSheet ? inSheet : known}
        expect={expect}
        onClose={() => setDialog(undefined)}
        onOpenSheet={showSheet}
      />
    </div>
  );
}

const picturesIn = ({ cells, before = [] }: Sheet) => [...cells, ...before].filter((one) => one !== null);

/** Those that were read stay where reading them again fails. */
function PastPictures({
  query,
  ...rest
}: Pick<ComponentProps<typeof QueryNotice>, "query"> & ComponentProps<typeof History>) {
  return (
    <>
      <QueryNotice query={query} />
      {query.error && !query.data ? null : <History {...rest} />}
    </>
  );
}
