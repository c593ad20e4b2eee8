/** What an upload is made of and what may be done with it. */
import type { Clock } from "@/lib/clock";
import type {
  ArrivedFile,
  CheckpointStore,
  Checksum,
  FileProgress,
  UploadEvent,
  UploadProgress,
  UploadTransport,
} from "./types";

export interface UploadParts {
  transport: UploadTransport;
  checksum: Checksum;
  clock: Clock;
  checkpoints?: CheckpointStore;
  /** Resolves when the network is back, as far as that is told: who waits for another try then need not wait longer. */
  backOnline?: (signal: AbortSignal) => Promise<void>;
  /** In [0, 1); spreads retries. */
  random?: () => number;
}

export interface UploadOptions {
  lanes?: number;
  /** Leave out files that lie at the target with equal size and CRC-64. */
  skipExisting?: boolean;
}

export interface Upload {
  start(): void;
  /** Ends what is on its way; nothing confirmed is lost. */
  pause(): void;
  resume(): void;
  /** Aborts the half-done multipart uploads. Files that are done stay. */
  cancel(): Promise<void>;
  /** Tries one file again that failed or was left out, or all that failed. */
  retry(path?: string): void;
  /** Leaves one file out that is not there yet; its half-done multipart upload is aborted. */
  leaveOut(path: string): Promise<void>;
  /** Sends files once more that are not at the target as they were sent. */
  resend(paths: readonly string[]): void;
  /** What lies at the target now, of this plan. */
  arrived(): ArrivedFile[];
  progress(): UploadProgress;
  /** One entry per file, in the plan's order; entries are replaced, never changed. */
  files(): readonly FileProgress[];
  subscribe(listener: (event: UploadEvent) => void): () => void;
  /** Resolves when the upload is finished or cancelled. */
  settled(): Promise<UploadProgress>;
}
