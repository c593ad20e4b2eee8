import type { Connection } from "@/lib/connection";
import { redactText } from "@/lib/redact";
import { mapEndpoints, mapEvent, mapInstance, mapMachineSpec, mapService, mapWorkspace } from "./mapping";
import { createTransport, type Transport, type TransportOptions } from "./transport";
import type {
  CreatedService,
  MachineSpec,
  Page,
  Region,
  Service,
  ServiceDiagnosis,
  ServiceEndpoints,
  ServiceEvent,
  ServiceInstance,
  ServiceLogPage,
  Workspace,
} from "./types";
import * as wire from "./wire";

export interface ListServicesQuery {
  /** Part of the name. */
  filter?: string;
  /** The exact name. */
  serviceName?: string;
  serviceStatus?: string;
  serviceType?: string;
  workspaceId?: string;
  sort?: string;
  order?: "asc" | "desc";
  /** From 1. */
  pageNumber?: number;
  pageSize?: number;
}

export interface CreateServiceOptions {
  workspaceId?: string;
  labels?: Record<string, string>;
}

export interface EventsQuery {
  /** Milliseconds since the epoch; EAS's own default is seven days ago. */
  startTime?: number;
  endTime?: number;
  type?: "Normal" | "Warning";
  instanceName?: string;
  page?: number;
  pageSize?: number;
}

export interface LogQuery {
  instanceName?: string;
  containerName?: string;
  /** One word, case-sensitive. Not together with a time range: EAS then drops lines (eas-openapi.md §7.2). */
  keyword?: string;
  startTime?: number;
  endTime?: number;
  /** The log before the container's last restart. */
  previous?: boolean;
  page?: number;
  pageSize?: number;
}

export interface EasClient {
  describeRegions(): Promise<Region[]>;
  describeMachineSpec(): Promise<MachineSpec[]>;
  listServices(query?: ListServicesQuery): Promise<Page<Service>>;
  /** Every page up to `limit` services; `items` may be shorter than `totalCount`. */
  listAllServices(query?: Omit<ListServicesQuery, "pageNumber" | "pageSize">, limit?: number): Promise<Page<Service>>;
  describeService(name: string): Promise<Service>;
  /** The only place that gives the token. */
  describeServiceEndpoints(name: string): Promise<ServiceEndpoints>;
  /** Not idempotent and never retried: after an unknown outcome look whether the service exists. */
  createService(configJson: string, options?: CreateServiceOptions): Promise<CreatedService>;
  updateService(name: string, configJson: string, options?: { updateType?: "merge" | "replace" }): Promise<void>;
  startService(name: string): Promise<void>;
  stopService(name: string): Promise<void>;
  restartService(name: string): Promise<void>;
  scaleService(name: string, instances: number): Promise<void>;
  deleteService(name: string): Promise<void>;
  listServiceInstances(name: string): Promise<Page<ServiceInstance>>;
  describeServiceEvents(name: string, query?: EventsQuery): Promise<Page<ServiceEvent>>;
  describeServiceLog(name: string, query?: LogQuery): Promise<ServiceLogPage>;
  describeServiceDiagnosis(name: string): Promise<ServiceDiagnosis[]>;
  listWorkspaces(): Promise<Workspace[]>;
}

/** Enough for any account seen; a bound so that one reply cannot make us page for ever. */
const LIST_LIMIT = 5000;
const PAGE_SIZE = 100;

export function createEasClient(connection: Connection, options: TransportOptions = {}): EasClient {
  return createOperations(connection.region, createTransport(connection, options));
}

/** `2026-11-22 10:11:12`, UTC: what the event and log queries take; ISO 8601 is refused (eas-openapi.md §1). */
function toQueryTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

