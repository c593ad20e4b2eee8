/**
 * The uploader: a few lanes take tasks (open a file, send a part, finish a file) from all files together until none is
 * left. This is where they meet: what is next says the queue, how many at once the concurrency, how a body travels the sender,
 * what people see the tally. Bytes go from the Blob to OSS as they are; each part's CRC-64 is computed beside it and compared with what OSS
 * answers, and the combined value with what OSS says of the whole object. Pausing ends the lanes and keeps the tasks;
 * a failed file keeps its multipart upload; only cancelling aborts it.
 */
import { AppError, type ErrorView } from "@/lib/errors";
import { Concurrency } from "./concurrency";
import { FileWork, type Task } from "./file-work";
import { finishFile } from "./finish-file";
import { Lanes } from "./lanes";
import { openFile } from "./open-file";
import { PartSender } from "./part-sender";
import { TELLING_BYTES } from "./plan";
import { fromLocal, isUnanswered, type Patiently, patiently } from "./retry";
import { Tally } from "./tally";
import type { ArrivedFile, FileProgress, UploadEvent, UploadPlan, UploadProgress, UploadState } from "./types";
import type { Upload, UploadOptions, UploadParts } from "./upload";
import { WorkQueue } from "./work-queue";

export function createUpload(plan: UploadPlan, parts: UploadParts, options: UploadOptions = {}): Upload {
  return new Engine(plan, parts, options);
}

class Engine implements Upload {
  private readonly works: FileWork[];
  private readonly tally: Tally;
  private readonly sender: PartSender;
  private readonly queue: WorkQueue;
  private readonly concurrency: Concurrency;
  private readonly lanes: Lanes<Task>;
  private readonly listeners = new Set<(event: UploadEvent) => void>();
  private controller = new AbortController();
  /** Over when all lanes of all runs have ended. */
  private ended: Promise<void> = Promise.resolve();
  private sizes: ReadonlyMap<string, number> | undefined;
  private openUploads: ReadonlyMap<string, string> = new Map();
  /** What the last body of some size that arrived moved with. */
  private bytesPerSecond: number | undefined;

  constructor(
    plan: UploadPlan,
    private readonly parts: UploadParts,
    private readonly options: UploadOptions,
  ) {
    this.works = plan.items.map((item, index) => new FileWork(index, item));
    this.tally = new Tally(plan, parts.clock, (event) => this.emit(event));
    const { transport, checksum, clock } = parts;
    this.sender = new PartSender({
      transport,
      checksum,
      clock,
      patiently: this.patiently,
      upcoming: (count) => this.queue.upcoming(count),
      onSent: (request, bytes) => this.tally.sent(request, bytes),
    });
    this.queue = new WorkQueue(this.works, {
      mayExist: (work) => this.mayExist(work),
      goesByForm: (work) => this.sender.goesByForm(work),
    });
    this.concurrency = new Concurrency(options.lanes);
    this.lanes = new Lanes({
      next: () => this.queue.next(),
      perform: (task, signal) => this.perform(task, signal),
      limit: () => this.concurrency.limit,
    });
  }

  start(): void {
    if (this.tally.state === "idle") this.run();
  }

  pause(): void {
    if (this.tally.state !== "running") return;
    this.tally.setState("paused");
    this.controller.abort(new AppError("cancelled"));
  }

  resume(): void {
    if (this.tally.state === "paused") this.run();
  }

  async cancel(): Promise<void> {
    if (this.tally.state === "finished" || this.tally.state === "cancelled") return;
    this.tally.setState("cancelled");
    this.controller.abort(new AppError("cancelled"));
    await this.ended;
    const open = this.works.filter((work) => work.uploadId !== undefined && !isStored(work));
    for (const work of this.works) if (!work.isOver) this.setFile(work, "cancelled");
    for (const { item, uploadId } of open) {
      // Best effort: what stays behind is an unfinished upload that the bucket's lifecycle may clear.
      if (uploadId) await this.parts.transport.abort(item.path, uploadId).catch(() => undefined);
      await this.parts.checkpoints?.remove(item.path);
    }
  }

