import type { GroupView } from "./group-view";

/**
 * The part of the group's traffic that each member gets, 0…1: by ready instances, or by weight once weights are set; nothing
 * for who stands alone, weighs nothing or does not serve (eas-service-lifecycle.md §5).
 */
export function trafficShares({ trafficMode, members }: Pick<GroupView, "trafficMode" | "members">): number[] {
  const parts = members.map(({ trafficState, weight, instances }) => {
    if (trafficState === "standalone" || instances.running === 0) return 0;
    return trafficMode === "auto" ? instances.running : Math.max(0, weight ?? 0);
  });
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => (total > 0 ? part / total : 0));
}
