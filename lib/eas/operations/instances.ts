import { mapContainer, mapInstance } from "@/lib/eas/mapping";
import type { Page, ServiceContainer, ServiceInstance } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import { type Api, readAllPages } from "./api";

export interface RestartInstancesOptions {
  /** Starts the process again and leaves the instance where it is. */
  soft?: boolean;
}

/** `isolate` can be taken back, `detach` cannot: the instance is fenced and replaced. */
export type InstanceChange = { isolate: boolean } | { detach: true };

/** The instances of a service, one by one (eas-openapi.md §7.2, §7.3). */
export interface InstanceOperations {
  listServiceInstances(name: string): Promise<Page<ServiceInstance>>;
  listServiceContainers(name: string, instance: string): Promise<ServiceContainer[]>;
  /** DeleteServiceInstances: each is rebuilt, or its process started again; as many come back. */
  restartInstances(name: string, instances: string[], options?: RestartInstancesOptions): Promise<void>;
  updateInstance(name: string, instance: string, change: InstanceChange): Promise<void>;
}

/** As many as a service may have. */
const INSTANCE_LIMIT = 1000;

export function instanceOperations({ call, servicePath }: Api): InstanceOperations {
  async function readPage(name: string, paging: { pageNumber: number; pageSize: number }) {
    const reply = await call({
      action: "ListServiceInstances",
      method: "GET",
      path: servicePath(name, "instances"),
      query: { PageNumber: paging.pageNumber, PageSize: paging.pageSize },
      reply: wire.InstancesReply,
    });
    return { items: reply.Instances.map(mapInstance), totalCount: reply.TotalCount ?? reply.Instances.length };
  }

  return {
    listServiceInstances: (name) => readAllPages((paging) => readPage(name, paging), INSTANCE_LIMIT),
    async listServiceContainers(name, instance) {
      const reply = await call({
        action: "ListServiceContainers",
        method: "GET",
        path: servicePath(name, "instances", instance, "containers"),
        reply: wire.ContainersReply,
      });
      return reply.Containers.map(mapContainer);
    },
    async restartInstances(name, instances, { soft } = {}) {
      await call({
        action: "DeleteServiceInstances",
        method: "DELETE",
        path: servicePath(name, "instances"),
        query: { InstanceList: instances.join(","), SoftRestart: soft },
        reply: wire.AnyReply,
      });
    },
    async updateInstance(name, instance, change) {
      await call({
        action: "UpdateServiceInstance",
        method: "PUT",
        path: servicePath(name, "instances", instance),
        body: "detach" in change ? { Detach: true } : { Isolate: change.isolate },
        reply: wire.AnyReply,
      });
    },
  };
}