  retry(path?: string): void {
    if (this.tally.state === "cancelled") return;
    const again = this.works.filter(
      ({ state, item }) => (!path || item.path === path) && (state === "failed" || (path && state === "left_out")),
    );
    // An upload id that OSS no longer knows, or parts that do not add up, are of no further use.
    this.again(again, ({ error }) => error?.vendor?.code === "NoSuchUpload" || error?.params.reason === "corrupted");
  }

  resend(paths: readonly string[]): void {
    if (this.tally.state === "cancelled") return;
    const wanted = new Set(paths);
    this.again(
      this.works.filter((work) => isStored(work) && wanted.has(work.item.path)),
      () => true,
    );
  }

  private again(works: readonly FileWork[], isAfresh: (work: FileWork) => boolean): void {
    if (works.length === 0) return;
    for (const work of works) {
      const before = work.state;
      work.restart(isAfresh(work));
      this.tally.fileChanged(work, before);
      this.queue.again(work);
    }
    if (this.tally.state === "finished") this.run();
    else this.lanes.wake();
  }

  async leaveOut(path: string): Promise<void> {
    const work = this.works.find(({ item }) => item.path === path);
    if (!work || isStored(work) || work.state === "left_out" || work.state === "cancelled") return;
    const { state, uploadId } = work;
    work.abort.abort(new AppError("cancelled"));
    work.restart(true);
    work.state = "left_out";
    this.tally.fileChanged(work, state);
    this.lanes.wake();
    if (uploadId) await this.parts.transport.abort(path, uploadId).catch(() => undefined);
    await this.parts.checkpoints?.remove(path);
  }

  arrived(): ArrivedFile[] {
    return this.works
      .filter(isStored)
      .map(({ item, crc64 }) => ({ path: item.path, sizeBytes: item.sizeBytes, crc64 }));
  }

  progress(): UploadProgress {
    return this.tally.progress();
  }

  files(): readonly FileProgress[] {
    return this.tally.files();
  }

