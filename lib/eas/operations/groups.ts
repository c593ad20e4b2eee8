import { mapGroup } from "@/lib/eas/mapping";
import type { Page, ServiceGroup, TrafficMode, TrafficState } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import { type Api, readAllPages, toQueryMap } from "./api";

export interface ListGroupsQuery {
  /** Part of the name. */
  filter?: string;
  labels?: Record<string, string>;
  workspaceId?: string;
}

export interface Release {
  trafficState?: TrafficState;
  /** −1…1000. */
  weight?: number;
}

/** Services that share an address and its traffic (eas-openapi.md §6.5, §7.1, §7.6). */
export interface GroupOperations {
  listGroups(query?: ListGroupsQuery): Promise<Page<ServiceGroup>>;
  describeGroup(name: string): Promise<ServiceGroup>;
  setGroupTrafficMode(name: string, mode: TrafficMode): Promise<void>;
  /** ReleaseService: what part a member has in its group's traffic. */
  releaseService(name: string, release: Release): Promise<void>;
}

const GROUP_LIMIT = 1000;

export function groupOperations({ call, region, servicePath }: Api): GroupOperations {
  async function readPage(query: ListGroupsQuery, paging: { pageNumber: number; pageSize: number }) {
    const reply = await call({
      action: "ListGroups",
      method: "GET",
      path: ["groups"],
      query: {
        Filter: query.filter,
        Labels: toQueryMap(query.labels),
        WorkspaceId: query.workspaceId,
        PageNumber: paging.pageNumber,
        PageSize: paging.pageSize,
      },
      reply: wire.GroupsReply,
    });
    return { items: reply.Groups.map(mapGroup), totalCount: reply.TotalCount ?? reply.Groups.length };
  }

  return {
    listGroups: (query = {}) => readAllPages((paging) => readPage(query, paging), GROUP_LIMIT),
    async describeGroup(name) {
      const path = ["groups", region, name];
      return mapGroup(await call({ action: "DescribeGroup", method: "GET", path, reply: wire.GroupReply }));
    },
    async setGroupTrafficMode(name, mode) {
      const path = ["groups", region, name];
      await call({ action: "UpdateGroup", method: "PUT", path, body: { TrafficMode: mode }, reply: wire.AnyReply });
    },
    async releaseService(name, { trafficState, weight }) {
      await call({
        action: "ReleaseService",
        method: "PUT",
        path: servicePath(name, "release"),
        body: {
          ...(trafficState !== undefined && { TrafficState: trafficState }),
          ...(weight !== undefined && { Weight: weight }),
        },
        reply: wire.AnyReply,
      });
    },
  };
}
