"use client";

import { useEffect, useRef, useState } from "react";
import { toDraftReport } from "@/components/models/draft-report";
import { toView } from "@/components/ui/error-notice";
import type { CollectedFile } from "@/components/upload/collect-files";
import { type UseUpload, useUpload } from "@/components/upload/use-upload";
import type { ErrorView } from "@/lib/errors";
import { formatPercent } from "@/lib/format";
import { useLocale } from "@/lib/i18n/react";
import { createImport } from "@/lib/imports/actions";
import { presetOrder } from "@/lib/imports/presets";
import type { CheckOptions, ModelReport } from "@/lib/models/check";
import { blobFile, memoryFile } from "@/lib/models/model-file";
import { flagsOf, type ModelFile, type Repair, type RepairFlags } from "@/lib/models/types";
import type { UploadSource } from "@/lib/oss/upload/types";
import { unwrap } from "@/lib/result";
import type { PartialDraft } from "@/lib/service-config/draft";
import type { FinishedUpload } from "@/lib/uploads/schemas";
import { type Checked, isCurrent, reportOf } from "./checked";

/** What a person gave to be brought into the bucket; a new choice replaces an earlier one. */
interface Given {
  source: "upload" | "sample";
  files: readonly ModelFile[];
  /** The same files as the browser has them. */
  blobs: ReadonlyMap<ModelFile, File>;
  repairs: readonly Repair[];
  /** For each change, how many repairs there were before it, and what the draft said of the flags that it turned. */
  history: readonly { repairs: number; before: StartFlags }[];
}

type Service = NonNullable<PartialDraft["service"]>;
type StartFlags = Partial<Record<keyof RepairFlags, Service[keyof RepairFlags]>>;

export interface ModelWork {
  given?: Given;
  report?: ModelReport;
  checking: boolean;
  /** The report is of what was given as it is now. */
  checked: boolean;
  checkError?: ErrorView;
  /** The upload could not even begin. */
  startError?: ErrorView;
  upload: UseUpload;
  uploading: boolean;
  /** The state in one line, for the rail. */
  detail?: string;
  take: (files: readonly CollectedFile[]) => void;
  takeSample: () => void;
  repair: (...repairs: Repair[]) => void;
  /** Takes the last change back; absent while nothing was changed. */
  undo?: () => void;
  /** Forgets what was given. What lies in the bucket stays. */
  clear: () => void;
  /** Brings what the plan names to `root` in `bucket`; errors that are overruled are kept with the draft. */
  start: (bucket: string, root: string, anyway?: boolean) => void;
}

interface UseModel {
  connectionId: string;
  draft: PartialDraft;
  save: (patch: PartialDraft) => Promise<unknown>;
}

