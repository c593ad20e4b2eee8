/**
 * What containers, registries and mounts say, and what it means. Texts of the container: diffusers-service.md §4 and §10;
 * of the platform: eas-service-lifecycle.md §4. Named groups become the params of the reason.
 */

export const REASON_CODES = [
  "base_model_missing",
  "base_model_checkpoints",
  "controlnet_missing",
  "translate_missing",
  "lora_too_many",
  "safety_checker_incomplete",
  "weights_missing",
  "components_differ",
  "model_too_new",
  "architecture_unsupported",
  "config_unreadable",
  "mount_read_only",
  "internet_needed",
  "gpu_memory",
  "gpu_unsupported",
  "function_unknown",
  "container_message",
  "crash_silent",
  "host_memory",
  "out_of_stock",
  "unschedulable",
  "mount_bucket_missing",
  "mount_other_region",
  "mount_denied",
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
  "service_message",
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

interface Signature {
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
  {
    code: "translate_missing",
    pattern:
      /translation model in the translate dir|not a valid checkpoint: .*translate|translate.*configuration file not found/i,
  },
  { code: "lora_too_many", pattern: /only one lora model is allowed/i },
  { code: "safety_checker_incomplete", pattern: /safety.?checker(?!=None)/i },
  {
    code: "weights_missing",
    pattern: /Error no file named (?<file>\S+?)(?:,.*)? found in directory (?<folder>\S+?)\.?$/s,
  },
  { code: "weights_missing", pattern: /(?<folder>\/oss\S*) does not appear to have a file named (?<file>\S+?)\.? / },
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
  {
    code: "internet_needed",
    pattern:
      /Max retries exceeded|Failed to establish a new connection|Temporary failure in name resolution|raw\.githubusercontent\.com/,
  },
  { code: "gpu_memory", pattern: /CUDA out of memory|OutOfMemoryError/ },
  { code: "gpu_unsupported", pattern: /no kernel image is available|no NVIDIA driver|CUDA driver version/ },
  { code: "function_unknown", pattern: /Unrecognized function name: (?<name>\S+?)\./ },
];

export const IMAGE_REASONS: readonly Signature[] = [
  { code: "image_disk_full", pattern: /no space left on device/i },
  { code: "image_denied", pattern: /pull access denied|unauthorized|authorization failed|401|403/i },
  { code: "image_host_unknown", pattern: /no such host/i },
  { code: "image_unreachable", pattern: /dial tcp|i\/o timeout|timeout|connection refused/i },
  { code: "image_missing", pattern: /not found|manifest unknown/i },
];

export const MOUNT_REASONS: readonly Signature[] = [
  { code: "mount_bucket_missing", pattern: /NoSuchBucket|bucket (?<bucket>[\w-]+) .*does not exist/i },
  { code: "mount_other_region", pattern: /not in region|endpoint.*region|AccessDenied.*endpoint/i },
  { code: "mount_denied", pattern: /AccessDenied|Forbidden|permission denied|InvalidAccessKeyId/i },
];
