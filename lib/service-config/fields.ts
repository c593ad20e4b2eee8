import type { Path } from "./json-path";
import type { StorageSource } from "./storage-source";

/**
 * Every key that an image service can use (eas-service-json.md), as data: where it is, what it takes, in which group it is
 * shown. Texts: `config.fields.<id>.label`, and `.hint` where there is more to say.
 */

export type FieldKind =
  | "text"
  | "secret"
  | "integer"
  | "number"
  | "switch"
  | "choice"
  /** `40Gi`. */
  | "size"
  /** A whole number, or a share such as `20%`. */
  | "share"
  /** A list of texts, one a line. */
  | "lines"
  /** Names and texts. */
  | "map"
  /** A list of objects of the same kind. */
  | "rows"
  /** An object whose keys no source lists: edited as JSON. */
  | "json";

export interface FieldSpec {
  id: string;
  path: Path;
  kind: FieldKind;
  min?: number;
  max?: number;
  choices?: readonly string[];
  /** What EAS takes when the key is absent. */
  standard?: string | number | boolean;
  /** Means something to an asynchronous service only. */
  asyncOnly?: boolean;
  /** The key is known by name only: eas-service-json.md has no source for its meaning. */
  unconfirmed?: boolean;
  columns?: readonly FieldSpec[];
}

export const FIELD_GROUPS = [
  "service",
  "resources",
  "rollout",
  "rpc",
  "container",
  "probes",
  "storage",
  "network",
  "queue",
  "features",
  "autoscaler",
  "labels",
  "access",
] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

type Extra = Omit<FieldSpec, "id" | "path" | "kind">;

/** `path` is written with dots; keys that hold dots themselves are given as a list. */
function field(kind: FieldKind, path: string | Path, extra: Extra = {}): FieldSpec {
  const parts =
    typeof path === "string" ? path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : path;
  return { id: toId(parts), path: parts, kind, ...extra };
}

/** `containers.0.startup_check.period_seconds` → `containers_startup_check_period_seconds`: a key of the messages. */
const toId = (path: Path) =>
  path
    .filter((part) => typeof part === "string")
    .join("_")
    .replace(/[^\w]+/g, "_");

const unconfirmed = { unconfirmed: true } as const;
const PORT = { min: 1, max: 65_535 } as const;

function probe(name: string): FieldSpec[] {
  const at = `containers.0.${name}`;
  return [
    field("text", `${at}.http_get.path`),
    field("integer", `${at}.http_get.port`, PORT),
    field("choice", `${at}.http_get.scheme`, { choices: ["HTTP", "HTTPS"] }),
    field("integer", `${at}.tcp_socket.port`, PORT),
    field("lines", `${at}.exec.command`),
    field("integer", `${at}.initial_delay_seconds`, { min: 0 }),
    field("integer", `${at}.period_seconds`, { min: 1 }),
    field("integer", `${at}.timeout_seconds`, { min: 1 }),
    field("integer", `${at}.success_threshold`, { min: 1 }),
    field("integer", `${at}.failure_threshold`, { min: 1 }),
  ];
}

export const PROBES = ["startup_check", "liveness_check", "readiness_check", "health_check"] as const;

