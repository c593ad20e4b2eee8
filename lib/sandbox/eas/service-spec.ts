import { quote } from "shell-quote";
import type { QueueSpec } from "@/lib/sandbox/queue/queues";
import { invalidParameter } from "./fault";
import { isJsonObject, type JsonObject, nestDottedKeys, parseJsonBody, valueAt } from "./json-path";
import { checkNetworking, type Networking, readNetworking } from "./spec/networking";
import { type Probes, readProbes } from "./spec/probes";
import { checkResources, type Resources, readResources } from "./spec/resources";
import { type RollingStrategy, readRolling } from "./spec/rolling";
import { checkStorage, readStorage, type Storage } from "./spec/storage";
import { booleanAt, integerAt, MAX_REPLICAS, optionalTextAt } from "./spec/values";

/*
 * The service configuration as EAS reads it (reference: eas-service-json.md): unknown keys are ignored, a wrong value of a
 * known key is an InvalidParameter that names the key. What only shows when an instance starts (a bucket that is not there,
 * an image that cannot be pulled, a reserved port) is no error here.
 */

export interface ServiceSpec extends Resources, Storage, Networking {
  name: string;
  instances: number;
  workspaceId?: string;
  isAsync: boolean;
  image: string;
  command: string;
  port: number;
  env: Record<string, string>;
  probes: Probes;
  rpc: { keepaliveMs: number; workerThreads: number; maxQueueSize: number; rateLimit: number };
  labels: Record<string, string>;
  token?: string;
  rolling: RollingStrategy;
  /** Within this an instance that is taken away may finish what it works on. */
  graceSeconds: number;
  queue: QueueSpec;
}

/** Lower-case letters, digits, underscore (reference: eas-service-json.md §2.1). */
const NAME_PATTERN = /^[a-z0-9_]{3,63}$/;
const DEFAULT_PORT = 8000;
const DEFAULT_GRACE_SECONDS = 30;
const DEFAULT_QUEUE: QueueSpec = { memoryMb: 4000, maxDelivery: 5 };

/** Parses a request body into the configuration object. */
export function parseConfigText(body: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = parseJsonBody(body);
  } catch {
    throw invalidParameter("The service configuration is not valid JSON.");
  }
  if (!isJsonObject(value)) throw invalidParameter("The service configuration must be a JSON object.");
  return nestDottedKeys(value);
}

/** Fills in what EAS fills in: both places of the name, the number of instances. */
export function completeConfig(config: JsonObject, spec: ServiceSpec): JsonObject {
  const metadata = isJsonObject(config.metadata) ? config.metadata : {};
  return { ...config, name: spec.name, metadata: { ...metadata, name: spec.name, instance: spec.instances } };
}

export function readServiceSpec(config: JsonObject): ServiceSpec {
  if (!isJsonObject(config.metadata)) throw invalidParameter("metadata is required.");
  const container = readContainer(config);
  return {
    name: readName(config),
    instances: integerAt(config, "metadata.instance", { fallback: 1, min: 0 }),
    workspaceId: optionalTextAt(config, "metadata.workspace_id"),
    ...readResources(config),
    isAsync: optionalTextAt(config, "metadata.type") === "Async",
    ...container,
    ...readStorage(config),
    ...readNetworking(config),
    rpc: {
      keepaliveMs: integerAt(config, "metadata.rpc.keepalive", { fallback: 5000, min: 1 }),
      workerThreads: integerAt(config, "metadata.rpc.worker_threads", { fallback: 5, min: 1 }),
      maxQueueSize: integerAt(config, "metadata.rpc.max_queue_size", { fallback: 64, min: 0 }),
      rateLimit: integerAt(config, "metadata.rpc.rate_limit", { fallback: 0, min: 0 }),
    },
    labels: readLabels(config.labels, "labels"),
    token: optionalTextAt(config, "token"),
    // Of a configuration that was stored before these keys were read.
    rolling: orElse({ maxSurge: "1", maxUnavailable: "0" }, () => readRolling(config)),
    graceSeconds: orElse(DEFAULT_GRACE_SECONDS, () => readGrace(config)),
    queue: orElse(DEFAULT_QUEUE, () => readQueue(config)),
  };
}

