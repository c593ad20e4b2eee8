import { mapEndpoints, mapService } from "@/lib/eas/mapping";
import type { Page, Service, ServiceEndpoints } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import { type Api, readAllPages, toQueryMap } from "./api";

export interface ListServicesQuery {
  /** Part of the name. */
  filter?: string;
  /** The exact name. */
  serviceName?: string;
  serviceUid?: string;
  serviceStatus?: string;
  serviceType?: string;
  /** All of these labels with these values. */
  labels?: Record<string, string>;
  workspaceId?: string;
  /** Whether services without a workspace are listed too; EAS's own default is yes. */
  includeNoWorkspace?: boolean;
  group?: string;
  trafficState?: "standalone" | "grouping";
  gateway?: string;
  resourceId?: string;
  resourceAlias?: string;
  resourceType?: "PublicResource" | "DedicatedResource" | "Lingjun" | "SelfManagedLingjun";
  quotaId?: string;
  /** `Queue` and others; without it EAS may leave sub-services out. */
  role?: string;
  parentServiceUid?: string;
  callerUid?: string;
  autoscalerEnabled?: boolean;
  cronscalerEnabled?: boolean;
  sort?: string;
  order?: "asc" | "desc";
  /** From 1. */
  pageNumber?: number;
  pageSize?: number;
}

/** Services as they are (eas-openapi.md §7.2). */
export interface ReadingOperations {
  listServices(query?: ListServicesQuery): Promise<Page<Service>>;
  /** Every page up to `limit` services; `items` may be shorter than `totalCount`. */
  listAllServices(query?: Omit<ListServicesQuery, "pageNumber" | "pageSize">, limit?: number): Promise<Page<Service>>;
  describeService(name: string): Promise<Service>;
  /** The only place that gives the token. */
  describeServiceEndpoints(name: string): Promise<ServiceEndpoints>;
}

/** Enough for any account seen. */
const LIST_LIMIT = 5000;

export function readingOperations({ call, servicePath }: Api): ReadingOperations {
  async function listServices(query: ListServicesQuery = {}): Promise<Page<Service>> {
    const reply = await call({
      action: "ListServices",
      method: "GET",
      path: ["services"],
      query: toListQuery(query),
      reply: wire.ListServicesReply,
    });
    return { items: reply.Services.map(mapService), totalCount: reply.TotalCount };
  }

  return {
    listServices,
    listAllServices: (query = {}, limit = LIST_LIMIT) =>
      readAllPages((paging) => listServices({ ...query, ...paging }), limit),
    async describeService(name) {
      return mapService(
        await call({ action: "DescribeService", method: "GET", path: servicePath(name), reply: wire.ServiceReply }),
      );
    },
    async describeServiceEndpoints(name) {
      const path = servicePath(name, "endpoints");
      return mapEndpoints(
        await call({ action: "DescribeServiceEndpoints", method: "GET", path, reply: wire.EndpointsReply }),
      );
    },
  };
}

function toListQuery(query: ListServicesQuery) {
  return {
    Filter: query.filter,
    ServiceName: query.serviceName,
    ServiceUid: query.serviceUid,
    ServiceStatus: query.serviceStatus,
    ServiceType: query.serviceType,
    Label: toQueryMap(query.labels),
    WorkspaceId: query.workspaceId,
    IncludeNoWorkspace: query.includeNoWorkspace,
    GroupName: query.group,
    TrafficState: query.trafficState,
    Gateway: query.gateway,
    ResourceId: query.resourceId,
    ResourceAliasName: query.resourceAlias,
    ResourceType: query.resourceType,
    QuotaId: query.quotaId,
    Role: query.role,
    ParentServiceUid: query.parentServiceUid,
    CallerUid: query.callerUid,
    AutoscalerEnabled: query.autoscalerEnabled,
    CronscalerEnabled: query.cronscalerEnabled,
    Sort: query.sort,
    Order: query.order,
    PageNumber: query.pageNumber,
    PageSize: query.pageSize,
  };
}