function createOperations(region: string, { call }: Transport): EasClient {
  const servicePath = (name: string, ...rest: string[]) => ["services", region, name, ...rest];

  async function listServices(query: ListServicesQuery = {}): Promise<Page<Service>> {
    const reply = await call({
      action: "ListServices",
      method: "GET",
      path: ["services"],
      query: {
        Filter: query.filter,
        ServiceName: query.serviceName,
        ServiceStatus: query.serviceStatus,
        ServiceType: query.serviceType,
        WorkspaceId: query.workspaceId,
        Sort: query.sort,
        Order: query.order,
        PageNumber: query.pageNumber,
        PageSize: query.pageSize,
      },
      reply: wire.ListServicesReply,
    });
    return { items: reply.Services.map(mapService), totalCount: reply.TotalCount };
  }

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
    listServices,
    async listAllServices(query = {}, limit = LIST_LIMIT) {
      const items: Service[] = [];
      for (let pageNumber = 1; ; pageNumber++) {
        const page = await listServices({ ...query, pageNumber, pageSize: PAGE_SIZE });
        items.push(...page.items);
        const done = page.items.length < PAGE_SIZE || items.length >= page.totalCount;
        if (done || items.length >= limit) return { items: items.slice(0, limit), totalCount: page.totalCount };
      }
    },
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
    async createService(configJson, { workspaceId, labels } = {}) {
      const reply = await call({
        action: "CreateService",
        method: "POST",
        path: ["services"],
        query: { WorkspaceId: workspaceId, Labels: labels && JSON.stringify(labels) },
        body: configJson,
        reply: wire.CreateServiceReply,
      });
      return {
        id: reply.ServiceId,
        name: reply.ServiceName,
        status: reply.Status ?? "Creating",
        internetEndpoint: reply.InternetEndpoint,
        intranetEndpoint: reply.IntranetEndpoint,
      };
    },
    async updateService(name, configJson, { updateType } = {}) {
      await call({
        action: "UpdateService",
        method: "PUT",
        path: servicePath(name),
        query: { UpdateType: updateType },
        body: configJson,
        reply: wire.AnyReply,
      });
    },
    async startService(name) {
      await call({ action: "StartService", method: "PUT", path: servicePath(name, "start"), reply: wire.AnyReply });
    },
    async stopService(name) {
      await call({ action: "StopService", method: "PUT", path: servicePath(name, "stop"), reply: wire.AnyReply });
    },
    async restartService(name) {
      await call({ action: "RestartService", method: "PUT", path: servicePath(name, "restart"), reply: wire.AnyReply });
    },
    async scaleService(name, instances) {
      const path = servicePath(name, "scale");
      await call({ action: "ScaleService", method: "PUT", path, body: { Instance: instances }, reply: wire.AnyReply });
    },
    async deleteService(name) {
      await call({ action: "DeleteService", method: "DELETE", path: servicePath(name), reply: wire.AnyReply });
    },
    async listServiceInstances(name) {
      const path = servicePath(name, "instances");
      const query = { PageNumber: 1, PageSize: PAGE_SIZE };
      const reply = await call({
        action: "ListServiceInstances",
        method: "GET",
        path,
        query,
        reply: wire.InstancesReply,
      });
      return { items: reply.Instances.map(mapInstance), totalCount: reply.TotalCount ?? reply.Instances.length };
    },
    async describeServiceEvents(name, query = {}) {
      const reply = await call({
        action: "DescribeServiceEvent",
        method: "GET",
        path: servicePath(name, "events"),
        query: {
          StartTime: toQueryTime(query.startTime),
          EndTime: toQueryTime(query.endTime),
          EventType: query.type,
          InstanceName: query.instanceName,
          PageNum: query.page,
          PageSize: query.pageSize,
        },
        reply: wire.EventsReply,
      });
      return { items: reply.Events.map(mapEvent), totalCount: reply.TotalCount ?? reply.Events.length };
    },
    async describeServiceLog(name, query = {}) {
      const reply = await call({
        action: "DescribeServiceLog",
        method: "GET",
        path: servicePath(name, "logs"),
        query: {
          InstanceName: query.instanceName,
          ContainerName: query.containerName,
          Keyword: query.keyword,
          StartTime: toQueryTime(query.startTime),
          EndTime: toQueryTime(query.endTime),
          Previous: query.previous,
          PageNum: query.page,
          PageSize: query.pageSize,
        },
        reply: wire.LogReply,
      });
      return {
        // Programs print their environment and the addresses that they call.
        lines: reply.Logs.map(redactText),
        totalCount: reply.TotalCount ?? reply.Logs.length,
        page: reply.PageNum ?? 1,
        totalPages: reply.TotalPageNum ?? 1,
      };
    },
    async describeServiceDiagnosis(name) {
      const path = servicePath(name, "diagnosis");
      const reply = await call({
        action: "DescribeServiceDiagnosis",
        method: "GET",
        path,
        reply: wire.DiagnosisReply,
      });
      return reply.DiagnosisList.map(({ Error: error, Causes, Advices }) => ({
        error: error ?? "",
        causes: Causes,
        advices: Advices,
      }));
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
