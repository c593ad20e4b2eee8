import { createRouter, type Route } from "@/lib/sandbox/core/router";

/** The operations the sandbox knows, by method and path (reference: eas-openapi.md §7, §8). */

export type Api = "eas" | "aiworkspace";
export const API_VERSIONS: Record<Api, string> = { eas: "2021-07-01", aiworkspace: "2021-02-04" };

const SERVICE = "/api/v2/services/{cluster}/{service}";
const INSTANCE = `${SERVICE}/instances/{instance}`;
const BENCHMARK = "/api/v2/benchmark-tasks/{cluster}/{task}";
const GROUP = "/api/v2/groups/{cluster}/{group}";

const ROUTES = [
  { method: "POST", path: "/api/v2/services", operation: "CreateService" },
  { method: "GET", path: "/api/v2/services", operation: "ListServices" },
  { method: "GET", path: SERVICE, operation: "DescribeService" },
  { method: "PUT", path: SERVICE, operation: "UpdateService" },
  { method: "DELETE", path: SERVICE, operation: "DeleteService" },
  { method: "PUT", path: `${SERVICE}/start`, operation: "StartService" },
  { method: "PUT", path: `${SERVICE}/stop`, operation: "StopService" },
  { method: "PUT", path: `${SERVICE}/restart`, operation: "RestartService" },
  { method: "PUT", path: `${SERVICE}/scale`, operation: "ScaleService" },
  { method: "POST", path: `${SERVICE}/clone`, operation: "CloneService" },
  { method: "PUT", path: `${SERVICE}/develop`, operation: "DevelopService" },
  { method: "PUT", path: `${SERVICE}/commit`, operation: "CommitService" },
  { method: "GET", path: `${SERVICE}/versions`, operation: "ListServiceVersions" },
  { method: "PUT", path: `${SERVICE}/version`, operation: "UpdateServiceVersion" },
  { method: "PUT", path: `${SERVICE}/label`, operation: "UpdateServiceLabel" },
  { method: "DELETE", path: `${SERVICE}/label`, operation: "DeleteServiceLabel" },
  { method: "PUT", path: `${SERVICE}/lock`, operation: "UpdateServiceSafetyLock" },
  { method: "POST", path: `${SERVICE}/rollout`, operation: "CreateServiceRollout" },
  { method: "PUT", path: `${SERVICE}/rollout`, operation: "UpdateServiceRollout" },
  { method: "GET", path: `${SERVICE}/rollout`, operation: "DescribeServiceRollout" },
  { method: "DELETE", path: `${SERVICE}/rollout`, operation: "DeleteServiceRollout" },
  { method: "PUT", path: `${SERVICE}/release`, operation: "ReleaseService" },
  { method: "POST", path: "/api/v2/groups", operation: "CreateGroup" },
  { method: "GET", path: "/api/v2/groups", operation: "ListGroups" },
  { method: "GET", path: GROUP, operation: "DescribeGroup" },
  { method: "PUT", path: GROUP, operation: "UpdateGroup" },
  { method: "DELETE", path: GROUP, operation: "DeleteGroup" },
  { method: "GET", path: `${GROUP}/endpoints`, operation: "DescribeGroupEndpoints" },
  { method: "POST", path: `${SERVICE}/autoscaler`, operation: "CreateServiceAutoScaler" },
  { method: "PUT", path: `${SERVICE}/autoscaler`, operation: "UpdateServiceAutoScaler" },
  { method: "GET", path: `${SERVICE}/autoscaler`, operation: "DescribeServiceAutoScaler" },
  { method: "DELETE", path: `${SERVICE}/autoscaler`, operation: "DeleteServiceAutoScaler" },
  { method: "POST", path: `${SERVICE}/cronscaler`, operation: "CreateServiceCronScaler" },
  { method: "PUT", path: `${SERVICE}/cronscaler`, operation: "UpdateServiceCronScaler" },
  { method: "GET", path: `${SERVICE}/cronscaler`, operation: "DescribeServiceCronScaler" },
  { method: "DELETE", path: `${SERVICE}/cronscaler`, operation: "DeleteServiceCronScaler" },
  { method: "POST", path: `${SERVICE}/mirror`, operation: "CreateServiceMirror" },
  { method: "PUT", path: `${SERVICE}/mirror`, operation: "UpdateServiceMirror" },
  { method: "GET", path: `${SERVICE}/mirror`, operation: "DescribeServiceMirror" },
  { method: "DELETE", path: `${SERVICE}/mirror`, operation: "DeleteServiceMirror" },
  { method: "GET", path: `${SERVICE}/instances`, operation: "ListServiceInstances" },
  { method: "DELETE", path: `${SERVICE}/instances`, operation: "DeleteServiceInstances" },
  { method: "PUT", path: INSTANCE, operation: "UpdateServiceInstance" },
  { method: "GET", path: `${INSTANCE}/token`, operation: "CreateServiceInstanceToken" },
  { method: "GET", path: `${INSTANCE}/containers`, operation: "ListServiceContainers" },
  { method: "GET", path: `${INSTANCE}/diagnosis`, operation: "DescribeServiceInstanceDiagnosis" },
  { method: "POST", path: `${INSTANCE}/faults`, operation: "CreateFaultInjection" },
  { method: "GET", path: `${INSTANCE}/faults`, operation: "ListServiceInstanceFaultInjectionInfo" },
  { method: "DELETE", path: `${INSTANCE}/faults/{fault}`, operation: "DeleteFaultInjection" },
  { method: "GET", path: `${SERVICE}/events`, operation: "DescribeServiceEvent" },
  { method: "GET", path: `${SERVICE}/logs`, operation: "DescribeServiceLog" },
  { method: "GET", path: `${SERVICE}/endpoints`, operation: "DescribeServiceEndpoints" },
  { method: "GET", path: `${SERVICE}/signed_url`, operation: "DescribeServiceSignedUrl" },
  { method: "GET", path: `${SERVICE}/diagnosis`, operation: "DescribeServiceDiagnosis" },
  { method: "GET", path: "/api/v2/public/instance_types", operation: "DescribeMachineSpec" },
  { method: "GET", path: "/api/v2/public/spot_discount", operation: "DescribeSpotDiscountHistory" },
  { method: "GET", path: "/api/v2/resources", operation: "ListResources" },
  { method: "GET", path: "/api/v2/resources/{cluster}/{resource}", operation: "DescribeResource" },
  { method: "GET", path: "/api/v2/resources/{cluster}/{resource}/services", operation: "ListResourceServices" },
  { method: "GET", path: "/api/v2/gateways", operation: "ListGateway" },
  { method: "GET", path: "/api/v2/gateways/{cluster}/{gateway}", operation: "DescribeGateway" },
  { method: "POST", path: "/api/v2/benchmark-tasks", operation: "CreateBenchmarkTask" },
  { method: "GET", path: "/api/v2/benchmark-tasks", operation: "ListBenchmarkTask" },
  { method: "GET", path: BENCHMARK, operation: "DescribeBenchmarkTask" },
  { method: "PUT", path: BENCHMARK, operation: "UpdateBenchmarkTask" },
  { method: "DELETE", path: BENCHMARK, operation: "DeleteBenchmarkTask" },
  { method: "PUT", path: `${BENCHMARK}/start`, operation: "StartBenchmarkTask" },
  { method: "PUT", path: `${BENCHMARK}/stop`, operation: "StopBenchmarkTask" },
  { method: "GET", path: `${BENCHMARK}/report`, operation: "DescribeBenchmarkTaskReport" },
  { method: "GET", path: "/api/v2/regions", operation: "DescribeRegions" },
  { method: "GET", path: "/api/v1/workspaces", operation: "ListWorkspaces" },
  { method: "GET", path: "/api/v1/workspaces/{workspace}", operation: "GetWorkspace" },
  { method: "GET", path: "/api/v1/images", operation: "ListImages" },
] as const satisfies readonly Route<string>[];

export type Operation = (typeof ROUTES)[number]["operation"];

export const findOperation = createRouter<Operation>(ROUTES);

export function apiOf(path: string): Api {
  return path.startsWith("/api/v1/") ? "aiworkspace" : "eas";
}
