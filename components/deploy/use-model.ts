"use client";

import { useEffect, useRef, useState } from "react";
import { toView } from "@/components/ui/error-notice";
import type { CollectedFile } from "@/components/upload/collect-files";
import { type UseUpload, useUpload } from "@/components/upload/use-upload";
import type { ErrorView } from "@/lib/errors";
import { formatPercent } from "@/lib/format";
import { useLocale } from "@/lib/i18n/react";
import { checkModel, type ModelReport } from "@/lib/models/check";
import { blobFile, memoryFile } from "@/lib/models/model-file";
import { sampleModel } from "@/lib/models/sample";
import type { ModelFile, Repair } from "@/lib/models/types";
import type { UploadSource } from "@/lib/oss/upload/types";
import type { PartialDraft } from "@/lib/service-config/draft";
import { toDraftReport } from "./draft-report";

/** What a person gave to be brought into the bucket; a new choice replaces an earlier one. */
interface Given {
  source: "upload" | "sample";
  files: readonly ModelFile[];
  /** The same files as the browser has them, by path. */
  blobs: ReadonlyMap<string, Blob>;
  repairs: readonly Repair[];
}

export interface ModelWork {
  given?: Given;
  report?: ModelReport;
  checking: boolean;
  checkError?: ErrorView;
  /** The upload could not even begin. */
  startError?: ErrorView;
  upload: UseUpload;
  uploading: boolean;
  /** The state in one line, for the rail. */
  detail?: string;
  take: (files: readonly CollectedFile[]) => void;
  takeSample: () => void;
  repair: (repair: Repair) => void;
  /** Forgets what was given. What lies in the bucket stays. */
  clear: () => void;
  /** Brings what the plan names to `root` in `bucket`. */
  start: (bucket: string, root: string) => void;
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
  const [report, setReport] = useState<ModelReport>();
  const [checkError, setCheckError] = useState<ErrorView>();
  const [startError, setStartError] = useState<ErrorView>();
  const [checking, setChecking] = useState(false);
  const latest = useRef<AbortController>(null);
  const upload = useUpload();
  const { progress, active: uploading } = upload;

  async function check(next: Given) {
    latest.current?.abort();
    const controller = new AbortController();
    latest.current = controller;
    setGiven(next);
    setChecking(true);
    setCheckError(undefined);
    try {
      const { func = "base", blade = true, translate = false, closeSafety = false, image } = draft.service ?? {};
      const customImage = image?.kind === "custom";
      const options = { func, blade, translate, closeSafety, customImage, repairs: next.repairs };
      setReport(await checkModel(next.files, options, controller.signal));
    } catch (error) {
      if (!controller.signal.aborted) setCheckError(toView(error));
    } finally {
      if (latest.current === controller) setChecking(false);
    }
  }

  useSaveWhenDone(upload, connectionId, draft, save);

  return {
    given,
    report,
    checking,
    checkError,
    startError,
    upload,
    uploading,
    detail:
      uploading && progress ? formatPercent(progress.doneBytes / Math.max(1, progress.totalBytes), locale) : undefined,
    take: (files) =>
      void check({
        source: "upload",
        files: files.map(({ path, file }) => blobFile(path, file)),
        blobs: new Map(files.map(({ path, file }) => [path, file])),
        repairs: [],
      }),
    takeSample() {
      const files = sampleModel();
      void check({
        source: "sample",
        files: files.map(({ path, bytes }) => memoryFile(path, bytes)),
        blobs: new Map(),
        repairs: [],
      });
    },
    repair: (repair) => given && void check({ ...given, repairs: [...given.repairs, repair] }),
    clear() {
      latest.current?.abort();
      setGiven(undefined);
      setReport(undefined);
      setCheckError(undefined);
      setStartError(undefined);
      void upload.clear();
    },
    start(bucket, root) {
      if (!given || !report) return;
      const paths = report.plan.files.map(({ target }) => target);
      void save({ model: { source: given.source, bucket, root, report: toDraftReport(report, paths, false) } });
      setStartError(undefined);
      toSources(given, report)
        .then((files) => upload.start({ connectionId, bucket, prefix: root, files }))
        .catch((error: unknown) => setStartError(toView(error)));
    },
  };
}

/** Files in memory (the sample, what a repair adds) become Blobs; the person's own stay the Files they are. */
async function toSources(given: Given, report: ModelReport): Promise<UploadSource[]> {
  return Promise.all(
    report.plan.files.map(async ({ source, target }) => {
      const file = given.blobs.get(source.path) ?? new Blob([new Uint8Array(await source.read(0, source.sizeBytes))]);
      return { path: target, file, lastModified: file instanceof File ? file.lastModified : 0 };
    }),
  );
}

/**
 * The draft learns that the model is there when every file has been compared with what OSS stored. Told by the target, not
 * by memory: the upload may have been started by an earlier visit to this page.
 */
function useSaveWhenDone(
  { progress, target }: UseUpload,
  connectionId: string,
  draft: PartialDraft,
  save: UseModel["save"],
) {
  const { model } = draft;
  const isTarget =
    target?.connectionId === connectionId && target.bucket === model?.bucket && target.prefix === model.root;
  const done = isTarget && progress?.state === "finished" && progress.failedFiles === 0;
  const report = model?.report;
  useEffect(() => {
    if (done && report && !report.complete) void save({ model: { ...model, report: { ...report, complete: true } } });
  }, [done, model, report, save]);
}
