import type { ModelKind } from "./kinds";

/** A file of a model folder, wherever it lies: a browser File or an OSS object. */
export interface ModelFile {
  /**
   * Relative to the root that was given, `/`-separated, never starting with `/`. A trailing `/` marks an empty folder
   * (a directory marker object in OSS).
   */
  path: string;
  sizeBytes: number;
  /** When it was written to the bucket, in milliseconds; unknown of files that were dropped. */
  modifiedAt?: number;
  /** Reads bytes `start` (inclusive) to `end` (exclusive, at most the size). */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** What was seen in a weights file. */
export interface FileFact {
  kind: ModelKind;
  format: "safetensors" | "torch";
  /** For which base model it is made. */
  base?: ModelKind;
  precision?: string;
  /** LoHa, LoKr … */
  variant?: string;
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
  "unread_component",
  "training",
  "media",
  "outside_model",
  "replaced",
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

/** Flags of the service that a repair may change; everything else of a repair changes the plan. */
export interface RepairFlags {
  func?: "base";
  translate?: boolean;
  closeSafety?: boolean;
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
  /** Also of a single file. */
  | { kind: "rename_folder"; from: string; to: string }
  /** Single files go elsewhere or under another name. */
  | { kind: "move"; moves: { from: string; to: string }[] }
  /** Keep this checkpoint of several directly in `base_model/`. */
  | { kind: "keep_checkpoint"; path: string }
  | { kind: "leave_behind"; paths: string[] }
  /** `x.fp16.safetensors` goes up as `x.safetensors`. */
  | { kind: "use_variant"; variant: string }
  /** The same JSON without the byte order mark before it. */
  | { kind: "strip_bom"; paths: string[] }
  /**
   * Adds a small file to each of these folders and sends `modelIndex` in place of the model's own, when given. With
   * `closeSafety` the service has to start with `--close_safety` too.
   */
  | { kind: "add_neutral_members"; members: string[]; modelIndex?: string; flags?: RepairFlags }
  /** Nothing of the folder changes: the service is to start otherwise. */
  | { kind: "set_flags"; flags: RepairFlags }
  /** Nothing that was given changes: the console fetches the rest straight into the model root. */
  | { kind: "import"; preset: "translate" };

/** The flags that a repair asks for, if any. */
export function flagsOf(repair: Repair): RepairFlags {
  return "flags" in repair && repair.flags ? repair.flags : {};
}

/** What goes where. */
export interface ModelPlan {
  files: PlannedFile[];
  leftBehind: LeftBehind[];
  /** What was changed to get from the given files to this plan, in order. */
  steps: Repair[];
}