/** The model on its way: given, checked, repaired, uploaded. Lives above the steps, so that it goes on beneath them. */
export function useModel({ connectionId, draft, save }: UseModel): ModelWork {
  const locale = useLocale();
  const [given, setGiven] = useState<Given>();
  const [last, setLast] = useState<Checked<Given>>();
  const [checkError, setCheckError] = useState<ErrorView>();
  const [startError, setStartError] = useState<ErrorView>();
  const [checking, setChecking] = useState(false);
  const latest = useRef<AbortController>(null);
  const upload = useUpload();
  const { progress, active: uploading } = upload;
  const report = reportOf(given, last);

  async function check(next: Given, service = draft.service) {
    latest.current?.abort();
    const controller = new AbortController();
    latest.current = controller;
    setGiven(next);
    setChecking(true);
    setCheckError(undefined);
    setStartError(undefined);
    try {
      const options: CheckOptions = { ...checkFlags({ service }, next.files), repairs: next.repairs };
      // The rules come when there is something to check: nobody needs them to see the page.
      const { checkModel } = await import("@/lib/models/check");
      const checked = await checkModel(next.files, options, controller.signal);
      if (latest.current === controller) setLast({ given: next, report: checked });
    } catch (error) {
      if (!controller.signal.aborted) setCheckError(toView(error));
    } finally {
      if (latest.current === controller) setChecking(false);
    }
  }

  /** How the service is to start belongs to the draft; what happens to the files, to this visit. */
  function saveFlags(flags: StartFlags): Service | undefined {
    if (Object.keys(flags).length === 0) return draft.service;
    // What was not said before is not said again: the step of the service then suggests what fits.
    const said = Object.entries({ ...draft.service, ...flags }).filter(([, value]) => value !== undefined);
    const service: Service = Object.fromEntries(said);
    void save({ service });
    return service;
  }

  function repair(...repairs: Repair[]) {
    if (!given) return;
    const flags: RepairFlags = Object.assign({}, ...repairs.map(flagsOf));
    const { func, translate, closeSafety } = draft.service ?? {};
    const before: StartFlags = Object.fromEntries(
      Object.entries({ func, translate, closeSafety }).filter(([name]) => name in flags),
    );
    saveFlags(flags);
    void check({
      ...given,
      repairs: [...given.repairs, ...repairs],
      history: [...given.history, { repairs: given.repairs.length, before }],
    });
  }

  function undo() {
    const change = given?.history.at(-1);
    if (!given || !change) return;
    const service = saveFlags(change.before);
    void check(
      { ...given, repairs: given.repairs.slice(0, change.repairs), history: given.history.slice(0, -1) },
      service,
    );
  }

  /** What was repaired in a folder that is put away again says nothing about the next one. */
  function restore(): Service | undefined {
    if (!given || upload.progress || upload.line) return draft.service;
    return saveFlags(Object.assign({}, ...given.history.map(({ before }) => before).toReversed()));
  }

  useSaveWhenDone(upload, connectionId, draft, save);

  return {
    given,
    report,
    checking,
    checked: isCurrent(given, last),
    checkError,
    startError,
    upload,
    uploading,
    detail:
      uploading && progress ? formatPercent(progress.doneBytes / Math.max(1, progress.totalBytes), locale) : undefined,
    take(collected) {
      const blobs = new Map(collected.map(({ path, file }) => [blobFile(path, file), file]));
      void check({ source: "upload", files: [...blobs.keys()], blobs, repairs: [], history: [] }, restore());
    },
    takeSample() {
      void import("@/lib/models/sample").then(({ sampleModel }) => {
        const files = sampleModel().map(({ path, bytes }) => memoryFile(path, bytes));
        return check({ source: "sample", files, blobs: new Map(), repairs: [], history: [] });
      });
    },
    repair,
    ...(given && given.history.length > 0 ? { undo } : {}),
    clear() {
      latest.current?.abort();
      restore();
      setGiven(undefined);
      setLast(undefined);
      setCheckError(undefined);
      setStartError(undefined);
      void upload.clear();
    },
    start(bucket, root, anyway) {
      if (!given || !report || !isCurrent(given, last)) return;
      const fetched = report.plan.steps.flatMap((step) => (step.kind === "import" ? [step.preset] : []));
      // What is fetched meanwhile will lie there too; deploying waits for it.
      const paths = [...report.plan.files.map(({ target }) => target), ...fetched.map((preset) => `${preset}/`)];
      void save({ model: { source: given.source, bucket, root, report: toDraftReport(report, paths, false) } });
      setStartError(undefined);
      toSources(given, report)
        .then(async (files) => {
          for (const id of fetched)
            unwrap(await createImport({ connectionId, bucket, prefix: root, ...presetOrder(id) }));
          const flags = checkFlags(draft, given.files);
          if (fetched.includes("translate")) flags.translate = false;
          return upload.start({ connectionId, bucket, prefix: root, files, check: flags, anyway });
        })
        .catch((error: unknown) => setStartError(toView(error)));
    },
  };
}

/**
 * How the service will start, as far as that is decided yet. A translation model that is brought along is meant to be used,
 * as the service step will suggest.
 */
export function checkFlags({ service = {} }: PartialDraft, files: readonly ModelFile[]) {
  const hasTranslation = files.some(({ path }) => /(^|\/)translate\//.test(path));
  const { func = "base", blade = true, translate = hasTranslation, closeSafety = false, image } = service;
  return { func, blade, translate, closeSafety, customImage: image?.kind === "custom" } satisfies CheckOptions;
}

/** Files in memory (the sample, what a repair adds) become Blobs; the person's own stay the Files they are. */
async function toSources(given: Given, report: ModelReport): Promise<UploadSource[]> {
  return Promise.all(
    report.plan.files.map(async ({ source, target }) => {
      const file = given.blobs.get(source) ?? new Blob([new Uint8Array(await source.read(0, source.sizeBytes))]);
      return { path: target, file, lastModified: file instanceof File ? file.lastModified : 0 };
    }),
  );
}

/**
 * The draft learns that the model is there when the server has found every file there as it was sent. Told by the target, not
 * by memory: the upload may have been started by an earlier visit to this page.
 */
function useSaveWhenDone(
  { finish, target }: UseUpload,
  connectionId: string,
  draft: PartialDraft,
  save: UseModel["save"],
) {
  const { model } = draft;
  const isTarget =
    target?.connectionId === connectionId && target.bucket === model?.bucket && target.prefix === model.root;
  const done = isTarget && finish?.state === "checked" && isEqual(finish.result);
  const report = model?.report;
  useEffect(() => {
    if (done && report && !report.complete) void save({ model: { ...model, report: { ...report, complete: true } } });
  }, [done, model, report, save]);
}

function isEqual({ missing, different }: FinishedUpload): boolean {
  return missing.length === 0 && different.length === 0;
}
