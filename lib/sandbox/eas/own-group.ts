import { findInstanceType, type InstanceType } from "./instance-types";
import type { InstanceRecord, ServiceRecord } from "./records";
import { readServiceSpec } from "./service-spec";
import { OWN_GROUP_ID } from "./spec/resources";

/*
 * The one dedicated resource group that the account owns (reference: eas-openapi.md §6.4): machines that are paid for whether
 * or not anything runs on them, and that can be full.
 */

export const OWN_GROUP = { id: OWN_GROUP_ID, name: "sandbox" } as const;

const NODE_TYPE = "ml.gu7i.c8m30.1-gu30";
const NODES = ["eas-own-node-1", "eas-own-node-2"] as const;
/** Each node keeps one core for itself (reference: eas-service-lifecycle.md §4). */
const RESERVED_CORES = 1;

export interface Need {
  cpu: number;
  memoryMb: number;
  gpu: number;
}

interface Node extends Need {
  name: string;
}

export const nodeType = (): InstanceType | undefined => findInstanceType(NODE_TYPE);

/** What each node offers when nothing runs on it. */
export function emptyNodes(): Node[] {
  const type = nodeType();
  if (!type) return [];
  const { cpu, memoryGb, gpu } = type;
  return NODES.map((name) => ({ name, cpu: cpu - RESERVED_CORES, memoryMb: memoryGb * 1024, gpu: gpu?.count ?? 0 }));
}

/** What is left of each node beside the instances that have their place there. */
export function freeNodes(services: readonly ServiceRecord[]): Node[] {
  const nodes = emptyNodes();
  for (const { service, instance } of placedInGroup(services)) {
    const node = nodes.find(({ name }) => name === instance.hostName);
    const spec = readServiceSpec(service.config);
    if (!node) continue;
    node.cpu -= spec.cpu;
    node.memoryMb -= spec.memoryMb;
    node.gpu -= spec.gpu;
  }
  return nodes;
}

/** What a machine does without. */
const KINDS = [
  ["cpu", "Insufficient cpu"],
  ["memoryMb", "Insufficient memory"],
  ["gpu", "Insufficient nvidia.com/gpu"],
] as const;

export type Room = { node: string } | { lacks: string };

/** The first node with room, or in Kubernetes' words why there is none. */
export function roomFor(need: Need, nodes: readonly Node[]): Room {
  const fitting = nodes.find((node) => KINDS.every(([key]) => node[key] >= need[key]));
  if (fitting) return { node: fitting.name };
  const missing = KINDS.flatMap(([key, words]) => {
    const short = nodes.filter((node) => node[key] < need[key]).length;
    return short > 0 ? [`${short} ${words}`] : [];
  });
  return { lacks: `0/${nodes.length} nodes are available: ${missing.join(", ")}.` };
}

export const fullRoom = (): Room => ({
  lacks: `0/${NODES.length} nodes are available: ${NODES.length} Insufficient cpu, ${NODES.length} Insufficient nvidia.com/gpu.`,
});

function placedInGroup(services: readonly ServiceRecord[]): { service: ServiceRecord; instance: InstanceRecord }[] {
  return services
    .filter(isInGroup)
    .flatMap((service) => service.instances.map((instance) => ({ service, instance })))
    .filter(({ instance }) => instance.role === "Standard" && instance.instanceType !== undefined);
}

export const isInGroup = ({ config }: Pick<ServiceRecord, "config">): boolean =>
  readServiceSpec(config).resource === OWN_GROUP.id;
