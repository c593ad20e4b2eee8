import type { Finding, FindingLevel, Repair } from "./types";

/** What an error means for the service: no start, a start that is of no use, or a start that runs someone's code. */
export type Effect = "start" | "requests" | "safety";

/**
 * What will come of it: it loads; nobody but the user's own image can say; nobody can say, since something that is loaded was
 * more than the check reads; the container ends at once; it starts and then fails at every request; it would run code that
 * came with the weights.
 */
export const OUTCOMES = ["loads", "own_image", "not_checked", "will_not_start", "starts_only", "unsafe"] as const;
export type Outcome = (typeof OUTCOMES)[number];

interface FindingRule {
  level: FindingLevel;
  /** A statement about the image's own loaders: with an image of the user's own an error becomes a warning. */
  imageOnly?: boolean;
  /** Of errors; "start" unless told otherwise. */
  effect?: Effect;
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
  neutral_folders_added: { level: "info" },
  // base_model/
  base_model_missing: { level: "error", imageOnly: true },
  wrong_name: { level: "error", imageOnly: true },
  base_model_incomplete: { level: "error", imageOnly: true },
  base_model_empty: { level: "error", imageOnly: true },
  several_checkpoints: { level: "error", imageOnly: true },
  overwritten_by_conversion: { level: "warning" },
  conversion_shadowed: { level: "warning", imageOnly: true },
  conversion_needs_internet: { level: "warning", imageOnly: true },
  conversion_sd2: { level: "warning", imageOnly: true },
  ema_copy: { level: "info" },
  not_a_base_model: { level: "error", imageOnly: true },
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
  weights_misnamed: { level: "error", imageOnly: true },
  safety_weights_missing: { level: "error", imageOnly: true },
  variant_only: { level: "error", imageOnly: true },
  sharded_weights: { level: "error", imageOnly: true },
  shard_missing: { level: "error" },
  shard_mismatch: { level: "warning" },
  wrong_component: { level: "error", imageOnly: true },
  config_mismatch: { level: "error" },
  text_encoder_misfit: { level: "error", effect: "requests" },
  vae_misfit: { level: "error", effect: "requests" },
  unet_channels: { level: "error", imageOnly: true, effect: "requests" },
  // Other folders of the model root
  folder_not_read: { level: "warning", imageOnly: true },
  several_folders: { level: "warning" },
  controlnet_missing: { level: "error", imageOnly: true },
  controlnet_original: { level: "error", imageOnly: true },
  controlnet_misfit: { level: "error", effect: "requests" },
  translate_missing: { level: "error", imageOnly: true },
  translate_coming: { level: "info" },
  translate_incomplete: { level: "error", imageOnly: true },
  translate_files: { level: "warning", imageOnly: true },
  translate_direction: { level: "error", effect: "requests" },
  lora_several_bin: { level: "error", imageOnly: true },
  lora_several_safetensors: { level: "warning", imageOnly: true },
  lora_unfit: { level: "error", imageOnly: true },
  lora_layout: { level: "warning", imageOnly: true },
  lora_unused_with_blade: { level: "info" },
  add_on_misfit: { level: "warning" },
  add_on_unusable: { level: "warning", imageOnly: true },
  add_ons_not_checked: { level: "info" },
  optimized_incomplete: { level: "warning", imageOnly: true },
  optimized_as_is: { level: "info" },
  optimized_older: { level: "warning", imageOnly: true },
  optimized_unused: { level: "info" },
  blade_default_sd2: { level: "warning", imageOnly: true },
  // Content of files
  empty_file: { level: "error" },
  lfs_pointer: { level: "error" },
  error_page: { level: "error" },
  only_zeros: { level: "error" },
  json_invalid: { level: "error" },
  json_bom: { level: "error" },
  truncated: { level: "error" },
  trailing_bytes: { level: "error" },
  header_invalid: { level: "error" },
  dtype_unsupported: { level: "error", imageOnly: true },
  metadata_missing: { level: "error", imageOnly: true },
  pickle_as_safetensors: { level: "error" },
  safetensors_as_pickle: { level: "error" },
  not_weights: { level: "error" },
  no_tensors: { level: "error" },
  not_torch: { level: "error" },
  zip_damaged: { level: "error" },
  pickle_damaged: { level: "error" },
  pickle_odd: { level: "warning" },
  pickle_dangerous: { level: "error", effect: "safety" },
  pickle_unknown: { level: "warning" },
  not_checked: { level: "warning" },
  unreadable: { level: "error" },
} as const satisfies Record<string, FindingRule>;

