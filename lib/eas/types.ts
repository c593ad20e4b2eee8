/** Domain types of the EAS client. Vendor casing (PascalCase) never leaves `lib/eas`. Times are RFC 3339 UTC. */

/** Known values in eas-service-lifecycle.md §1; others must be tolerated. */
export type ServiceStatus = string;

export interface Service {
  id: string;
  name: string;
  status: ServiceStatus;
  reason: string;
  message: string;
  region: string;
  createdAt: string;
  updatedAt: string;
  instances: { total: number; running: number; pending: number };
  version: { current: number; latest: number };
  /** Per instance. */
  resources: { cpu?: number; memoryMb?: number; gpu?: number };
  image?: string;
  workspaceId?: string;
  labels: Record<string, string>;
  /** `Async`, `Standard`, …; absent in some replies. */
  serviceType?: string;
  /** `Queue` for the queue sub-service of an asynchronous service. */
  role?: string;
  parentUid?: string;
  callerUid?: string;
  safetyLock?: string;
  /** Full URL up to the service name. Only from describeService. */
  internetEndpoint?: string;
  intranetEndpoint?: string;
  /** The synchronous side door of an asynchronous service. Only from describeService. */
  secondaryInternetEndpoint?: string;
  secondaryIntranetEndpoint?: string;
  /** The configuration as JSON text, as EAS stores it. Only from describeService. */
  config?: string;
}

export interface ServiceEndpoints {
  /** The gateway token; empty where EAS gives none. Secret: stays on the server. */
  accessToken: string;
  endpoints: { type: string; pathType: string; internet: string[]; intranet: string[] }[];
}

export interface ServiceInstance {
  name: string;
  status: string;
  reason: string;
  restartCount: number;
  ready: { processes: number; total: number };
  createdAt?: string;
  startedAt?: string;
  instanceType?: string;
  role?: string;
  zone?: string;
  innerIp?: string;
  isSpot: boolean;
  lastState: unknown[];
}

export interface ServiceEvent {
  /** RFC 3339 UTC, converted from EAS's blank-separated form. */
  time: string;
  type: "Normal" | "Warning" | string;
  reason: string;
  message: string;
  /** `Service` or `Pod`. */
  resource: string;
}

export interface Page<T> {
  items: T[];
  totalCount: number;
}

export interface MachineSpec {
  instanceType: string;
  cpu: number;
  memoryGb: number;
  gpu?: { model: string; count: number; memoryGb?: number };
  available: boolean;
  /** `WithStock` or another word of the vendor's. */
  stockStatus?: string;
  spotDiscount?: number;
}

export interface Region {
  id: string;
  name: string;
}

/** What one page of DescribeServiceLog answers. */
export interface ServiceLogPage {
  lines: string[];
  totalCount: number;
  page: number;
  totalPages: number;
}

/** One finding of EAS's own diagnosis. */
export interface ServiceDiagnosis {
  error: string;
  causes: string[];
  advices: string[];
}

/** What CreateService answers; there is no token in it. */
export interface CreatedService {
  id?: string;
  name: string;
  status: ServiceStatus;
  internetEndpoint?: string;
  intranetEndpoint?: string;
}

export interface Workspace {
  id: string;
  name: string;
  displayName?: string;
  isDefault: boolean;
  status?: string;
}
