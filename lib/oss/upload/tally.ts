/** Keeps the sums that people see, and says them at most five times a second. */
import type { Clock } from "@/lib/clock";
import { type ErrorView, toErrorView } from "@/lib/errors";
import type { FileWork } from "./file-work";
import { Meter } from "./meter";
import type { FileProgress, FileState, UploadEvent, UploadPlan, UploadProgress, UploadState } from "./types";

const EMIT_MS = 200;

export class Tally {
  state: UploadState = "idle";

  private readonly meter = new Meter();
  private readonly entries: FileProgress[];
  private snapshot: readonly FileProgress[] | undefined;
  private readonly counts: Record<FileState, number>;
  private readonly inFlight = new Map<string, number>();
  private flying = 0;
  private doneBytes = 0;
  /** Counted as done, but says nothing about the line. */
  private skippedBytes = 0;
  private leftOutBytes = 0;
  private retrying = 0;
  private retryError: ErrorView | undefined;
  private emittedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly plan: UploadPlan,
    private readonly clock: Clock,
    private readonly emit: (event: UploadEvent) => void,
  ) {
    this.entries = plan.items.map(({ path, sizeBytes }) => ({ path, sizeBytes, state: "waiting", doneBytes: 0 }));
    this.counts = {
      waiting: plan.items.length,
      uploading: 0,
      verifying: 0,
      done: 0,
      skipped: 0,
      failed: 0,
      left_out: 0,
      cancelled: 0,
    };
  }

  setState(state: UploadState): void {
    this.state = state;
    this.meter.reset();
    this.meter.add(this.clock.now(), this.movedBytes());
    this.emit({ type: "state", state });
    this.emitProgress(true);
  }

  fileChanged(work: FileWork, before: FileState): void {
    this.counts[before]--;
    this.counts[work.state]++;
    if (work.state === "skipped") this.skippedBytes += work.item.sizeBytes;
    if (before === "skipped") this.skippedBytes -= work.item.sizeBytes;
    if (work.state === "left_out") this.leftOutBytes += work.item.sizeBytes;
    if (before === "left_out") this.leftOutBytes -= work.item.sizeBytes;
    const entry = this.entries[work.index];
    const bytes = work.state === "skipped" ? work.item.sizeBytes : work.doneBytes;
    if (entry) this.doneBytes += bytes - entry.doneBytes;
    this.replace(work, bytes);
    this.emitProgress();
  }

  partDone(work: FileWork, sizeBytes: number): void {
    this.doneBytes += sizeBytes;
    this.replace(work, work.doneBytes);
    this.emitProgress();
  }

  /** Bytes of one running request; undefined when it is over. */
  sent(key: string, bytes: number | undefined): void {
    this.flying += (bytes ?? 0) - (this.inFlight.get(key) ?? 0);
    if (bytes === undefined) this.inFlight.delete(key);
    else this.inFlight.set(key, bytes);
    if (bytes !== undefined) this.emitProgress();
  }

  /** A request begins (with its error) or ends to wait for another try. */
  waiting(error: ErrorView | undefined, work?: FileWork): void {
    if (work) {
      work.waitsFor = error;
      this.replace(work, this.entries[work.index]?.doneBytes ?? 0);
    }
    this.retrying += error ? 1 : -1;
    this.retryError = error ?? (this.retrying > 0 ? this.retryError : undefined);
    this.emitProgress();
  }

  files(): readonly FileProgress[] {
    this.snapshot ??= [...this.entries];
    return this.snapshot;
  }

  progress(): UploadProgress {
    const sentBytes = this.sentBytes();
    const totalBytes = this.totalBytes();
    const bytesPerSecond = this.state === "running" ? this.meter.rate(this.clock.now(), this.movedBytes()) : 0;
    return {
      state: this.state,
      files: this.plan.items.length - this.counts.left_out,
      doneFiles: this.counts.done + this.counts.skipped,
      failedFiles: this.counts.failed,
      totalBytes,
      doneBytes: this.doneBytes,
      sentBytes,
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? (totalBytes - sentBytes) / bytesPerSecond : undefined,
      retrying: this.retrying,
      retryError: this.retryError,
    };
  }

  private sentBytes(): number {
    return Math.min(this.totalBytes(), this.doneBytes + this.flying);
  }

  private totalBytes(): number {
    return this.plan.totalBytes - this.leftOutBytes;
  }

  /** By this upload, over the line: confirmed and on their way. */
  movedBytes(): number {
    return this.sentBytes() - this.skippedBytes;
  }

  private replace(work: FileWork, doneBytes: number): void {
    const { path, sizeBytes } = work.item;
    const file: FileProgress = { path, sizeBytes, state: work.state, doneBytes };
    if (work.error) file.error = toErrorView(work.error);
    if (work.waitsFor && !work.isOver) file.waitsFor = work.waitsFor;
    this.entries[work.index] = file;
    this.snapshot = undefined;
    this.emit({ type: "file", file });
  }

  private emitProgress(force = false): void {
    const now = this.clock.now();
    this.meter.add(now, this.movedBytes());
    if (!force && now - this.emittedAt < EMIT_MS) return;
    this.emittedAt = now;
    this.emit({ type: "progress", progress: this.progress() });
  }
}
