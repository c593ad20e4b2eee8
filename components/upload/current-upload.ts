/**
 * The tab's one upload. It lives outside of React, so that leaving the step that started it does not end it; components
 * see it through `useUpload`.
 */
import { systemClock } from "@/lib/clock";
import { createUpload, type Upload } from "@/lib/oss/upload/engine";
import { beginUpload, createHttpTransport } from "@/lib/oss/upload/http-transport";
import { createIndexedCheckpoints } from "@/lib/oss/upload/indexed-checkpoints";
import { type PlanProblem, planUpload } from "@/lib/oss/upload/plan";
import type { FileProgress, UploadProgress, UploadSource } from "@/lib/oss/upload/types";
import { createWorkerChecksum } from "@/lib/oss/upload/worker-checksum";

export interface StartUpload {
  connectionId: string;
  bucket: string;
  /** The model root. */
  prefix: string;
  files: readonly UploadSource[];
  /** Leave out what lies there with equal size and CRC-64. Default: true. */
  skipExisting?: boolean;
}

export interface UploadTarget {
  connectionId: string;
  bucket: string;
  /** As recorded: ends in `/`. */
  prefix: string;
}

/** What a component may know at one moment. Replaced as a whole. */
export interface UploadView {
  target?: UploadTarget;
  progress?: UploadProgress;
  files: readonly FileProgress[];
  /** Files that were not planned. */
  problems: readonly PlanProblem[];
}

/** Fast enough to look alive, slow enough for thousands of files. */
const REFRESH_MS = 200;
/** Without news the speed still falls. */
const TICK_MS = 1000;

export const NO_UPLOAD: UploadView = { files: [], problems: [] };

let view = NO_UPLOAD;
/** Grows with each start and each clearing: whoever finds it changed after waiting is no longer wanted. */
let turn = 0;
let current: { upload: Upload; close: () => void } | undefined;
const listeners = new Set<() => void>();

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentView(): UploadView {
  return view;
}

function show(next: UploadView): void {
  view = next;
  for (const listener of listeners) listener();
}

export function isActive({ progress }: UploadView): boolean {
  return progress?.state === "running" || progress?.state === "paused";
}

/** Begins at once; an upload that is still active is cancelled first. */
export async function startUpload({
  connectionId,
  bucket,
  prefix,
  files,
  skipExisting = true,
}: StartUpload): Promise<void> {
  await clearUpload();
  const mine = ++turn;
  const begun = await beginUpload(connectionId, bucket, prefix);
  // The button was pressed twice, or the model was put away meanwhile.
  if (mine !== turn) return;
  const target = { connectionId, bucket, prefix: begun.prefix };
  const { plan, problems } = planUpload(files);
  const { checksum, close: closeChecksum } = createWorkerChecksum();
  const transport = createHttpTransport(connectionId, begun.id);
  const checkpoints = createIndexedCheckpoints(`${connectionId} ${bucket} ${begun.prefix}`);
  const upload = createUpload(plan, { transport, checksum, clock: systemClock, checkpoints }, { skipExisting });

  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSoon = false;
  const refresh = () => {
    isSoon = false;
    const progress = upload.progress();
    show({ target, progress, files: upload.files(), problems });
    timer = progress.state === "running" ? setTimeout(refresh, TICK_MS) : undefined;
  };
  const stop = upload.subscribe(() => {
    if (isSoon) return;
    isSoon = true;
    clearTimeout(timer);
    timer = setTimeout(refresh, REFRESH_MS);
  });
  current = {
    upload,
    close() {
      stop();
      clearTimeout(timer);
      closeChecksum();
    },
  };
  upload.start();
  refresh();
}

export function pauseUpload(): void {
  current?.upload.pause();
}

export function resumeUpload(): void {
  current?.upload.resume();
}

export function retryUpload(path?: string): void {
  current?.upload.retry(path);
}

export async function cancelUpload(): Promise<void> {
  await current?.upload.cancel();
}

/** Forgets the upload, cancelling it when it is active. */
export async function clearUpload(): Promise<void> {
  turn++;
  const last = current;
  current = undefined;
  await last?.upload.cancel();
  last?.close();
  show(NO_UPLOAD);
}
