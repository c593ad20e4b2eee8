import type { Cloud } from "@/lib/sandbox/eas/cloud";
import { findServiceGroup } from "@/lib/sandbox/eas/groups/membership";
import { readServiceSpec } from "@/lib/sandbox/eas/service-spec";
import type { Directory } from "./resolve";
import type { GatewayService } from "./server";

/** The gateway's view of the services that the EAS API keeps. A service that is being deleted is unknown already. */
export function createServiceFinder(cloud: Cloud): (name: string) => GatewayService | undefined {
  return (name) => {
    const service = cloud.services.get(name);
    if (!service || service.status === "Deleting") return undefined;
    const { isAsync, rpc } = readServiceSpec(service.config);
    return {
      name,
      token: service.token,
      isAsync,
      rpc,
      upstreams: cloud.lifeCycle.upstreams(service),
      queues: () => cloud.queues.serving(service),
      observe: (request) => cloud.observe(service, request),
    };
  };
}

/** All that an address can name. */
export function createDirectory(cloud: Cloud): Directory {
  return {
    find: createServiceFinder(cloud),
    findGroup: (name) => {
      const group = findServiceGroup(cloud, name);
      return (
        group && {
          name,
          token: group.token,
          members: group.members.map(({ service, share }) => ({ service: service.name, share })),
        }
      );
    },
  };
}
