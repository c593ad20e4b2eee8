import { quote } from "shell-quote";
import { invalidParameter } from "./fault";
import { findInstanceType } from "./instance-types";
import { isJsonObject, type JsonObject, nestDottedKeys, valueAt } from "./json-path";

/*
 * The service configuration as EAS reads it (reference: eas-service-json.md): unknown keys are ignored, a wrong value of a
 * known key is an InvalidParameter that names the key. What only shows when an instance starts (a bucket that is not there,
 * an image that cannot be pulled, a reserved port) is no error here.
 */

export interface OssMount {
  mountPath: string;
  bucket: string;
  /** Ends in `/` unless empty. */
  prefix: string;
  readOnly: boolean;
  /** The endpoint the configuration names, if any. */
  endpoint?: string;
}

export interface ServiceSpec {
  name: string;
  instances: number;
  workspaceId?: string;
  /** Tried in order; empty for a free pair of cores and memory. */
  instanceTypes: string[];
  cpu: number;
  memoryMb: number;
  gpu: number;
  isAsync: boolean;
  image: string;
  command: string;
  port: number;
  env: Record<string, string>;
  ossMounts: OssMount[];
  /** Mount paths whose source the sandbox cannot offer (NAS and the like). */
  otherMounts: { mountPath: string; source: string }[];
  rpc: { keepaliveMs: number; workerThreads: number; maxQueueSize: number; rateLimit: number };
  labels: Record<string, string>;
  token?: string;
}

/** Lower-case letters, digits, underscore (reference: eas-service-json.md §2.1). */
const NAME_PATTERN = /^[a-z0-9_]{3,63}$/;
const DEFAULT_PORT = 8000;
const SYSTEM_FOLDERS = new Set("/ /bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /usr /var".split(" "));
const OTHER_SOURCES = ["nfs", "git", "dataset", "image"];

/** Parses a request body into the configuration object. */
export function parseConfigText(body: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
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
    rpc: {
      keepaliveMs: integerAt(config, "metadata.rpc.keepalive", { fallback: 5000, min: 1 }),
      workerThreads: integerAt(config, "metadata.rpc.worker_threads", { fallback: 5, min: 1 }),
      maxQueueSize: integerAt(config, "metadata.rpc.max_queue_size", { fallback: 64, min: 0 }),
      rateLimit: integerAt(config, "metadata.rpc.rate_limit", { fallback: 0, min: 0 }),
    },
    labels: readLabels(config.labels, "labels"),
    token: optionalTextAt(config, "token"),
  };
}

/** `metadata.name` first, then the legacy place. */
function readName(config: JsonObject): string {
  const name = optionalTextAt(config, "metadata.name") ?? optionalTextAt(config, "name");
  if (name === undefined) throw invalidParameter("metadata.name is required.");
  if (!NAME_PATTERN.test(name))
    throw invalidParameter(
      `metadata.name [${name}] is invalid: use 3 to 63 lower-case letters, digits and underscores.`,
    );
  return name;
}

function readResources(config: JsonObject): Pick<ServiceSpec, "instanceTypes" | "cpu" | "memoryMb" | "gpu"> {
  const resource = optionalTextAt(config, "metadata.resource");
  if (resource) throw invalidParameter(`metadata.resource [${resource}] is not found.`);
  const quota = optionalTextAt(config, "metadata.quota_id");
  if (quota) throw invalidParameter(`metadata.quota_id [${quota}] is not found.`);
  const instanceTypes = readInstanceTypes(config);
  const first = instanceTypes[0] === undefined ? undefined : findInstanceType(instanceTypes[0]);
  const cpu = numberAt(config, "metadata.cpu") ?? first?.cpu;
  const memoryMb = numberAt(config, "metadata.memory") ?? (first && first.memoryGb * 1000);
  const gpu = numberAt(config, "metadata.gpu") ?? first?.gpu?.count ?? 0;
  if (cpu === undefined || memoryMb === undefined)
    throw invalidParameter("cloud.computing.instance_type, or metadata.cpu and metadata.memory, is required.");
  if (cpu <= 0) throw invalidParameter("metadata.cpu must be greater than 0.");
  if (memoryMb <= 0) throw invalidParameter("metadata.memory must be greater than 0.");
  if (first) {
    const check = (key: string, wanted: number, offered: number) => {
      if (wanted > offered)
        throw invalidParameter(`metadata.${key} [${wanted}] exceeds what ${first.name} offers [${offered}].`);
    };
    check("cpu", cpu, first.cpu);
    check("memory", memoryMb, first.memoryGb * 1024);
    check("gpu", gpu, first.gpu?.count ?? 0);
  } else if (gpu > 0) {
    throw invalidParameter("metadata.gpu needs cloud.computing.instance_type on public resources.");
  }
  return { instanceTypes, cpu, memoryMb, gpu };
}

