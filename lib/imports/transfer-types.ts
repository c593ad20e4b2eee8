import type { OssClient } from "@/lib/oss/types";
import type { Hubs } from "./plan-import";
import type { Remote } from "./remote";
import type { SumState } from "./sum";

/** What an earlier attempt left behind, and where this one writes its own traces. */
export interface TransferState extends Partial<SumState> {
  uploadId?: string;
  validator?: string;
}

export interface Transfer {
  remote: Remote;
  oss: OssClient;
  hubs: Hubs;
  /** The model root. */
  bucket: string;
  prefix: string;
  signal: AbortSignal;
  /** Bytes of this file that OSS has confirmed; of an archive, that were read. */
  onProgress(doneBytes: number, sizeBytes?: number): void;
  /** Before the first byte goes: a later attempt can go on from here, or throw away what this one began. */
  remember(state: TransferState): Promise<void>;
  /** What came out of archives, kept between attempts. */
  entries: EntryBook;
}

/** What is known of an archive's entries from earlier attempts of the same import, by their path below the model root. */
export interface EntryBook {
  get(path: string): { uploadId?: string; etag?: string } | undefined;
  set(path: string, state: { uploadId?: string; etag?: string }): Promise<void>;
}