/** Reads a configuration that is new, with all rules. */
export function acceptConfig(config: JsonObject): ServiceSpec {
  const spec = readServiceSpec(config);
  integerAt(config, "metadata.instance", { fallback: 1, min: 0, max: MAX_REPLICAS });
  checkResources(config);
  checkStorage(config);
  checkNetworking(config);
  readRolling(config);
  readGrace(config);
  readQueue(config);
  readProbes(firstContainer(config), "containers[0]");
  booleanAt(config, "metadata.rpc.enable_sigterm");
  const auth = optionalTextAt(config, "dockerAuth");
  if (auth !== undefined && !Buffer.from(auth, "base64").toString().includes(":"))
    throw invalidParameter("dockerAuth must be the base64 of user:password.");
  return spec;
}

function orElse<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}

/** Of an asynchronous service (reference: eas-service-json.md §9); what `max_delivery` is when absent no source says. */
function readQueue(config: JsonObject): QueueSpec {
  return {
    memoryMb: integerAt(config, "queue.memory", { fallback: DEFAULT_QUEUE.memoryMb, min: 1 }),
    maxDelivery: integerAt(config, "queue.max_delivery", { fallback: DEFAULT_QUEUE.maxDelivery, min: 0 }),
  };
}

/** Under metadata or under runtime: sources disagree, both are read. */
function readGrace(config: JsonObject): number {
  const paths = ["metadata.eas.termination_grace_period", "runtime.termination_grace_period"];
  const path = paths.find((one) => valueAt(config, one) !== undefined) ?? "";
  return integerAt(config, path, { fallback: DEFAULT_GRACE_SECONDS, min: 0, label: path });
}

function firstContainer(config: JsonObject): JsonObject {
  const [container]: unknown[] = Array.isArray(config.containers) ? config.containers : [];
  return isJsonObject(container) ? container : {};
}

/** `metadata.name` first, then the legacy place. */
export function readName(config: JsonObject): string {
  const name = optionalTextAt(config, "metadata.name") ?? optionalTextAt(config, "name");
  if (name === undefined) throw invalidParameter("metadata.name is required.");
  if (!NAME_PATTERN.test(name))
    throw invalidParameter(
      `metadata.name [${name}] is invalid: use 3 to 63 lower-case letters, digits and underscores.`,
    );
  return name;
}

function readContainer(config: JsonObject): Pick<ServiceSpec, "image" | "command" | "port" | "env" | "probes"> {
  const containers = config.containers;
  if (config.processor !== undefined || config.model_path !== undefined)
    throw invalidParameter("processor is not supported, use containers.");
  if (!Array.isArray(containers) || containers.length === 0) throw invalidParameter("containers is required.");
  const container: unknown = containers[0];
  const at = "containers[0]";
  if (!isJsonObject(container)) throw invalidParameter(`${at} must be an object.`);
  const image = optionalTextAt(container, "image", `${at}.image`);
  if (!image) throw invalidParameter(`${at}.image is required.`);
  const command = optionalTextAt(container, "command", `${at}.command`);
  const script = optionalTextAt(container, "script", `${at}.script`);
  if (command && script) throw invalidParameter(`${at}.command and ${at}.script are mutually exclusive.`);
  const args = container.args ?? [];
  if (!Array.isArray(args) || args.some((arg) => typeof arg !== "string"))
    throw invalidParameter(`${at}.args must be an array of strings.`);
  const port = integerAt(container, "port", { fallback: DEFAULT_PORT, min: 1, max: 65535, label: `${at}.port` });
  return {
    image,
    // A command is one process and no shell; a script is a shell's (reference: eas-service-json.md §4).
    command: [script ? quote(["/bin/sh", "-c", script]) : (command ?? ""), ...args].join(" ").trim(),
    port,
    env: readEnv(container.env, `${at}.env`),
    probes: orElse({}, () => readProbes(container, at)),
  };
}

function readEnv(value: unknown, label: string): Record<string, string> {
  if (value === undefined) return {};
  if (!Array.isArray(value)) throw invalidParameter(`${label} must be an array.`);
  return Object.fromEntries(
    value.map((entry: unknown, index) => {
      if (!isJsonObject(entry) || typeof entry.name !== "string" || typeof entry.value !== "string")
        throw invalidParameter(`${label}[${index}] must have a name and a value, both strings.`);
      return [entry.name, entry.value];
    }),
  );
}

/** A map of strings; also read from CreateService's `Labels` parameter. */
export function readLabels(value: unknown, label: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isJsonObject(value)) throw invalidParameter(`${label} must be a JSON map.`);
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== "string") throw invalidParameter(`${label}.${key} must be a string.`);
      return [key, text];
    }),
  );
}