export type FindingCode = keyof typeof FINDING_RULES;

export const FINDING_CODES = Object.keys(FINDING_RULES) as FindingCode[];

/**
 * Parameters for the texts. By convention `kind` and `baseKind` name a text under `modelKinds.`, and what ends in `Bytes` is a
 * size; `findingText` turns both into words.
 */
export interface ModelFinding extends Finding {
  code: FindingCode;
  /** Of errors only. */
  effect?: Effect;
  /** What would help; several are alternatives. */
  repairs?: Repair[];
  /** What was read: a tensor and its shape, bytes and their place, a key of a config. Never translated. */
  proof?: string;
  /** The container's own line that this ends in. Never translated. */
  says?: string;
}

type Params = Finding["params"];

export type FindingExtras = Partial<Pick<ModelFinding, "repairs" | "proof" | "says" | "effect">>;

interface FindingOptions {
  customImage: boolean;
  /** Files in OSS stay as they are: only what changes the service can be offered. */
  inPlace: boolean;
  /** About files that the start does not need: what would be an error is a warning, unless it is about safety. */
  asWarnings?: boolean;
}

/** Collects findings; knows which of them an image of the user's own softens and which repairs can be had. */
export class FindingList {
  readonly #found: ModelFinding[];
  readonly #options: FindingOptions;

  constructor(options: FindingOptions, found: ModelFinding[] = []) {
    this.#options = options;
    this.#found = found;
  }

  add(code: FindingCode, path: string | undefined, params: Params = {}, extras: FindingExtras = {}): void {
    const rule: FindingRule = FINDING_RULES[code];
    const { customImage, asWarnings } = this.#options;
    const isSoft = (rule.imageOnly && customImage) || (asWarnings && rule.effect !== "safety");
    const level = rule.level === "error" && isSoft ? "warning" : rule.level;
    const named = path === undefined ? params : { path, ...params };
    const { effect: asked, ...others } = extras;
    const effect = level === "error" ? { effect: asked ?? rule.effect ?? "start" } : {};
    // The same file may be asked for by more than one rule.
    if (this.#found.some((other) => other.code === code && other.path === path && equalParams(other.params, named)))
      return;
    this.#found.push({ level, code, ...effect, ...(path === undefined ? {} : { path }), params: named, ...others });
  }

  /** Repairs as extras of a finding, as far as they can be had here. */
  offer(...repairs: (Repair | undefined)[]): FindingExtras {
    const possible = repairs.filter((repair) => repair !== undefined && (!this.#options.inPlace || isForPlace(repair)));
    const offered = possible.filter((repair) => repair !== undefined);
    return offered.length > 0 ? { repairs: offered } : {};
  }

  /** A list of its own, for a look whose findings are not to be told yet. */
  apart(): FindingList {
    return new FindingList(this.#options);
  }

  /** The same list, for files that the service can start without. */
  asWarnings(): FindingList {
    return new FindingList({ ...this.#options, asWarnings: true }, this.#found);
  }

  has(code: FindingCode): boolean {
    return this.#found.some((finding) => finding.code === code);
  }

  /** Errors first, of them those that stop the start; otherwise in the order of finding. */
  sorted(): ModelFinding[] {
    const weight: Record<FindingLevel, number> = { error: 0, warning: 2, info: 3 };
    const rank = ({ level, effect }: ModelFinding) => weight[level] + (level === "error" && effect !== "start" ? 1 : 0);
    return [...this.#found].sort((a, b) => rank(a) - rank(b));
  }
}

/** What changes no object that lies there. */
const isForPlace = ({ kind }: Repair) => kind === "set_flags" || kind === "import";

function equalParams(a: Params, b: Params): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
