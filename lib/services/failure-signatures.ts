/**
 * What containers, registries, mounts and EAS itself say, and what it means. Texts of the container: diffusers-service.md §4,
 * §9 and §10; of the platform: eas-service-lifecycle.md §4. Named groups become the params of the reason.
 */

export const REASON_CODES = [
  "base_model_missing",
  "base_model_checkpoints",
  "controlnet_missing",
  "controlnet_unsupported",
  "translate_missing",
  "lora_too_many",
  "lora_unsupported",
  "safety_checker_incomplete",
  "weights_missing",
  "weights_damaged",
  "weights_pointer",
  "tokenizer_missing",
  "file_missing",
  "components_differ",
  "model_too_new",
  "architecture_unsupported",
  "config_unreadable",
  "mount_read_only",
  "mount_io",
  "internet_needed",
  "gpu_memory",
  "gpu_unsupported",
  "function_unknown",
  "arguments_wrong",
  "command_not_found",
  "container_message",
  "crash_silent",
  "crash_request",
  "host_memory",
  "host_memory_restarted",
  "gpu_memory_request",
  "keepalive",
  "out_of_stock",
  "group_full",
  "gpu_count",
  "unschedulable",
  "spot_reclaimed",
  "mount_bucket_missing",
  "mount_other_region",
  "mount_denied",
  "mount_unreachable",
  "mount_failed",
  "image_denied",
  "image_host_unknown",
  "image_unreachable",
  "image_missing",
  "image_disk_full",
  "image_failed",
  "port_reserved",
  "port_silent",
  "probe_failed",
  "probe_budget",
  "arrears",
  "quota",
  "workspace",
  "path_missing",
  "service_message",
  "diagnosis",
  "unknown",
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

export interface Signature {
  code: ReasonCode;
  pattern: RegExp;
}

/** Order matters: the first that fits. */
export const CONTAINER_REASONS: readonly Signature[] = [
  { code: "base_model_missing", pattern: /base_model dir must be provided|Not a directory: '\/oss\/base_model'/ },
  {
    code: "base_model_checkpoints",
    pattern:
      /only one \.ckpt model or one \.safetensors model.*\.ckpt: (?<ckpt>\d+) and \.safetensors: (?<safetensors>\d+)/,
  },
  {
    code: "controlnet_missing",
    pattern: /controlnet dir must be provided|such file or directory: '\/oss\/controlnet/i,
  },
  { code: "controlnet_unsupported", pattern: /state_dict for ControlNetModel/ },
  {
    code: "translate_missing",
    pattern:
      /translation model in the translate dir|not a valid checkpoint: .*translate|translate.*configuration file not found/i,
  },
  { code: "lora_too_many", pattern: /only one lora model is allowed/i },
  {
    code: "lora_unsupported",
    pattern: /expected by LoRA training|processor classes|'unet\.[\w.]+\.weight'|hada_w1_a/,
  },
  { code: "safety_checker_incomplete", pattern: /safety.?checker(?!=None)/i },
  {
    code: "weights_missing",
    pattern: /Error no file named (?<file>\S+?)(?:,.*)? found in directory (?<folder>\S+?)\.?$/s,
  },
  { code: "weights_missing", pattern: /(?<folder>\/oss\S*) does not appear to have a file named (?<file>\S+?)\.? / },
  { code: "weights_pointer", pattern: /git-lfs installed/ },
  { code: "weights_damaged", pattern: /Unable to load weights from checkpoint file for '(?<file>[^']+)'/ },
  {
    code: "weights_damaged",
    pattern:
      /(?<file>Error while deserializing header|PytorchStreamReader failed|Ran out of input|invalid load key|UnpicklingError)/,
  },
  {
    code: "tokenizer_missing",
    pattern: /Can't load tokenizer for|expected str, bytes or os\.PathLike object, not NoneType/,
  },
  { code: "components_differ", pattern: /Pipeline \S+ expected .*but only .* were passed/s },
  {
    code: "model_too_new",
    pattern: /module '(?<library>diffusers|transformers)[\w.]*' has no attribute '(?<name>\w+)'/,
  },
  { code: "model_too_new", pattern: /No module named '(?<name>[\w.]+)'/ },
  {
    code: "architecture_unsupported",
    pattern: /loading state_dict|size mismatch|time_embed\.0\.weight|add_embedding|must match the size of tensor/,
  },
  { code: "config_unreadable", pattern: /JSONDecodeError|is not a valid JSON file/ },
  { code: "mount_read_only", pattern: /Read-only file system: '(?<path>[^']+)'/ },
  { code: "mount_io", pattern: /Input\/output error: '(?<path>[^']+)'/ },
  { code: "file_missing", pattern: /No such file or directory: '(?<path>\/oss[^']*)'/ },
  {
    code: "internet_needed",
    pattern:
      /Max retries exceeded|Failed to establish a new connection|Temporary failure in name resolution|raw\.githubusercontent\.com/,
  },
  { code: "gpu_memory", pattern: /CUDA out of memory|OutOfMemoryError/ },
  {
    code: "gpu_unsupported",
    pattern: /no kernel image is available|no NVIDIA driver|CUDA driver version|No CUDA GPUs/,
  },
  { code: "function_unknown", pattern: /Unrecognized function name: (?<name>\S+?)\./ },
];

