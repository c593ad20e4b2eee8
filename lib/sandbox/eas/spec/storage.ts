import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { isJsonObject, type JsonObject } from "@/lib/sandbox/eas/json-path";
import { booleanAt, optionalTextAt } from "./values";

/* storage[]: a mount path and one source each (reference: eas-service-json.md §5). */

export interface OssMount {
  mountPath: string;
  bucket: string;
  /** Ends in `/` unless empty. */
  prefix: string;
  readOnly: boolean;
  /** The endpoint the configuration names, if any. */
  endpoint?: string;
}

export interface Storage {
  ossMounts: OssMount[];
  /** Mount paths whose source the sandbox cannot offer (NAS and the like). */
  otherMounts: { mountPath: string; source: string }[];
}

const SYSTEM_FOLDERS = new Set("/ /bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /usr /var".split(" "));
const SOURCES = ["oss", "nfs", "git", "dataset", "image", "empty_dir"];

export function readStorage(config: JsonObject): Storage {
  const ossMounts: OssMount[] = [];
  const otherMounts: Storage["otherMounts"] = [];
  const taken: string[] = [];
  for (const { entry, at } of entriesOf(config)) {
    const mountPath = readMountPath(entry, at, taken);
    const other = SOURCES.slice(1, -1).find((source) => entry[source] !== undefined);
    if (isJsonObject(entry.oss)) ossMounts.push({ mountPath, ...readOssSource(entry.oss, `${at}.oss`) });
    else if (other) otherMounts.push({ mountPath, source: other });
    else if (entry.empty_dir === undefined) throw invalidParameter(`${at} must name one source, for example oss.`);
    taken.push(mountPath);
  }
  return { ossMounts, otherMounts };
}

/** What a new configuration must keep to besides: one source only, each with what it needs. */
export function checkStorage(config: JsonObject): void {
  for (const { entry, at } of entriesOf(config)) {
    const named = SOURCES.filter((source) => entry[source] !== undefined && entry[source] !== null);
    if (named.length !== 1)
      throw invalidParameter(
        `${at} must name exactly one source, not ${named.length} (${named.join(", ") || "none"}).`,
      );
    const [kind = ""] = named;
    const source = entry[kind];
    if (kind === "image") continue;
    if (!isJsonObject(source)) throw invalidParameter(`${at}.${kind} must be an object.`);
    const need = (key: string) => {
      if (!optionalTextAt(source, key, `${at}.${kind}.${key}`))
        throw invalidParameter(`${at}.${kind}.${key} is required.`);
    };
    if (kind === "nfs") need("server");
    if (kind === "dataset") need("id");
    if (kind === "git") {
      need("repo");
      if (!String(source.repo).startsWith("https://"))
        throw invalidParameter(`${at}.git.repo must be an https address.`);
    }
    // Two spellings, each for its own source.
    if (kind === "nfs") booleanAt(source, "readOnly", `${at}.nfs.readOnly`);
    if (kind === "dataset") booleanAt(source, "read_only", `${at}.dataset.read_only`);
  }
}

function entriesOf(config: JsonObject): { entry: JsonObject; at: string }[] {
  const storage = config.storage ?? [];
  if (!Array.isArray(storage)) throw invalidParameter("storage must be an array.");
  return storage.map((entry: unknown, index) => {
    const at = `storage[${index}]`;
    if (!isJsonObject(entry)) throw invalidParameter(`${at} must be an object.`);
    return { entry, at };
  });
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
  return {
    bucket: match[1],
    prefix: folder === "" || folder.endsWith("/") ? folder : `${folder}/`,
    readOnly: booleanAt(oss, "readOnly", `${at}.readOnly`) ?? false,
    endpoint: optionalTextAt(oss, "endpoint", `${at}.endpoint`),
  };
}
