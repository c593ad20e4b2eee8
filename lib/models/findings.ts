import type { Finding, FindingLevel, Repair } from "./types";

interface FindingRule {
  level: FindingLevel;
  /** A statement about the image's own loaders: with an image of the user's own an error becomes a warning. */
  imageOnly?: boolean;
}

/** Every finding there is. Texts: `findings.<code>.title` (what and why) and `findings.<code>.next` (what to do). */
export const FINDING_RULES = {
  // What was given
  no_files: { level: "error" },
  bad_path: { level: "warning" },
  same_name: { level: "warning" },
  several_models: { level: "error" },
  unwrapped: { level: "info" },
  moved_into_base_model: { level: "info" },
  wrong_place: { level: "error" },
  left_behind: { level: "info" },
  neutral_members_added: { level: "info" },
  // base_model/
  base_model_missing: { level: "error" },
  wrong_name: { level: "error" },
  base_model_incomplete: { level: "error", imageOnly: true },
  base_model_empty: { level: "error" },
  several_checkpoints: { level: "error", imageOnly: true },
  overwritten_by_conversion: { level: "warning" },
  conversion_needs_internet: { level: "warning", imageOnly: true },
  conversion_sd2: { level: "warning", imageOnly: true },
  not_a_base_model: { level: "error" },
  not_convertible: { level: "error", imageOnly: true },
  kind_unsupported: { level: "error", imageOnly: true },
  kind_unknown: { level: "warning" },
  checkpoint_incomplete: { level: "error", imageOnly: true },
  // model_index.json and components
  index_entry_missing: { level: "error", imageOnly: true },
  component_null: { level: "error", imageOnly: true },
  class_unknown: { level: "error", imageOnly: true },
  feature_extractor_needed: { level: "error", imageOnly: true },
  component_file_missing: { level: "error", imageOnly: true },
  weights_missing: { level: "error", imageOnly: true },
  safety_weights_missing: { level: "error", imageOnly: true },
  variant_only: { level: "error", imageOnly: true },
  sharded_weights: { level: "error", imageOnly: true },
  shard_missing: { level: "error" },
  unet_channels: { level: "error", imageOnly: true },
  // Other folders of the model root
  controlnet_missing: { level: "error", imageOnly: true },
  controlnet_original: { level: "error", imageOnly: true },
  controlnet_misfit: { level: "error" },
  translate_missing: { level: "error", imageOnly: true },
  translate_incomplete: { level: "error", imageOnly: true },
  translate_direction: { level: "error" },
  lora_several_bin: { level: "error", imageOnly: true },
  lora_several_safetensors: { level: "warning", imageOnly: true },
  lora_unfit: { level: "error", imageOnly: true },
  lora_unused_with_blade: { level: "info" },
  optimized_incomplete: { level: "warning", imageOnly: true },
  blade_default_sd2: { level: "warning", imageOnly: true },
  // Content of files
  empty_file: { level: "error" },
  lfs_pointer: { level: "error" },
  error_page: { level: "error" },
  json_invalid: { level: "error" },
  truncated: { level: "error" },
  trailing_bytes: { level: "error" },
  header_invalid: { level: "error" },
  dtype_unsupported: { level: "error", imageOnly: true },
  metadata_missing: { level: "warning", imageOnly: true },
  pickle_as_safetensors: { level: "error" },
  safetensors_as_pickle: { level: "error" },
  not_weights: { level: "error" },
  not_checked: { level: "warning" },
  unreadable: { level: "error" },
} as const satisfies Record<string, FindingRule>;

export type FindingCode = keyof typeof FINDING_RULES;

export const FINDING_CODES = Object.keys(FINDING_RULES) as FindingCode[];

/**
 * Parameters for the texts. By convention `kind` names a text under `modelKinds.`, and what ends in `Bytes` is a size;
 * `findingText` turns both into words.
 */
export interface ModelFinding extends Finding {
  code: FindingCode;
  /** What would help; several are alternatives. */
  repairs?: Repair[];
  /** The container's own line that this ends in, never translated. */
  proof?: string;
}

type Params = Finding["params"];

export interface FindingExtras {
  repairs?: Repair[];
  proof?: string;
}

/** Collects findings; knows which of them an image of the user's own softens. */
export class FindingList {
  readonly #found: ModelFinding[] = [];
  readonly #customImage: boolean;

  constructor(customImage: boolean) {
    this.#customImage = customImage;
  }

  add(code: FindingCode, path: string | undefined, params: Params = {}, extras: FindingExtras = {}): void {
    const rule: FindingRule = FINDING_RULES[code];
    const level = rule.level === "error" && rule.imageOnly && this.#customImage ? "warning" : rule.level;
    const named = path === undefined ? params : { path, ...params };
    this.#found.push({ level, code, ...(path === undefined ? {} : { path }), params: named, ...extras });
  }

  has(code: FindingCode): boolean {
    return this.#found.some((finding) => finding.code === code);
  }

  /** Errors first, otherwise in the order of finding. */
  sorted(): ModelFinding[] {
    const weight: Record<FindingLevel, number> = { error: 0, warning: 1, info: 2 };
    return [...this.#found].sort((a, b) => weight[a.level] - weight[b.level]);
  }
}
