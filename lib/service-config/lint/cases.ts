import type { Patch } from "../document";
import { MACHINES, SOUND_DRAFT } from "../fixtures";
import type { Path } from "../json-path";
import { toConfigJson, toEasConfig } from "../to-eas-config";
import type { LintFacts, LintFinding } from "./finding";

/** A configuration with nothing against it, and for each rule what spoils it: for the tests of the rules and of the screen. */

export const SOUND = toConfigJson(toEasConfig(SOUND_DRAFT, MACHINES[0]));
const MODEL = "oss://pictures/models/sd15/";
const report = SOUND_DRAFT.model.report;
export const FACTS: LintFacts = {
  region: "cn-hangzhou",
  takenNames: ["other"],
  bucketRegions: { pictures: "cn-hangzhou", far: "cn-beijing" },
  machines: MACHINES,
  neighbours: [{ name: "plain", status: "Running", modelUri: MODEL, optimises: false }].slice(1),
  bucket: "pictures",
  modelUri: MODEL,
  ...(report && { model: { uri: MODEL, report } }),
};

export const set = (path: string | Path, value: unknown): Patch => ({
  path: typeof path === "string" ? path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : path,
  value,
});
export const COMMAND = "containers.0.command";
const SCRIPT = "containers.0.script";
export const command = (switches: string) =>
  set(
    COMMAND,
    `python /home/pai/app.py --func_name base --oss_save_dir oss://pictures/results/ --region hangzhou ${switches}`,
  );
const folders = (changes: object): LintFacts => ({
  ...FACTS,
  ...(report && { model: { uri: MODEL, report: { ...report, folders: { ...report.folders, ...changes } } } }),
});
const reported = (changes: object): LintFacts => ({
  ...FACTS,
  ...(report && { model: { uri: MODEL, report: { ...report, ...changes } } }),
});
export const OWN = set("containers.0.image", "registry-vpc.cn-hangzhou.aliyuncs.com/me/sdxl:1");
const T4 = set("cloud.computing.instance_type", "ecs.gn6i-c4g1.xlarge");
export const neighbour = (changes: object): LintFacts => ({
  ...FACTS,
  neighbours: [
    { name: "next_door", status: "Running", modelUri: "oss://pictures/models/sd15", optimises: true, ...changes },
  ],
});

/** Code, level, what is wrong; `own` is the level with an image of one's own, "same" where it makes no difference. */
export type Case = [
  code: string,
  level: LintFinding["level"],
  patches: Patch[],
  own: "same" | "warning" | "info" | "silent",
  facts?: LintFacts,
];