export const FIELDS: Record<FieldGroup, readonly FieldSpec[]> = {
  service: [
    field("integer", "metadata.instance", { min: 0, max: 1000, standard: 1 }),
    field("text", "metadata.group"),
    field("switch", "metadata.enable_webservice", { standard: false }),
    field("switch", "metadata.enable_grpc", { standard: false }),
    field("choice", "metadata.workload_type", { choices: ["elasticjob"] }),
    field("choice", "metadata.scheduling.spread.policy", { choices: ["host", "zone", "default"] }),
    field("integer", "unit.size", { min: 1 }),
  ],
  resources: [
    field("number", "metadata.cpu", { min: 0 }),
    field("integer", "metadata.memory", { min: 0 }),
    field("integer", "metadata.gpu", { min: 0 }),
    field("integer", "metadata.gpu_memory", { min: 1 }),
    field("integer", "metadata.gpu_core_percentage", { min: 1, max: 100 }),
    field("size", "metadata.disk", { max: 2000 }),
    field("integer", "metadata.shm_size", { min: 1 }),
    field("switch", "cloud.computing.disable_spot_protection_period", { standard: false }),
    field("text", "metadata.resource"),
    field("text", "metadata.quota_id"),
    field("choice", "metadata.qos", { choices: ["BestEffort"] }),
    field("switch", "metadata.resource_burstable", { standard: false }),
    field("switch", "metadata.resource_rebalancing", { standard: false }),
    field("text", "metadata.cuda"),
    field("integer", "metadata.rdma", { min: 0 }),
  ],
  rollout: [
    field("share", "metadata.rolling_strategy.max_surge", { standard: "2%" }),
    field("share", "metadata.rolling_strategy.max_unavailable", { standard: 0 }),
    field("integer", "metadata.eas.termination_grace_period", { min: 0, standard: 30 }),
    field("integer", "runtime.termination_grace_period", { min: 0, standard: 30 }),
  ],
  rpc: [
    field("integer", "metadata.rpc.keepalive", { min: 1, max: 86_400_000, standard: 5000 }),
    field("integer", "metadata.rpc.worker_threads", { min: 1, standard: 5 }),
    field("integer", "metadata.rpc.max_queue_size", { min: 0, standard: 64 }),
    field("integer", "metadata.rpc.rate_limit", { min: 0, standard: 0 }),
    field("integer", "metadata.rpc.io_threads", { min: 1, standard: 4 }),
    field("switch", "metadata.rpc.enable_sigterm", { standard: false }),
    field("text", "metadata.rpc.health_check_path", unconfirmed),
    field("integer", "metadata.rpc.health_check_port", { ...PORT, ...unconfirmed }),
    field("switch", "metadata.rpc.disable_auto_queue_watch", { standard: false, ...unconfirmed }),
  ],
  container: [
    field("text", "containers.0.script"),
    field("lines", "containers.0.args"),
    field("integer", "containers.0.port", PORT),
    field("rows", "containers.0.env", { columns: [field("text", "name"), field("text", "value")] }),
    field("lines", "containers.0.prepare.pythonRequirements"),
    field("text", "containers.0.prepare.pythonRequirementsPath"),
    field("json", "containers.0.resources"),
  ],
  probes: PROBES.flatMap(probe),
  storage: [],
  network: [
    field("text", "cloud.networking.vpc_id"),
    field("text", "cloud.networking.vswitch_id"),
    field("text", "cloud.networking.security_group_id"),
    field("text", "cloud.networking.default_route"),
    field("text", "cloud.networking.destination_cidrs"),
    field("switch", "networking.disable_internet_endpoint", { standard: false }),
    field("text", "networking.gateway"),
    field("switch", "networking.gateway_policy.rate_limit.enable", { standard: false }),
    field("integer", "networking.gateway_policy.rate_limit.limit", { min: 1 }),
    field("switch", "networking.gateway_policy.concurrency_limit.enable", { standard: false }),
    field("integer", "networking.gateway_policy.concurrency_limit.limit", { min: 1 }),
    field("rows", "networking.nlb", {
      columns: [
        field("text", "id"),
        field("integer", "listener_port", PORT),
        field("choice", "netType", { choices: ["intranet", "internet"] }),
      ],
    }),
    field("json", "networking.nacos"),
    field("text", "networking.path", unconfirmed),
    field("switch", "networking.enable_https", { standard: false, ...unconfirmed }),
    field("json", "networking.port_exposure", unconfirmed),
    field("text", "networking.traffic_state", unconfirmed),
    field("lines", "networking.dns.nameservers", unconfirmed),
  ],
  queue: [
    field("number", "queue.cpu", { min: 0, standard: 1, asyncOnly: true }),
    field("integer", "queue.memory", { min: 1, standard: 4000, asyncOnly: true }),
    field("integer", "queue.max_delivery", { min: 0, asyncOnly: true }),
    field("text", "queue.resource", { asyncOnly: true }),
    field("integer", "queue.min_replica", { min: 1, standard: 1, asyncOnly: true, ...unconfirmed }),
  ],
  features: [
    field("size", ["features", "eas.aliyun.com/extra-ephemeral-storage"], { max: 2000 }),
    field("text", ["features", "eas.aliyun.com/gpu-driver-version"]),
    field("map", "features"),
    field("switch", "runtime.enable_crash_block", { standard: false }),
    field("text", "runtime.cuda", unconfirmed),
    field("text", "runtime.worker_image", unconfirmed),
    field("switch", "runtime.disable_image_accelerate", { standard: false, ...unconfirmed }),
    field("switch", "runtime.disable_image_cache", { standard: false, ...unconfirmed }),
    field("switch", "options.enable_cache", { standard: false }),
    field("switch", "options.enable_ram_role", { standard: false, ...unconfirmed }),
    field("integer", "options.priority", unconfirmed),
    field("switch", "options.enable_writable_cache", { standard: false, ...unconfirmed }),
    field("lines", "cloud.logging.paths"),
    field("switch", "cloud.monitoring.enable_tracing", { standard: false }),
  ],
  autoscaler: [
    field("integer", "autoscaler.min", { min: 0, max: 1000 }),
    field("integer", "autoscaler.max", { min: 1, max: 1000 }),
    field("rows", "autoscaler.scaleStrategies", {
      columns: [field("text", "metricName"), field("number", "threshold", { min: 0 })],
    }),
    field("json", "cronscaler"),
  ],
  labels: [field("map", "labels")],
  access: [field("secret", "token"), field("secret", "dockerAuth")],
};

