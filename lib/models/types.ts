/** A file of a model folder, wherever it lies: a browser File or an OSS object. */
export interface ModelFile {
  /** Relative to the root that was given, `/`-separated, never starting with `/`. */
  path: string;
  sizeBytes: number;
  /** Reads bytes `start` (inclusive) to `end` (exclusive, at most the size). */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

export type FindingLevel = "error" | "warning" | "info";

/** One thing the check found. Sentences live in the messages under `findings.<code>`. */
export interface Finding {
  level: FindingLevel;
  code: string;
  /** File or folder that it is about; absent when it is about the whole. */
  path?: string;
  params: Record<string, string | number>;
}
