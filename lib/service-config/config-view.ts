import { type ParsedCommand, parseCommand } from "./command";
import { isStockImage } from "./defaults";
import { isObject, type JsonObject, type Path, valueAt } from "./json-path";
import { parseOssUri } from "./oss-uri";
import { STORAGE_SOURCE_IDS, type StorageSource } from "./storage-source";

/** What the rules and the form need to know of a document, with the place of each thing. Values of a wrong kind count as absent. */
export interface ConfigView {
  name?: string;
  /** In the order in which EAS tries them. */
  instanceTypes: InstanceTypeView[];
  /** A spot instance is kept for its first hour; without that it costs less and may go at any time. */
  isSpotProtected: boolean;
  image: string;
  /** Not the diffusers image we know: what it needs is its maker's business. */
  isOwnImage: boolean;
  command?: string;
  /** What starts the program, and where it stands: the command, else a script that is nothing but one. */
  start?: string;
  startPath: Path;
  parsed?: ParsedCommand;
  /** Whether the command is the diffusers service's: only then its flags mean what we know. */
  isDiffusers: boolean;
  script?: string;
  port?: number;
  isAsync: boolean;
  instances: number;
  keepaliveMs?: number;
  workerThreads?: number;
  /** GiB beyond the image's own; the 30 that come free are counted. */
  diskGb: number;
  extraDiskGb: number;
  mounts: MountView[];
  model?: MountView;
  result?: MountView;
}

export interface InstanceTypeView {
  type: string;
  path: Path;
  /** The most that it may cost an hour: it is to be a spot instance. */
  bid?: number;
}

export interface MountView {
  /** Of the entry in `storage`. */
  path: Path;
  mountPath: string;
  sources: StorageSource[];
  uri?: string;
  bucket?: string;
  folder?: string;
  readOnly: boolean;
  /** Below the entry: what makes it writable. Absent where its source is never written to. */
  writable?: { path: Path; value: unknown };
}

export const COMMAND: Path = ["containers", 0, "command"];
export const SCRIPT: Path = ["containers", 0, "script"];
export const IMAGE: Path = ["containers", 0, "image"];
export const EXTRA_DISK: Path = ["features", "eas.aliyun.com/extra-ephemeral-storage"];
export const INSTANCE_TYPE: Path = ["cloud", "computing", "instance_type"];
const SPOT_UNPROTECTED: Path = ["cloud", "computing", "disable_spot_protection_period"];
export const INSTANCES: Path = ["cloud", "computing", "instances"];
/** Compiled into the image (diffusers-service.md §3). */
export const MODEL_MOUNT = "/oss";
export const RESULT_MOUNT = "/result";
/** Free on public resources (eas-service-json.md §2.2). */
const FREE_DISK_GB = 30;

export function viewConfig(value: JsonObject): ConfigView {
  const text = (...path: Path) => asText(valueAt(value, path));
  const number = (...path: Path) => asNumber(valueAt(value, path));
  const command = text(...COMMAND);
  const script = text(...SCRIPT);
  const isScript = command === undefined && script !== undefined && isPlainCommand(script);
  const start = isScript ? script : command;
  const parsed = start === undefined ? undefined : parseCommand(start);
  const image = text(...IMAGE) ?? "";
  const mounts = viewMounts(value);
  const extraDiskGb = sizeInGb(valueAt(value, EXTRA_DISK)) ?? 0;
  return {
    name: text("metadata", "name") ?? text("name"),
    instanceTypes: viewInstanceTypes(value),
    isSpotProtected: valueAt(value, SPOT_UNPROTECTED) !== true,
    image,
    isOwnImage: image !== "" && !isStockImage(image),
    command,
    start,
    startPath: isScript ? SCRIPT : COMMAND,
    parsed,
    isDiffusers: parsed?.program.some((word) => word.endsWith("/app.py")) ?? false,
    script,
    port: number("containers", 0, "port"),
    isAsync: text("metadata", "type") === "Async",
    instances: number("metadata", "instance") ?? 1,
    keepaliveMs: number("metadata", "rpc", "keepalive"),
    workerThreads: number("metadata", "rpc", "worker_threads"),
    extraDiskGb,
    diskGb: (sizeInGb(valueAt(value, ["metadata", "disk"])) ?? FREE_DISK_GB) + extraDiskGb,
    mounts,
    model: mounts.find(({ mountPath }) => mountPath === MODEL_MOUNT),
    result: mounts.find(({ mountPath }) => mountPath === RESULT_MOUNT),
  };
}

/** A shell runs scripts: one command without anything that only a shell reads means the same in both places. */
const isPlainCommand = (script: string) => !/[\n;&|<>$`()]/.test(script.trim());

/** The list comes first in EAS; without one the single type. */
function viewInstanceTypes(value: JsonObject): ConfigView["instanceTypes"] {
  const list = valueAt(value, INSTANCES);
  const several = (Array.isArray(list) ? list : []).flatMap((entry: unknown, index): InstanceTypeView[] => {
    const type = isObject(entry) ? asText(entry.type) : undefined;
    if (!isObject(entry) || type === undefined) return [];
    return [{ type, path: [...INSTANCES, index, "type"], bid: asNumber(entry.spot_price_limit) }];
  });
  if (several.length > 0) return several;
  const single = asText(valueAt(value, INSTANCE_TYPE));
  return single === undefined ? [] : [{ type: single, path: INSTANCE_TYPE }];
}

function viewMounts(value: JsonObject): MountView[] {
  const list = valueAt(value, ["storage"]);
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown, index): MountView[] => {
    if (!isObject(entry)) return [];
    const path: Path = ["storage", index];
    const uri = asText(valueAt(entry, ["oss", "path"]));
    const parts = uri === undefined ? undefined : parseOssUri(uri);
    return [
      {
        path,
        mountPath: (asText(entry.mount_path) ?? "").replace(/(.)\/+$/, "$1"),
        sources: STORAGE_SOURCE_IDS.filter((id) => entry[id] !== undefined),
        uri,
        bucket: parts?.bucket,
        folder: parts?.folder,
        ...readOnlyOf(entry),
      },
    ];
  });
}

/** Each source says it in its own way; a dataset is read-only unless it says otherwise (eas-service-json.md §5). */
function readOnlyOf(entry: JsonObject): Pick<MountView, "readOnly" | "writable"> {
  for (const source of ["oss", "nfs"])
    if (valueAt(entry, [source, "readOnly"]) === true)
      return { readOnly: true, writable: { path: [source, "readOnly"], value: undefined } };
  if (isObject(entry.dataset) && entry.dataset.read_only !== false)
    return { readOnly: true, writable: { path: ["dataset", "read_only"], value: false } };
  return { readOnly: entry.git !== undefined };
}

/** `100Gi` → 100. */
export function sizeInGb(value: unknown): number | undefined {
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?)(Mi|Gi|Ti)$/.exec(value) : null;
  if (!match) return undefined;
  return Number(match[1]) * { Mi: 1 / 1024, Gi: 1, Ti: 1024 }[match[2] as "Mi" | "Gi" | "Ti"];
}

/** Two folders of the same bucket, however they are written. */
export function sameFolder(a: string | undefined, b: string | undefined): boolean {
  const [one, other] = [a, b].map((uri) => (uri === undefined ? undefined : parseOssUri(uri)));
  return one !== undefined && other !== undefined && one.bucket === other.bucket && one.folder === other.folder;
}

export const asText = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const asNumber = (value: unknown) => (typeof value === "number" ? value : undefined);
