import { createRouter, type Route } from "@/lib/sandbox/core/router";

/** The operations the sandbox knows, by method and path (reference: eas-openapi.md §7, §8). */

export type Api = "eas" | "aiworkspace";
export const API_VERSIONS: Record<Api, string> = { eas: "2021-07-01", aiworkspace: "2021-02-04" };

const SERVICE = "/api/v2/services/{cluster}/{service}";
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
  { method: "PUT", path: `${SERVICE}/release`, operation: "ReleaseService" },
  { method: "POST", path: "/api/v2/groups", operation: "CreateGroup" },
  { method: "GET", path: "/api/v2/groups", operation: "ListGroups" },
  { method: "GET", path: GROUP, operation: "DescribeGroup" },
  { method: "PUT", path: GROUP, operation: "UpdateGroup" },
  { method: "DELETE", path: GROUP, operation: "DeleteGroup" },
  { method: "GET", path: `${GROUP}/endpoints`, operation: "DescribeGroupEndpoints" },
  { method: "GET", path: `${SERVICE}/instances`, operation: "ListServiceInstances" },
  { method: "GET", path: `${SERVICE}/instances/{instance}/containers`, operation: "ListServiceContainers" },
  { method: "GET", path: `${SERVICE}/events`, operation: "DescribeServiceEvent" },
  { method: "GET", path: `${SERVICE}/logs`, operation: "DescribeServiceLog" },
  { method: "GET", path: `${SERVICE}/endpoints`, operation: "DescribeServiceEndpoints" },
  { method: "GET", path: `${SERVICE}/diagnosis`, operation: "DescribeServiceDiagnosis" },
  { method: "GET", path: "/api/v2/public/instance_types", operation: "DescribeMachineSpec" },
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