/** The instance types, in the order in which EAS tries them. */
export const INSTANCE_COLUMNS = [
  field("text", "type"),
  field("number", "spot_price_limit", { min: 0 }),
  field("share", "capacity"),
] as const;

/** The keys of each source. */
export const STORAGE_SOURCES = {
  oss: [field("text", "oss.path"), field("switch", "oss.readOnly", { standard: false }), field("text", "oss.endpoint")],
  nfs: [
    field("text", "nfs.server"),
    field("text", "nfs.path"),
    field("switch", "nfs.readOnly", { standard: false }),
    field("text", "nfs.resourceGroup"),
  ],
  git: [
    field("text", "git.repo"),
    field("text", "git.branch", { standard: "master" }),
    field("text", "git.commit"),
    field("text", "git.username"),
    field("secret", "git.password"),
  ],
  dataset: [
    field("text", "dataset.id"),
    field("text", "dataset.version"),
    field("switch", "dataset.read_only", { standard: true }),
  ],
  image: [field("json", "image", unconfirmed)],
  empty_dir: [
    field("choice", "empty_dir.medium", { choices: ["memory"] }),
    field("integer", "empty_dir.size_limit", { min: 1 }),
  ],
} as const satisfies Record<StorageSource, readonly FieldSpec[]>;

/** Beside the source. */
export const MOUNT_FIELDS = [field("text", "mount_path"), field("text", "properties.resource_type")] as const;

/** Shown in front by components of their own; here so that the rules know their spelling. */
const IN_FRONT = [
  field("text", "name"),
  field("text", "metadata.name"),
  field("text", "metadata.workspace_id"),
  field("text", "metadata.type"),
  field("text", "containers.0.image"),
  field("text", "containers.0.command"),
  field("text", "cloud.computing.instance_type"),
  field("rows", "cloud.computing.instances", { columns: INSTANCE_COLUMNS }),
];

/** Object → the keys that EAS reads in it. */
export const KNOWN_KEYS: ReadonlyMap<string, ReadonlySet<string>> = collectKeys();

function collectKeys(): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  const add = (path: Path) => {
    for (let length = 1; length <= path.length; length++) {
      const parent = path.slice(0, length - 1).join(".");
      const key = path[length - 1];
      if (typeof key === "string") known.set(parent, (known.get(parent) ?? new Set()).add(key));
    }
  };
  for (const spec of [...IN_FRONT, ...Object.values(FIELDS).flat()]) {
    add(spec.path);
    for (const column of spec.columns ?? []) add([...spec.path, 0, ...column.path]);
  }
  for (const spec of [...MOUNT_FIELDS, ...Object.values(STORAGE_SOURCES).flat()]) add(["storage", 0, ...spec.path]);
  for (const key of ["batching", "max_batch_size", "max_batch_timeout"]) add(["metadata", "rpc", key]);
  return known;
}
