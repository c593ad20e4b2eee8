/** A file of a model folder, wherever it lies: a browser File or an OSS object. */
export interface ModelFile {
  /**
   * Relative to the root that was given, `/`-separated, never starting with `/`. A trailing `/` marks an empty folder
   * (a directory marker object in OSS).
   */
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

/** Why a file stays where it is. Texts: `findings.leave.<reason>`. */
export const LEAVE_REASONS = [
  "bad_path",
  "same_name",
  "system",
  "version_control",
  "cache",
  "partial_download",
  "other_framework",
  "duplicate_format",
  "variant",
  "unread_checkpoint",
  "training",
  "media",
  "outside_model",
  "chosen",
] as const;

export type LeaveReason = (typeof LEAVE_REASONS)[number];

export interface PlannedFile {
  source: ModelFile;
  /** Where it will lie below the model root in OSS. */
  target: string;
}

export interface LeftBehind {
  source: ModelFile;
  reason: LeaveReason;
}

/**
 * A change of the plan; the user's own files stay as they are. Plain data, so that it can be kept in a draft and applied
 * again after a reload.
 */
export type Repair =
  /** Take what lies in `folder` as the content of `into` (`""` = the model root). */
  | { kind: "unwrap"; folder: string; into: string }
  /** Put what lies in `from` (`""` = everything but the other folders of a model root) into `base_model/`. */
  | { kind: "move_into_base_model"; from: string }
  | { kind: "rename_folder"; from: string; to: string }
  /** Keep this checkpoint of several directly in `base_model/`. */
  | { kind: "keep_checkpoint"; path: string }
  | { kind: "leave_behind"; paths: string[] }
  /** `x.fp16.safetensors` goes up as `x.safetensors`. */
  | { kind: "use_variant"; variant: string }
  /** Adds a small file to each of these folders and sends `modelIndex` in place of the model's own, when given. */
  | { kind: "add_neutral_members"; members: string[]; modelIndex?: string };

/** What goes where. */
export interface ModelPlan {
  files: PlannedFile[];
  leftBehind: LeftBehind[];
  /** What was changed to get from the given files to this plan, in order. */
  steps: Repair[];
}