  subscribe(listener: (event: UploadEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  settled(): Promise<UploadProgress> {
    return new Promise((resolve) => {
      const settle = (state: UploadState) => {
        if (state !== "finished" && state !== "cancelled") return;
        stop();
        resolve(this.progress());
      };
      const stop = this.subscribe((event) => event.type === "state" && settle(event.state));
      settle(this.tally.state);
    });
  }

  private run(): void {
    const controller = new AbortController();
    this.controller = controller;
    const { signal } = controller;
    this.tally.setState("running");
    // Lanes of an earlier run end first, so that there are never more than allowed.
    this.ended = this.ended.then(async () => {
      if (signal.aborted) return;
      await this.listExisting(signal);
      this.concurrency.begin(this.parts.clock.now(), this.tally.movedBytes());
      await this.lanes.run(signal);
      if (!signal.aborted) this.tally.setState("finished");
    });
  }

  private async listExisting(signal: AbortSignal): Promise<void> {
    if (!this.options.skipExisting || this.sizes) return;
    const { transport } = this.parts;
    // Without a listing everything is uploaded; a deeper fault shows with the first file.
    const sizes = this.patiently(() => transport.listSizes(signal), signal).catch(() => undefined);
    // Not everybody may list what is half-done: then only this browser's own memory helps.
    const hasLarge = this.works.some(({ item }) => item.mode === "multipart");
    const open = hasLarge ? transport.listOpen?.(signal).catch(() => undefined) : undefined;
    this.sizes = await sizes;
    this.openUploads = (await open) ?? this.openUploads;
  }

  private mayExist(work: FileWork): boolean {
    return this.sizes?.get(work.item.path) === work.item.sizeBytes;
  }

  /** Never rejects: a failure belongs to its file. */
  private async perform(task: Task, runSignal: AbortSignal): Promise<void> {
    const { work } = task;
    const signal = AbortSignal.any([runSignal, work.abort.signal]);
    try {
      if (task.kind === "open") await this.open(work, signal);
      else if (task.kind === "part") await this.send(work, task.index, task.run, signal);
      else await this.finish(work, signal);
    } catch (error) {
      if (task.run !== work.run || work.isOver) return;
      if (signal.aborted) return work.giveBack(task);
      work.abort.abort(new AppError("cancelled"));
      work.error = fromLocal(error, work.item.path);
      this.setFile(work, "failed");
    }
  }

  private async open(work: FileWork, signal: AbortSignal): Promise<void> {
    this.setFile(work, "uploading");
    const hints = {
      mayExist: this.mayExist(work),
      openUploadId: this.openUploads.get(work.item.path),
      bytesPerSecond: this.bytesPerSecond,
      patiently: <T>(attempt: () => Promise<T>) => this.patiently(attempt, signal, { work }),
    };
    const answer = await openFile(work, this.parts, hints, signal);
    signal.throwIfAborted();
    if (answer === "skip") return this.setFile(work, "skipped");
    work.markOpen();
    this.lanes.wake();
  }

  private async send(work: FileWork, index: number, run: number, signal: AbortSignal): Promise<void> {
    if (work.state === "waiting") this.setFile(work, "uploading");
    const { clock } = this.parts;
    const from = clock.now();
    const sizeBytes = await this.sender.send(work, index, run, signal);
    if (sizeBytes === undefined) return;
    const now = clock.now();
    if (sizeBytes >= TELLING_BYTES) this.bytesPerSecond = (sizeBytes * 1000) / Math.max(1, now - from);
    this.tally.partDone(work, sizeBytes);
    this.concurrency.answered(now, this.tally.movedBytes());
  }

  private async finish(work: FileWork, signal: AbortSignal): Promise<void> {
    const { item, uploadId } = work;
    this.setFile(work, "verifying");
    const again = <T>(attempt: () => Promise<T>) => this.patiently(attempt, signal, { work });
    work.crc64 = await finishFile(work, this.parts.transport, again, signal);
    this.setFile(work, "done");
    if (uploadId) await this.parts.checkpoints?.remove(item.path);
  }

  private readonly patiently: Patiently = (attempt, signal, { work, part = 0, onExpired } = {}) => {
    const { clock, random = Math.random, backOnline } = this.parts;
    const path = work?.item.path ?? "";
    const isCut = () => this.isCut(signal);
    return patiently(attempt, { clock, random, path, onExpired, isCut, backOnline }, signal, {
      wait: (error, tries, delayMs) => {
        if (work && isOfTheLine(error)) this.concurrency.troubled(clock.now(), this.tally.movedBytes());
        this.tally.waiting(error, work);
        this.emit({ type: "retry", path, part, attempt: tries, delayMs, error });
      },
      waited: () => this.tally.waiting(undefined, work),
    });
  };

  /** Asked by another way than that of the bytes: through the console, which asks OSS. */
  private async isCut(signal: AbortSignal): Promise<boolean> {
    try {
      await this.parts.transport.stat(this.works[0]?.item.path ?? "", signal);
      return false;
    } catch (error) {
      return isUnanswered(fromLocal(error, ""));
    }
  }

  private setFile(work: FileWork, state: FileWork["state"]): void {
    const before = work.state;
    work.state = state;
    this.tally.fileChanged(work, before);
  }

  private emit(event: UploadEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function isStored(work: FileWork): boolean {
  return work.state === "done" || work.state === "skipped";
}

/** Fewer requests at once may help. */
function isOfTheLine({ code }: ErrorView): boolean {
  return code === "throttled" || code === "timeout" || code === "network";
}