/** Last words without a traceback: of the shell, and of a program that does not understand its command line. */
export const LAST_WORDS: readonly Signature[] = [
  {
    code: "arguments_wrong",
    pattern: /^[^:]+: error: (?<message>(?:unrecognized|the following|argument|ambiguous|expected).+)/,
  },
  { code: "command_not_found", pattern: /can't open file '(?<name>[^']*)'/ },
  { code: "command_not_found", pattern: /^\S*sh: \d+: (?<name>.+?)(?:: not found| specified)$/ },
];

export const IMAGE_REASONS: readonly Signature[] = [
  { code: "image_disk_full", pattern: /no space left on device/i },
  { code: "image_denied", pattern: /pull access denied|unauthorized|authorization failed|\b40[13]\b/i },
  { code: "image_host_unknown", pattern: /no such host/i },
  { code: "image_unreachable", pattern: /dial tcp|i\/o timeout|timeout|connection refused/i },
  { code: "image_missing", pattern: /not found|manifest unknown/i },
];

export const MOUNT_REASONS: readonly Signature[] = [
  { code: "mount_bucket_missing", pattern: /NoSuchBucket|bucket (?<bucket>[\w-]+) .*does not exist/i },
  { code: "mount_other_region", pattern: /not in region|endpoint.*region|AccessDenied.*endpoint/i },
  { code: "mount_denied", pattern: /AccessDenied|Forbidden|permission denied|InvalidAccessKeyId/i },
  { code: "mount_unreachable", pattern: /timeout|timed out|dial tcp|no such host|is not reachable/i },
];

/** What EAS says of a whole service, in its message or in an event. The account's own troubles come first. */
export const SERVICE_REASONS: readonly Signature[] = [
  { code: "arrears", pattern: /arrears|in ?debt|overdue|insufficient balance|NotEnoughBalance|欠费/i },
  { code: "quota", pattern: /quota.*(exceed|insufficient|limit)|(exceed|over)\w* .*quota|QuotaExceed/i },
  { code: "workspace", pattern: /workspace.*(not (found|exist)|does ?n.t exist|disabled|frozen|invalid)/i },
  { code: "out_of_stock", pattern: /out of stock|no.?stock|sold out/i },
  { code: "path_missing", pattern: /(?:path|file|model)\b.*(?:not found|does ?n.t exist|not exist)/i },
];

export interface Match {
  code: ReasonCode;
  params: Record<string, string>;
}

export function matchOf(signatures: readonly Signature[], text: string): Match | undefined {
  for (const { code, pattern } of signatures) {
    const match = pattern.exec(text);
    if (match) return { code, params: { ...match.groups } };
  }
  return undefined;
}
