import { bothNames } from "./both-names";
import { type CommandFlags, changeFlags, NO_FLAGS } from "./command";
import { EXTRA_DISK, IMAGE, INSTANCE_TYPE, INSTANCES, viewConfig } from "./config-view";
import { imageAddress, imageChoice } from "./defaults";
import type { ConfigDocument, Patch } from "./document";
import type { ServiceForm } from "./draft";
import { isObject, type JsonObject, type Path, valueAt } from "./json-path";
import type { MachineFacts } from "./machine";
import { toFolder, toOssUri } from "./oss-uri";

/** The wizard's form as a view on the document: reading it and changing it lose nothing else. */

const STANDARD_KEEPALIVE_MS = 5000;
const QUEUE = { cpu: 1, memory: 4000, max_delivery: 1 };
const LIMITS: Path[] = ["cpu", "gpu", "memory"].map((key) => ["metadata", key]);

export function readForm({ value }: Pick<ConfigDocument, "value">, region: string): ServiceForm {
  const view = viewConfig(value);
  const flags = view.isDiffusers && view.parsed ? view.parsed.flags : NO_FLAGS;
  const workspace = valueAt(value, ["metadata", "workspace_id"]);
  return {
    name: view.name ?? "",
    region,
    instanceType: view.instanceTypes[0]?.type ?? "",
    image: imageChoice(view.image, region),
    func: flags.func,
    blade: flags.blade,
    translate: flags.translate,
    closeSafety: flags.closeSafety,
    mode: view.isAsync ? "async" : "sync",
    modelPath: view.model?.folder ?? "",
    resultPath: view.result?.folder ?? "",
    instances: view.instances,
    extraDiskGb: view.extraDiskGb,
    keepaliveMs: view.keepaliveMs ?? STANDARD_KEEPALIVE_MS,
    ...(typeof workspace === "string" && { workspaceId: workspace }),
  };
}

export interface Place {
  region: string;
  bucket?: string;
  modelBucket?: string;
  machines?: readonly MachineFacts[];
}

/** What a change of the form is in the document. */
export function formPatches(value: JsonObject, changes: Partial<ServiceForm>, place: Place): Patch[] {
  const patches: Patch[] = [];
  const set = (path: Path, wanted: unknown) => patches.push({ path, value: wanted });
  if (changes.name !== undefined) patches.push(...bothNames(changes.name));
  if (changes.instanceType !== undefined)
    patches.push(...instancePatches(value, [changes.instanceType], place.machines ?? []));
  if (changes.image !== undefined) set(IMAGE, imageAddress(changes.image, place.region));
  if (changes.mode !== undefined) patches.push(...modePatches(value, changes.mode));
  if (changes.instances !== undefined) set(["metadata", "instance"], changes.instances);
  if (changes.keepaliveMs !== undefined) set(["metadata", "rpc", "keepalive"], changes.keepaliveMs);
  if (changes.extraDiskGb !== undefined)
    set(EXTRA_DISK, changes.extraDiskGb > 0 ? `${changes.extraDiskGb}Gi` : undefined);
  if (changes.workspaceId !== undefined) set(["metadata", "workspace_id"], changes.workspaceId || undefined);
  return [...patches, ...placePatches(value, changes, place), ...flagPatches(value, changes)];
}

const FLAGS = ["func", "blade", "translate", "closeSafety"] as const;

function flagPatches(value: JsonObject, changes: Partial<ServiceForm>): Patch[] {
  const given = FLAGS.filter((key) => changes[key] !== undefined);
  return given.length === 0
    ? []
    : commandPatches(value, Object.fromEntries(given.map((key) => [key, changes[key]])) as Partial<CommandFlags>);
}

/** A command that is not the container's has no switches of ours. */
export function commandPatches(value: JsonObject, flags: Partial<CommandFlags>): Patch[] {
  const { start, startPath, isDiffusers } = viewConfig(value);
  return isDiffusers && start !== undefined ? [{ path: startPath, value: changeFlags(start, flags) }] : [];
}

function modePatches(value: JsonObject, mode: ServiceForm["mode"]): Patch[] {
  const type: Path = ["metadata", "type"];
  const queue = valueAt(value, ["queue"]);
  if (mode === "async")
    return [{ path: type, value: "Async" }, ...(queue === undefined ? [{ path: ["queue"], value: QUEUE }] : [])];
  // Settings of one's own stay; lint says that nobody reads them now.
  const isOurs = JSON.stringify(queue) === JSON.stringify(QUEUE);
  return [
    ...(valueAt(value, type) === "Async" ? [{ path: type, value: undefined }] : []),
    ...(isOurs ? [{ path: ["queue"], value: undefined }] : []),
  ];
}

function placePatches(value: JsonObject, changes: Partial<ServiceForm>, place: Place): Patch[] {
  const model = place.modelBucket ?? place.bucket;
  return [
    ...(changes.modelPath !== undefined && model
      ? modelPatches(value, toOssUri(model, toFolder(changes.modelPath)))
      : []),
    ...(changes.resultPath !== undefined && place.bucket
      ? resultPatches(value, toOssUri(place.bucket, toFolder(changes.resultPath)))
      : []),
  ];
}

export function modelPatches(value: JsonObject, uri: string): Patch[] {
  return mountPatches(value, "/oss", uri);
}

/** `/result` and `--oss_save_dir` are one place, said twice (diffusers-service.md §2). */
export function resultPatches(value: JsonObject, uri: string): Patch[] {
  return [...mountPatches(value, "/result", uri), ...commandPatches(value, { ossSaveDir: uri })];
}

function mountPatches(value: JsonObject, mountPath: string, uri: string): Patch[] {
  const { mounts } = viewConfig(value);
  const mount = mounts.find((one) => one.mountPath === mountPath);
  if (mount) return [{ path: [...mount.path, "oss", "path"], value: uri }];
  const entry = { mount_path: mountPath, oss: { path: uri, readOnly: false } };
  return [{ path: ["storage", mounts.length], value: entry }];
}

/**
 * The instance types in their order. One type has its limits with it; several share none, so that each gives what it has
 * (eas-service-json.md §3).
 */
export function instancePatches(
  value: JsonObject,
  types: readonly string[],
  machines: readonly MachineFacts[],
): Patch[] {
  const list = valueAt(value, INSTANCES);
  const former = (Array.isArray(list) ? list : []).filter(isObject);
  const entries = types.map((type) => former.find((entry) => entry.type === type) ?? { type });
  const isPlain = entries.length <= 1 && entries.every((entry) => Object.keys(entry).length === 1);
  const machine = types.length === 1 ? machines.find(({ instanceType }) => instanceType === types[0]) : undefined;
  const limits: Record<string, unknown> = machine ? toLimits(machine) : {};
  const stated = LIMITS.filter((path) => valueAt(value, path) !== undefined);
  return [
    { path: INSTANCE_TYPE, value: isPlain ? types[0] : undefined },
    { path: INSTANCES, value: isPlain ? undefined : entries },
    // What was left to the machine stays left to it.
    ...stated.map((path) => ({ path, value: limits[String(path.at(-1))] })),
  ];
}

/** EAS counts memory in MB; the document gives a machine of 30 GB 30000, which leaves the engine its share. */
export function toLimits(machine: MachineFacts) {
  return {
    cpu: machine.cpu,
    ...(machine.gpu && { gpu: machine.gpu.count }),
    memory: Math.floor(machine.memoryGb * 1000),
  };
}