export const CASES: readonly Case[] = [
  ["name_missing", "error", [set("metadata.name", undefined), set("name", undefined)], "same"],
  ["name_length", "error", [set("metadata.name", "ab"), set("name", "ab")], "same"],
  ["name_format", "error", [set("metadata.name", "My-Service"), set("name", "My-Service")], "same"],
  ["name_taken", "error", [set("metadata.name", "other"), set("name", "other")], "same"],
  ["name_differs", "warning", [set("name", "something")], "same"],
  ["name_changed", "error", [], "same", { ...FACTS, runningName: "before" }],
  ["image_missing", "error", [set("containers.0.image", "")], "silent"],
  [
    "image_other_region",
    "error",
    [
      set(
        "containers.0.image",
        "eas-registry-vpc.cn-beijing.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
      ),
    ],
    "silent",
  ],
  [
    "image_mirror_slow",
    "info",
    [set("containers.0.image", "registry.cn-shanghai.aliyuncs.com/pai-ai-test/eas-service:1")],
    "silent",
  ],
  ["resources_exclusive", "error", [set("metadata.resource", "eas-r-1")], "same"],
  ["instance_type_twice", "warning", [set("cloud.computing.instances", [{ type: "ml.gu7i.c8m30.1-gu30" }])], "same"],
  ["command_and_script", "error", [set("containers.0.script", "echo")], "same"],
  ["instance_missing", "error", [set("cloud.computing.instance_type", undefined)], "same"],
  ["instance_unknown", "error", [set("cloud.computing.instance_type", "no.such")], "same"],
  ["instance_without_gpu", "error", [set("cloud.computing.instance_type", "ecs.c7.large"), command("")], "warning"],
  ["instance_out_of_stock", "warning", [set("cloud.computing.instance_type", "ecs.c7.large")], "same"],
  ["gpu_memory_small", "warning", [], "same", reported({ sizeBytes: 40e9 })],
  ["blade_hardware", "error", [T4], "warning"],
  [
    "blade_hardware",
    "error",
    [
      set("cloud.computing.instance_type", undefined),
      set("cloud.computing.instances", [{ type: "ml.gu7i.c8m30.1-gu30" }, { type: "ecs.gn6i-c4g1.xlarge" }]),
    ],
    "warning",
  ],
  ["blade_several_instances", "warning", [set("metadata.instance", 2)], "same"],
  ["instances_none", "warning", [set("metadata.instance", 0)], "same"],
  ["region_outside_mainland", "error", [], "warning", { ...FACTS, region: "ap-southeast-1", bucketRegions: undefined }],
  [
    "flag_region_missing",
    "error",
    [set(COMMAND, "python /home/pai/app.py --oss_save_dir oss://pictures/results/")],
    "warning",
  ],
  [
    "flag_region_differs",
    "error",
    [set(COMMAND, "python /home/pai/app.py --region beijing --oss_save_dir oss://pictures/results/")],
    "warning",
  ],
  ["region_differs_from_bucket", "error", [set("storage.1.oss.path", "oss://far/results/")], "same"],
  ["bucket_unknown", "warning", [set("storage.1.oss.path", "oss://nowhere/results/")], "same"],
  ["endpoint_other_region", "error", [set("storage.0.oss.endpoint", "oss-cn-beijing-internal.aliyuncs.com")], "same"],
  ["mount_path_missing", "error", [set("storage.2.oss.path", "oss://pictures/x/")], "same"],
  ["mount_system_folder", "error", [set("storage.2", { mount_path: "/usr/", empty_dir: {} })], "same"],
  ["mount_overlap", "error", [set("storage.2", { mount_path: "/oss/inner", empty_dir: {} })], "same"],
  ["mount_sources", "error", [set("storage.2", { mount_path: "/x" })], "same"],
  ["mount_sources", "error", [set("storage.2", { mount_path: "/x", empty_dir: {}, nfs: {} })], "same"],
  ["mount_not_oss", "error", [set("storage.0.oss.path", "/models")], "same"],
  ["mount_no_slash", "warning", [set("storage.0.oss.path", "oss://pictures/models/sd15")], "same"],
  ["mount_model_missing", "error", [set("storage.0", undefined)], "warning"],
  ["mount_result_missing", "error", [set("storage.1", undefined)], "warning"],
  ["mount_model_read_only", "error", [set("storage.0.oss.readOnly", true)], "warning"],
  ["mount_result_read_only", "error", [set("storage.1.oss.readOnly", true)], "warning"],
  [
    "mount_model_read_only",
    "error",
    [set("storage.0.oss", undefined), set("storage.0.dataset", { id: "d-1" })],
    "warning",
  ],
  [
    "mount_model_read_only",
    "error",
    [set("storage.0.oss", undefined), set("storage.0.git", { repo: "https://git.example/m.git" })],
    "warning",
  ],
  [
    "mount_result_read_only",
    "error",
    [set("storage.1.oss", undefined), set("storage.1.dataset", { id: "d-1" })],
    "warning",
  ],
  [
    "mount_result_read_only",
    "error",
    [set("storage.1.oss", undefined), set("storage.1.nfs", { readOnly: true })],
    "warning",
  ],
  [
    "result_not_oss",
    "warning",
    [set("storage.1.oss", undefined), set("storage.1.nfs", { server: "nas", path: "/" })],
    "same",
  ],
  ["result_not_oss", "warning", [set("storage.1.oss", undefined), set("storage.1.empty_dir", {})], "same"],
  ["save_dir_missing", "error", [set(COMMAND, "python /home/pai/app.py --region hangzhou")], "warning"],
  ["save_dir_differs", "error", [set("storage.1.oss.path", "oss://pictures/elsewhere/")], "warning"],
  [
    "save_dir_no_slash",
    "warning",
    [set(COMMAND, "python /home/pai/app.py --region hangzhou --oss_save_dir oss://pictures/results")],
    "same",
  ],
  [
    "save_dir_missing",
    "error",
    [set(COMMAND, undefined), set(SCRIPT, "python /home/pai/app.py --region hangzhou")],
    "warning",
  ],
  [
    "flag_region_differs",
    "error",
    [
      set(COMMAND, undefined),
      set(SCRIPT, "python /home/pai/app.py --region beijing --oss_save_dir oss://pictures/results/"),
    ],
    "warning",
  ],
  ["result_is_model", "error", [set("storage.1.oss.path", MODEL)], "same"],
  ["result_under_model", "warning", [set("storage.1.oss.path", `${MODEL}results/`)], "same"],
  ["model_incomplete", "error", [], "same", reported({ complete: false })],
  ["model_errors", "error", [], "warning", reported({ errors: 2 })],
  ["model_overruled", "warning", [], "same", reported({ errors: 2, overruled: ["kind_unsupported"] })],
  ["base_model_missing", "error", [], "warning", folders({ baseModel: false })],
  ["controlnet_missing", "error", [command("--func_name controlnet")], "warning", folders({ controlnet: false })],
  ["translate_missing", "error", [command("--use_translate")], "warning", folders({ translate: false })],
  ["shared_root", "warning", [], "same", neighbour({})],
  ["shared_root", "warning", [command("")], "same", neighbour({ optimises: true })],
  ["keepalive_short", "warning", [set("metadata.rpc.keepalive", 5000)], "same"],
  ["keepalive_short", "warning", [set("metadata.rpc.keepalive", undefined)], "same"],
  [
    "keepalive_short",
    "warning",
    [],
    "same",
    { ...FACTS, expected: { width: 1024, height: 1024, steps: 150, count: 40 } },
  ],
  ["sync_long_requests", "info", [set("metadata.rpc.keepalive", 900_000)], "same"],
  ["worker_threads", "warning", [set("metadata.rpc.worker_threads", 5)], "same"],
  ["worker_threads", "warning", [set("metadata.rpc.worker_threads", undefined)], "same"],
  ["queue_without_async", "info", [set("queue.cpu", 1)], "same"],
  ["queue_max_delivery", "warning", [set("metadata.type", "Async")], "same"],
  ["queue_max_delivery", "warning", [set("metadata.type", "Async"), set("queue.max_delivery", 5)], "same"],
  ["async_no_base64", "info", [set("metadata.type", "Async"), set("queue.max_delivery", 1)], "same"],
  ["port_reserved", "error", [set("containers.0.port", 8080)], "same"],
  ["port_differs", "error", [set("containers.0.port", 9000)], "warning"],
  ["disk_small", "warning", [set(["features", "eas.aliyun.com/extra-ephemeral-storage"], "10Gi")], "silent"],
  ["disk_small", "warning", [], "silent", reported({ sizeBytes: 60e9 })],
  [
    "autoscaler_spelling",
    "error",
    [set("autoscaler", { min_replica: 1, max_replica: 2, scale_strategies: [{ metric_name: "qps", threshold: 1 }] })],
    "same",
  ],
  ["autoscaler_zero", "error", [set("autoscaler", { min: 0 })], "same"],
  ["autoscaler_bounds", "error", [set("autoscaler", { min: 3, max: 2 })], "same"],
  ["autoscaler_owns_instances", "info", [set("autoscaler", { min: 1, max: 2 })], "same"],
  ["autoscaler_no_rules", "warning", [set("autoscaler", { min: 1, max: 2 })], "same"],
  ["autoscaler_no_rules", "warning", [set("autoscaler", { min: 1, max: 2, scaleStrategies: [] })], "same"],
  ["autoscaler_strategies", "warning", [set("autoscaler", { min: 1, max: 2, strategies: { qps: 10 } })], "same"],
  [
    "probe_ways",
    "error",
    [set("containers.0.startup_check", { http_get: { path: "/" }, tcp_socket: { port: 1 } })],
    "same",
  ],
  ["gateway_shared", "error", [set("networking.gateway", "shared")], "same"],
  ["vpc_incomplete", "error", [set("cloud.networking.vpc_id", "vpc-1")], "same"],
  ["vpc_needed", "error", [set("networking.gateway", "gw-1")], "same"],
  ["secret_in_env", "warning", [set("containers.0.env", [{ name: "HF_TOKEN", value: "hf_1" }])], "same"],
  [
    "secret_in_env",
    "warning",
    [set("containers.0.env", [{ name: "STORE", value: "postgres://easel:pass@db.example/easel" }])],
    "same",
  ],
  [
    "secret_in_env",
    "warning",
    [set("containers.1", { image: "side", env: [{ name: "API_KEY", value: "k" }] })],
    "same",
  ],
  ["command_missing", "error", [set(COMMAND, undefined)], "info"],
  ["own_image", "info", [OWN], "same"],
  ["key_misspelt", "warning", [set("metadata.workerThreads", 1), set("metadata.enableGrpc", true)], "same"],
  ["key_misspelt", "warning", [set("storage.0.oss.read_only", true), set("storage.0.oss.readOnly", undefined)], "same"],
];
