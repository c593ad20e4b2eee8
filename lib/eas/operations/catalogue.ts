import { mapMachineSpec, mapWorkspace } from "@/lib/eas/mapping";
import type { MachineSpec, Region, Workspace } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import type { Api } from "./api";

/** What can be had, whoever asks (eas-openapi.md §7.6, §8). */
export interface CatalogueOperations {
  describeRegions(): Promise<Region[]>;
  describeMachineSpec(): Promise<MachineSpec[]>;
  listWorkspaces(): Promise<Workspace[]>;
}

export function catalogueOperations({ call }: Api): CatalogueOperations {
  return {
    async describeRegions() {
      const reply = await call({
        action: "DescribeRegions",
        method: "GET",
        path: ["regions"],
        reply: wire.DescribeRegionsReply,
      });
      return reply.Regions.map(({ RegionId, RegionName }) => ({ id: RegionId, name: RegionName ?? RegionId }));
    },
    async describeMachineSpec() {
      const reply = await call({
        action: "DescribeMachineSpec",
        method: "GET",
        path: ["public", "instance_types"],
        query: { ChargeType: "PostPaid", ResourceType: "Public" },
        reply: wire.DescribeMachineSpecReply,
      });
      return reply.InstanceMetas.map(mapMachineSpec);
    },
    async listWorkspaces() {
      const reply = await call({
        product: "workspace",
        action: "ListWorkspaces",
        method: "GET",
        path: ["workspaces"],
        query: { PageNumber: 1, PageSize: 100, Option: "GetWorkspaces" },
        reply: wire.ListWorkspacesReply,
      });
      return reply.Workspaces.map(mapWorkspace);
    },
  };
}
