import type { InstanceRecord } from "./records";
import { resolveCount } from "./rollouts/state";
import type { ServiceSpec } from "./service-spec";
import type { Alternative } from "./spec/resources";

/**
 * The first alternative of cloud.computing.instances that can be had and whose capacity is not taken by the service's other
 * instances (reference: eas-service-json.md §3); undefined when there is none.
 */
export function choosePlace(
  { alternatives, instances }: Pick<ServiceSpec, "alternatives" | "instances">,
  offered: readonly string[],
  peers: readonly InstanceRecord[],
): Alternative | undefined {
  return alternatives.find(({ type, capacity }) => {
    if (!offered.includes(type)) return false;
    const taken = peers.filter(({ status, instanceType }) => status !== "Terminating" && instanceType === type).length;
    return capacity === undefined || taken < resolveCount(capacity, instances, Math.ceil);
  });
}
