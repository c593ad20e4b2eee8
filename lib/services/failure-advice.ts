import type { ReasonCode } from "./failure-signatures";

/** What a person can do about it from here; the screen knows where each leads. */
export const REASON_ACTIONS = [
  "change_instance",
  "edit_config",
  "check_model",
  "open_log",
  "open_previous_log",
  "restart",
  "start",
  "stop",
  "scale",
  "copy_policy",
] as const;
export type ReasonAction = (typeof REASON_ACTIONS)[number];

const MODEL: readonly ReasonAction[] = ["check_model", "open_log"];
const CONFIG: readonly ReasonAction[] = ["edit_config", "open_log"];
const MACHINE: readonly ReasonAction[] = ["change_instance", "open_log"];

/** The first one is the remedy of eas-service-lifecycle.md §4; the rest helps to see. */
const ADVICE: Record<ReasonCode, readonly ReasonAction[]> = {
  base_model_missing: ["check_model", "edit_config", "open_log"],
  base_model_checkpoints: MODEL,
  controlnet_missing: ["check_model", "edit_config", "open_log"],
  controlnet_unsupported: MODEL,
  translate_missing: ["check_model", "edit_config", "open_log"],
  lora_too_many: MODEL,
  lora_unsupported: MODEL,
  safety_checker_incomplete: ["check_model", "edit_config", "open_log"],
  weights_missing: MODEL,
  weights_damaged: MODEL,
  weights_pointer: MODEL,
  tokenizer_missing: MODEL,
  file_missing: MODEL,
  components_differ: MODEL,
  model_too_new: ["check_model", "edit_config", "open_log"],
  architecture_unsupported: ["check_model", "edit_config", "open_log"],
  config_unreadable: MODEL,
  mount_read_only: CONFIG,
  mount_io: ["check_model", "restart", "open_log"],
  internet_needed: ["check_model", "edit_config", "open_log"],
  gpu_memory: MACHINE,
  gpu_unsupported: MACHINE,
  function_unknown: CONFIG,
  arguments_wrong: CONFIG,
  command_not_found: CONFIG,
  container_message: ["open_previous_log", "check_model"],
  crash_silent: ["open_previous_log", "restart"],
  crash_request: ["open_previous_log", "restart"],
  host_memory: ["change_instance", "open_previous_log"],
  host_memory_restarted: ["change_instance", "open_previous_log"],
  gpu_memory_request: MACHINE,
  keepalive: ["edit_config"],
  out_of_stock: ["change_instance", "stop"],
  group_full: ["scale", "change_instance", "stop"],
  gpu_count: ["change_instance", "stop"],
  unschedulable: ["change_instance", "stop"],
  spot_reclaimed: ["change_instance", "open_log"],
  mount_bucket_missing: ["edit_config", "check_model", "stop"],
  mount_other_region: ["edit_config", "stop"],
  mount_denied: ["copy_policy", "check_model", "stop"],
  mount_unreachable: ["edit_config", "stop"],
  mount_failed: ["edit_config", "check_model", "stop"],
  image_denied: ["edit_config", "stop"],
  image_host_unknown: ["edit_config", "stop"],
  image_unreachable: ["edit_config", "stop"],
  image_missing: ["edit_config", "stop"],
  image_disk_full: ["edit_config", "stop"],
  image_failed: ["edit_config", "stop"],
  port_reserved: CONFIG,
  port_silent: CONFIG,
  probe_failed: ["open_log", "edit_config"],
  probe_budget: ["edit_config", "open_previous_log"],
  arrears: ["stop"],
  quota: ["change_instance", "scale"],
  workspace: ["edit_config"],
  path_missing: CONFIG,
  service_message: ["open_log", "edit_config"],
  diagnosis: ["open_log", "edit_config"],
  unknown: ["open_log", "restart", "stop"],
};

export function actionsFor(code: ReasonCode): readonly ReasonAction[] {
  return ADVICE[code];
}

const COMMAND = "containers[0].command";
const IMAGE = "containers[0].image";
const PORT = "containers[0].port";
const CHECK = "containers[0].startup_check";

/** The field of the configuration where the remedy is; `model` and `result` are the mounts of that use. */
const FIELDS: Partial<Record<ReasonCode, string>> = {
  base_model_missing: "model",
  controlnet_missing: `${COMMAND}#func`,
  translate_missing: `${COMMAND}#translate`,
  safety_checker_incomplete: `${COMMAND}#closeSafety`,
  model_too_new: IMAGE,
  architecture_unsupported: IMAGE,
  mount_read_only: "model.oss.readOnly",
  internet_needed: "cloud.networking.vpc_id",
  function_unknown: COMMAND,
  arguments_wrong: COMMAND,
  command_not_found: COMMAND,
  keepalive: "metadata.rpc.keepalive",
  mount_bucket_missing: "model",
  mount_other_region: "model",
  mount_unreachable: "model",
  mount_failed: "model",
  image_denied: IMAGE,
  image_host_unknown: IMAGE,
  image_unreachable: IMAGE,
  image_missing: IMAGE,
  image_disk_full: 'features["eas.aliyun.com/extra-ephemeral-storage"]',
  image_failed: IMAGE,
  port_reserved: PORT,
  port_silent: PORT,
  probe_failed: CHECK,
  probe_budget: CHECK,
  path_missing: "model",
};

export function fieldFor(code: ReasonCode): string | undefined {
  return FIELDS[code];
}
