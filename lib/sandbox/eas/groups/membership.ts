import type { Cloud } from "@/lib/sandbox/eas/cloud";
import { takesTraffic } from "@/lib/sandbox/eas/conditions";
import { invalidParameter } from "@/lib/sandbox/eas/fault";
import { type JsonObject, valueAt } from "@/lib/sandbox/eas/json-path";
import { newToken } from "@/lib/sandbox/eas/names";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import type { GroupRecord } from "./records";

/*
 * Who belongs to which group, and how its traffic is shared (reference: eas-service-lifecycle.md §5, eas-gateway-and-queue.md
 * §1). This is what the gateway asks.
 */

export interface GroupMember {
  service: ServiceRecord;
  trafficState: "standalone" | "grouping";
  /** −1…1000, as ReleaseService set it; counts only in a group whose traffic mode is `customized`. */
  weight: number;
  /** Part of the group's traffic, 0…1; 0 for a member that stands alone or serves nothing. */
  share: number;
}

export interface ServiceGroup {
  name: string;
  /** Opens `/api/predict/<group>` and `/api/predict/<group>.<service>`. */
  token: string;
  trafficMode: "auto" | "customized";
  /** In order of creation. */
  members: GroupMember[];
  /** The asynchronous service whose queue answers at the group's address, for a group that came with one. */
  queueOf?: string;
}

type GroupCloud = Pick<Cloud, "groups" | "services" | "clock">;

/** Undefined when there is no such group. */
export function findServiceGroup(cloud: GroupCloud, name: string): ServiceGroup | undefined {
  const group = cloud.groups.get(name);
  if (!group) return undefined;
  const members = cloud.services.all().filter((service) => groupOf(service) === name && service.status !== "Deleting");
  members.sort((a, b) => a.createdAt - b.createdAt);
  const parts = members.map((service) => part(group, service));
  const total = parts.reduce((sum, one) => sum + one, 0);
  return {
    name,
    token: group.token,
    trafficMode: group.trafficMode,
    queueOf: group.queueOf,
    members: members.map((service, index) => ({
      service,
      trafficState: trafficStateOf(service),
      weight: weightOf(service),
      share: total > 0 ? (parts[index] ?? 0) / total : 0,
    })),
  };
}

/** The group that the configuration names, or the one that an asynchronous service brings with it. */
export function groupOf(service: { name: string; config: JsonObject }): string {
  const named = valueAt(service.config, "metadata.group");
  if (typeof named === "string" && named !== "") return named;
  return isAsync(service) ? service.name : "";
}

/** A member takes part in its group's traffic until it is told to stand alone. */
export function trafficStateOf(service: ServiceRecord): "standalone" | "grouping" {
  return service.trafficState ?? (groupOf(service) === "" ? "standalone" : "grouping");
}

/** What a member weighs before ReleaseService: nothing says it; all alike is the choice here. */
const DEFAULT_WEIGHT = 100;

export function weightOf(service: ServiceRecord): number {
  return service.weight ?? (groupOf(service) === "" ? 0 : DEFAULT_WEIGHT);
}

/** −1 takes a member out, as 0 does; what else it may mean no source says. */
function part(group: GroupRecord, service: ServiceRecord): number {
  if (trafficStateOf(service) === "standalone") return 0;
  const ready = service.instances.filter(
    (instance) => instance.role === "Standard" && instance.ready && takesTraffic(instance),
  ).length;
  if (ready === 0) return 0;
  return group.trafficMode === "auto" ? ready : Math.max(0, weightOf(service));
}

/** A group and a service cannot have one name: both are addressed by `/api/predict/<name>`. */
export function assertGroupIsFree(cloud: GroupCloud, name: string, config: JsonObject): void {
  const own = cloud.groups.get(name);
  if (own && own.queueOf !== name) throw invalidParameter(`metadata.name [${name}] is taken by a service group.`);
  const group = groupOf({ name, config });
  if (group === "" || cloud.groups.get(group) || (group === name && isAsync({ config }))) return;
  if (group === name || cloud.services.get(group))
    throw invalidParameter(`metadata.group [${group}] is taken by a service.`);
}

/** Makes the group that a service names or brings, unless it is there. */
export function ensureGroup(cloud: GroupCloud, service: ServiceRecord): void {
  const name = groupOf(service);
  if (name === "" || cloud.groups.get(name)) return;
  const now = cloud.clock.now();
  cloud.groups.put({
    name,
    token: newToken(),
    trafficMode: "auto",
    labels: {},
    network: {},
    workspaceId: service.workspaceId,
    queueOf: isAsync(service) && name === service.name ? service.name : undefined,
    createdAt: now,
    updatedAt: now,
  });
}

/**
 * Brings groups and services together again: for services that were there before groups were kept, and where the sandbox
 * ended after one was written and before the other.
 */
export function ensureGroups(cloud: GroupCloud): void {
  for (const { name, queueOf } of cloud.groups.all())
    if (queueOf !== undefined && !cloud.services.get(queueOf)) cloud.groups.remove(name);
  for (const service of cloud.services.all()) ensureGroup(cloud, service);
}

/** A service that is gone takes along the group that came with its queue; other groups stay, empty. */
export function leaveGroup(cloud: Pick<Cloud, "groups">, service: ServiceRecord): void {
  const group = cloud.groups.get(groupOf(service));
  if (group && group.queueOf === service.name) cloud.groups.remove(group.name);
}

function isAsync(service: { config: JsonObject }): boolean {
  return valueAt(service.config, "metadata.type") === "Async";
}
