/**
 * The tab's one upload. It lives outside of React, so that leaving the step that started it does not end it; components
 * see it through `useUpload`.
 */
import { AppError, type ErrorView, toErrorView } from "@/lib/errors";
import type { CheckOptions } from "@/lib/models/check";
import type { createBrowserUpload } from "@/lib/oss/upload/browser-upload";
import type { PlanProblem } from "@/lib/oss/upload/plan";
import type { FileProgress, UploadProgress, UploadSource } from "@/lib/oss/upload/types";
import type { Upload } from "@/lib/oss/upload/upload";
import type { LineProblem } from "@/lib/uploads/probe-line";
import { beginUpload, finishUpload, tellPresence } from "@/lib/uploads/requests";
import type { FinishedUpload } from "@/lib/uploads/schemas";
import { deviceName, holdFolder } from "./device";
import { askBeforeLeaving, showInTitle } from "./page-signs";

export interface StartUpload {
  connectionId: string;
  bucket: string;
  /** The model root. */
  prefix: string;
  files: readonly UploadSource[];
  /** Leave out what lies there with equal size and CRC-64. Default: true. */
  skipExisting?: boolean;
  /** How the service is to start: the server checks the folder for that at the end. */
  check?: Partial<Pick<CheckOptions, "func" | "blade" | "translate" | "closeSafety" | "customImage">>;
  /** Although somebody else is uploading there. */
  anyway?: boolean;
}

/** What the server says of the folder once the last file has arrived. */
export type FinishView =
  | { state: "checking" }
  | { state: "checked"; result: FinishedUpload }
  | { state: "failed"; error: ErrorView };

export interface UploadTarget {
  connectionId: string;
  bucket: string;
  /** As recorded: ends in `/`. */
  prefix: string;
}

/** Before the first byte: the line to the bucket is tried, and what stands in its way is for the person to decide. */
export type LineView = { state: "probing" } | { state: "stuck"; problem: LineProblem };

/** With a problem of the line: try it again, send through the console, or send although answers are hidden. */
export type WayOn = "again" | "relay" | "anyway";

/** What a component may know at one moment. Replaced as a whole. */
export interface UploadView {
  target?: UploadTarget;
  /** Absent once bytes may flow. */
  line?: LineView;
  progress?: UploadProgress;
  files: readonly FileProgress[];
  /** The browser does not reach the bucket, so bytes go through the console. */
  relayed?: boolean;
  /** Absent until every file has arrived. */
  finish?: FinishView;
  /** Files that were not planned. */
  problems: readonly PlanProblem[];
}

/** Fast enough to look alive, slow enough for thousands of files. */
const REFRESH_MS = 200;
/** Without news the speed still falls. */
const TICK_MS = 1000;
/** The server takes a page for gone that it has not heard of for three times as long. */
const PRESENCE_MS = 30_000;

export const NO_UPLOAD: UploadView = { files: [], problems: [] };

let view = NO_UPLOAD;
/** Grows with each start and each clearing: whoever finds it changed after waiting is no longer wanted. */
let turn = 0;
let current: { upload: Upload; close: () => void; finish: () => void } | undefined;
/** Begun, and not on its way yet. */
let prepared: { goOn: (way: WayOn) => Promise<void>; close: () => void } | undefined;
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
export async function startUpload(input: StartUpload): Promise<void> {
  const { connectionId, bucket, prefix, anyway } = input;
  await clearUpload();
  const mine = ++turn;
  const release = await holdFolder(`${connectionId} ${bucket} ${prefix}`);
  try {
    const [begun, engine] = await Promise.all([
      beginUpload(connectionId, { bucket, prefix, device: deviceName(), anyway }),
      loadEngine(),
    ]);
    // The button was pressed twice, or the model was put away meanwhile.
    if (mine !== turn) return release();
    await prepare(input, begun, engine, release);
  } catch (error) {
    release();
    throw error;
  }
}

interface Begun {
  id: string;
  prefix: string;
}

interface Engine {
  createBrowserUpload: typeof createBrowserUpload;
  probeBucket: (connectionId: string, id: string) => Promise<LineProblem | undefined>;
}

/** Nobody needs it to see a page. */
async function loadEngine(): Promise<Engine> {
  const [{ createBrowserUpload }, { probeBucket }] = await Promise.all([
    import("@/lib/oss/upload/browser-upload"),
    import("@/lib/uploads/browser-line"),
  ]);
  return { createBrowserUpload, probeBucket };
}

