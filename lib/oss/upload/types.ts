import type { ErrorView } from "@/lib/errors";

/** A file that a person dropped or chose, with its place below the target prefix. */
export interface UploadSource {
  /** `/`-separated, relative, e.g. `base_model/unet/config.json`. */
  path: string;
  file: Blob;
  /** Milliseconds since the epoch, when the source knows it (`File.lastModified`). */
  lastModified?: number;
}

/** One object to be. Small files go in one request, others in parts of equal size (the last may be smaller). */
export interface UploadItem {
  path: string;
  file: Blob;
  sizeBytes: number;
  lastModified: number;
  mode: "put" | "multipart";
  partSizeBytes: number;
  /** At least 1. */
  partCount: number;
}

export interface UploadPlan {
  items: UploadItem[];
  totalBytes: number;
}

export type FileState =
  | "waiting"
  | "uploading"
  | "verifying"
  | "done"
  | "skipped"
  | "failed"
  | "left_out"
  | "cancelled";

export interface FileProgress {
  path: string;
  sizeBytes: number;
  state: FileState;
  /** Confirmed by OSS. */
  doneBytes: number;
  /** Why it failed. `params.reason` names what only uploads know: `corrupted`, `changed`. */
  error?: ErrorView;
  /** Why a request of it waits for another try. */
  waitsFor?: ErrorView;
}

/** A file that lies at the target, and its sum as far as it was compared. */
export interface ArrivedFile {
  path: string;
  sizeBytes: number;
  crc64?: string;
}

export type UploadState = "idle" | "running" | "paused" | "finished" | "cancelled";

export interface UploadProgress {
  state: UploadState;
  /** Without those that were left out. */
  files: number;
  /** Done or skipped. */
  doneFiles: number;
  failedFiles: number;
  totalBytes: number;
  /** Confirmed by OSS. */
  doneBytes: number;
  /** Confirmed and on their way. */
  sentBytes: number;
  /** Over the last seconds; 0 while nothing moves. */
  bytesPerSecond: number;
  /** Undefined while unknown. */
  secondsLeft?: number;
  /** Requests that wait for another try. */
  retrying: number;
  /** Why the last of them waits. */
  retryError?: ErrorView;
}

export type UploadEvent =
  | { type: "state"; state: UploadState }
  | { type: "file"; file: FileProgress }
  | { type: "retry"; path: string; part: number; attempt: number; delayMs: number; error: ErrorView }
  | { type: "progress"; progress: UploadProgress };

/** What a URL is wanted for: a whole object, or one part of it. */
export interface SignRequest {
  path: string;
  sizeBytes: number;
  part?: { uploadId: string; number: number };
}

export interface SignedUrls {
  /** In the order of the requests. */
  urls: string[];
  /** Milliseconds since the epoch, by the caller's own clock. */
  expiresAt: number;
}

/** Lets small files be posted as forms below the target, without asking for each. */
export interface SignedForm {
  url: string;
  fields: Readonly<Record<string, string>>;
  /** What a path becomes a key by. */
  prefix: string;
  maxBytes: number;
  /** Milliseconds since the epoch, by the caller's own clock. */
  expiresAt: number;
}

/** The headers that count of an answer to a PUT. Both are absent when CORS does not expose them. */
export interface PutAnswer {
  etag?: string;
  crc64?: string;
}

export interface ServerPart {
  number: number;
  etag: string;
  sizeBytes: number;
  crc64?: string;
}

export interface StoredFile {
  sizeBytes: number;
  crc64?: string;
}

/** Bytes of a small body that were read once for sum and request; a large one stays a Blob, which streams from disk. */
export type UploadBody = Blob | ArrayBuffer;

/** The way to the bucket. Every method rejects with AppError. */
export interface UploadTransport {
  sign(requests: readonly SignRequest[], signal: AbortSignal): Promise<SignedUrls>;
  /** Sends the body as it is. `onSent` hears the bytes of this request that have left so far. */
  put(url: string, body: UploadBody, signal: AbortSignal, onSent: (sentBytes: number) => void): Promise<PutAnswer>;
  /** Absent where files cannot be posted as forms. */
  signForm?(signal: AbortSignal): Promise<SignedForm>;
  post?(form: SignedForm, path: string, body: ArrayBuffer, signal: AbortSignal): Promise<PutAnswer>;
  initiate(path: string, signal: AbortSignal): Promise<{ uploadId: string }>;
  complete(
    path: string,
    uploadId: string,
    parts: readonly { number: number; etag: string }[],
    expected: { sizeBytes: number; crc64: string },
    signal: AbortSignal,
  ): Promise<StoredFile>;
  abort(path: string, uploadId: string): Promise<void>;
  listParts(path: string, uploadId: string, signal: AbortSignal): Promise<ServerPart[]>;
  /** Upload ids of half-done multipart uploads below the target, by path: the newest of each. */
  listOpen?(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Sizes of all objects below the target, by path. One listing, no CRC. */
  listSizes(signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** Undefined when absent. */
  stat(path: string, signal: AbortSignal): Promise<StoredFile | undefined>;
}

/** CRC-64/XZ as an unsigned decimal. */
export type Checksum = (body: UploadBody, signal: AbortSignal) => Promise<string>;

/** What a later visit needs to go on with a half-done multipart upload; the parts themselves are asked from OSS. */
export interface Checkpoint {
  uploadId: string;
  sizeBytes: number;
  lastModified: number;
  partSizeBytes: number;
}

/** Keyed by the file's path below the target. Failing to remember must never fail an upload. */
export interface CheckpointStore {
  load(path: string): Promise<Checkpoint | undefined>;
  save(path: string, checkpoint: Checkpoint): Promise<void>;
  remove(path: string): Promise<void>;
}
