import type { Context } from "@/lib/context.server";
import type { Service } from "@/lib/eas/types";
import type { GroupMember, GroupView } from "./group-view";
import type { ServiceNameInput } from "./names";

/** The group of a service with all its members; null when it has none. */
export async function getGroup(ctx: Pick<Context, "eas">, { name }: ServiceNameInput): Promise<GroupView | null> {
  const { group: groupName } = await ctx.eas.describeService(name);
  if (!groupName) return null;
  const [group, listed] = await Promise.all([
    ctx.eas.describeGroup(groupName),
    ctx.eas.listAllServices({ group: groupName, sort: "CreateTime", order: "asc" }),
  ]);
  return {
    name: group.name,
    trafficMode: group.trafficMode,
    endpoint: group.internetEndpoint ?? group.intranetEndpoint,
    hasQueue: group.queueService !== undefined,
    members: listed.items.filter(({ role }) => role !== "Queue").map(toMember),
  };
}

function toMember(service: Service): GroupMember {
  return {
    name: service.name,
    status: service.status,
    instances: service.instances,
    version: service.version.current,
    trafficState: service.trafficState ?? "grouping",
    weight: service.weight,
    safetyLock: service.safetyLock,
  };
}