/** Tries the line, then runs; or waits for the person to say how to go on. */
async function prepare(input: StartUpload, begun: Begun, engine: Engine, release: () => void): Promise<void> {
  const { connectionId, bucket } = input;
  const target = { connectionId, bucket, prefix: begun.prefix };
  const me = {
    async goOn(way: WayOn) {
      if (way === "again") {
        show({ ...NO_UPLOAD, target, line: { state: "probing" } });
        const problem = await engine.probeBucket(connectionId, begun.id);
        if (prepared !== me) return;
        if (problem) return show({ ...NO_UPLOAD, target, line: { state: "stuck", problem } });
      }
      if (prepared !== me) return;
      prepared = undefined;
      run(input, begun, engine, release, way === "relay");
    },
    close() {
      release();
      void tellPresence(connectionId, begun.id, true);
    },
  };
  prepared = me;
  await me.goOn("again");
}

export function goOnWithUpload(way: WayOn): void {
  void prepared?.goOn(way);
}

function run(
  { connectionId, bucket, files, skipExisting = true, check = {}, anyway = false }: StartUpload,
  { id, prefix }: Begun,
  engine: Engine,
  release: () => void,
  fromStart: boolean,
): void {
  const target = { connectionId, bucket, prefix };
  let relayed = fromStart;
  const { upload, problems, closeChecksum } = engine.createBrowserUpload({
    connectionId,
    id,
    target: `${connectionId} ${bucket} ${prefix}`,
    files,
    skipExisting,
    beside: anyway,
    relay: {
      fromStart,
      onRelay: () => {
        relayed = true;
      },
    },
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSoon = false;
  let finish: FinishView | undefined;
  /** Another look is needed although the engine has compared everything: something wrote to the folder before. */
  let again = anyway;
  const refresh = () => {
    isSoon = false;
    const progress = upload.progress();
    const { state, failedFiles } = progress;
    if (state === "running") finish = undefined;
    if (state === "finished" && failedFiles === 0 && !finish) void askServer();
    show({ target, progress, files: upload.files(), problems, finish, relayed });
    showInTitle(progress);
    askBeforeLeaving(state === "running" || state === "paused");
    timer = state === "running" ? setTimeout(refresh, TICK_MS) : undefined;
    if (state === "cancelled") {
      release();
      void tellPresence(connectionId, id, true);
    }
  };
  const askServer = async () => {
    const asked: FinishView = { state: "checking" };
    finish = asked;
    let next: FinishView;
    try {
      const arrived = upload.arrived().map((file): [string, number, string | null] => {
        return [file.path, file.sizeBytes, file.crc64 ?? null];
      });
      const result = await finishUpload(connectionId, id, { ...check, files: arrived, again });
      again = result.missing.length + result.different.length > 0;
      next = { state: "checked", result };
      if (!again) release();
    } catch (error) {
      next = { state: "failed", error: toErrorView(error instanceof AppError ? error : new AppError("internal")) };
    }
    if (finish !== asked || current?.upload !== upload) return;
    finish = next;
    refresh();
  };
  const stop = upload.subscribe(() => {
    if (isSoon) return;
    isSoon = true;
    clearTimeout(timer);
    timer = setTimeout(refresh, REFRESH_MS);
  });
  const presence = setInterval(() => {
    if (isActive(view)) void tellPresence(connectionId, id, false);
  }, PRESENCE_MS);
  const leave = () => void tellPresence(connectionId, id, true);
  window.addEventListener("pagehide", leave);
  current = {
    upload,
    finish() {
      finish = undefined;
      refresh();
    },
    close() {
      stop();
      clearTimeout(timer);
      clearInterval(presence);
      window.removeEventListener("pagehide", leave);
      closeChecksum();
      release();
      showInTitle(undefined);
      askBeforeLeaving(false);
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

export function leaveOutFile(path: string): void {
  void current?.upload.leaveOut(path);
}

/** Sends files again that the server did not find as they were sent. */
export function resendFiles(paths: readonly string[]): void {
  current?.upload.resend(paths);
}

/** Asks the server once more to look at the folder. */
export function finishAgain(): void {
  current?.finish();
}

export async function cancelUpload(): Promise<void> {
  await current?.upload.cancel();
}

/** Forgets the upload, cancelling it when it is active. */
export async function clearUpload(): Promise<void> {
  turn++;
  prepared?.close();
  prepared = undefined;
  const last = current;
  current = undefined;
  await last?.upload.cancel();
  last?.close();
  show(NO_UPLOAD);
}