function readInstanceTypes(config: JsonObject): string[] {
  const single = optionalTextAt(config, "cloud.computing.instance_type");
  const list = valueAt(config, "cloud.computing.instances");
  if (list !== undefined && !Array.isArray(list)) throw invalidParameter("cloud.computing.instances must be an array.");
  const many = (list ?? []).map((entry: unknown, index: number) => {
    const type = isJsonObject(entry) ? entry.type : undefined;
    if (typeof type !== "string" || type === "")
      throw invalidParameter(`cloud.computing.instances[${index}].type is required.`);
    return type;
  });
  const types = many.length > 0 ? many : single ? [single] : [];
  for (const type of types) {
    if (!findInstanceType(type))
      throw invalidParameter(`cloud.computing.instance_type [${type}] is not supported in this region.`);
  }
  return types;
}

function readContainer(config: JsonObject): Pick<ServiceSpec, "image" | "command" | "port" | "env"> {
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

function readStorage(config: JsonObject): Pick<ServiceSpec, "ossMounts" | "otherMounts"> {
  const storage = config.storage ?? [];
  if (!Array.isArray(storage)) throw invalidParameter("storage must be an array.");
  const ossMounts: OssMount[] = [];
  const otherMounts: ServiceSpec["otherMounts"] = [];
  const taken: string[] = [];
  for (const [index, entry] of storage.entries()) {
    const at = `storage[${index}]`;
    if (!isJsonObject(entry)) throw invalidParameter(`${at} must be an object.`);
    const mountPath = readMountPath(entry, at, taken);
    const other = OTHER_SOURCES.find((source) => entry[source] !== undefined);
    if (isJsonObject(entry.oss)) ossMounts.push({ mountPath, ...readOssSource(entry.oss, `${at}.oss`) });
    else if (other) otherMounts.push({ mountPath, source: other });
    else if (entry.empty_dir === undefined) throw invalidParameter(`${at} must name one source, for example oss.`);
    taken.push(mountPath);
  }
  return { ossMounts, otherMounts };
}

function readMountPath(entry: JsonObject, at: string, taken: string[]): string {
  const raw = optionalTextAt(entry, "mount_path", `${at}.mount_path`);
  if (!raw?.startsWith("/")) throw invalidParameter(`${at}.mount_path must be an absolute path.`);
  const mountPath = raw.replace(/\/+$/, "") || "/";
  if (SYSTEM_FOLDERS.has(mountPath)) throw invalidParameter(`${at}.mount_path [${mountPath}] is a system directory.`);
  const clash = taken.find(
    (path) => path === mountPath || `${path}/`.startsWith(`${mountPath}/`) || `${mountPath}/`.startsWith(`${path}/`),
  );
  if (clash) throw invalidParameter(`${at}.mount_path [${mountPath}] overlaps with [${clash}].`);
  return mountPath;
}

function readOssSource(oss: JsonObject, at: string): Omit<OssMount, "mountPath"> {
  const path = optionalTextAt(oss, "path", `${at}.path`) ?? "";
  const match = /^oss:\/\/([a-z0-9][a-z0-9-]{1,61}[a-z0-9])(?:\.[^/]*)?(?:\/(.*))?$/.exec(path);
  if (!match?.[1]) throw invalidParameter(`${at}.path [${path}] must look like oss://bucket/folder/.`);
  const folder = (match[2] ?? "").replace(/^\/+/, "");
  const readOnly = oss.readOnly ?? false;
  if (typeof readOnly !== "boolean") throw invalidParameter(`${at}.readOnly must be a boolean.`);
  return {
    bucket: match[1],
    prefix: folder === "" || folder.endsWith("/") ? folder : `${folder}/`,
    readOnly,
    endpoint: optionalTextAt(oss, "endpoint", `${at}.endpoint`),
  };
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

function optionalTextAt(root: JsonObject, path: string, label = path): string | undefined {
  const value = valueAt(root, path);
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw invalidParameter(`${label} must be a string.`);
  return value;
}

function numberAt(root: JsonObject, path: string, label = path): number | undefined {
  const value = valueAt(root, path);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number") throw invalidParameter(`${label} must be a number.`);
  return value;
}

function integerAt(
  root: JsonObject,
  path: string,
  limits: { fallback: number; min: number; max?: number; label?: string },
): number {
  const label = limits.label ?? path;
  const value = numberAt(root, path, label) ?? limits.fallback;
  if (!Number.isInteger(value) || value < limits.min || value > (limits.max ?? Number.MAX_SAFE_INTEGER)) {
    const range = limits.max === undefined ? `at least ${limits.min}` : `from ${limits.min} to ${limits.max}`;
    throw invalidParameter(`${label} [${value}] must be an integer, ${range}.`);
  }
  return value;
}
