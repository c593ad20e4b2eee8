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
  /** `all`, `dangerous`, `none`, or another word. */
  safetyLock?: string;
  /** The service group that it belongs to. */
  group?: string;
  /** `grouping` takes part in the group's traffic, `standalone` does not. */
  trafficState?: string;
  /** −1…1000; counts in a group whose traffic mode is `customized`. */
  weight?: number;
  autoscaled: boolean;
  cronScaled: boolean;
  /** Resource group; absent on public resources. */
  resourceGroup?: string;
  quotaId?: string;
  /** A dedicated gateway; absent on the shared one. */
  gateway?: string;
  /** `dsw` and others: where it was made. */
  source?: string;
  /** Of scenario deployments. */
  appType?: string;
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
  /** What a spot instance costs now, in the account's currency. */
  amountPerHour?: number;
  /** Runs the newest version; undefined where EAS does not say. */
  isLatest?: boolean;
  /** Gets no traffic. */
  isolated: boolean;
  /** Fenced for debugging and replaced. */
  detached: boolean;
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
  /** What a spot instance costs of the full price, as a fraction. */
  spotDiscount?: number;
  /** The same without the protected first hour. */
  unprotectedSpotDiscount?: number;
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

export interface ServiceContainer {
  /** `worker0` is the user's own. */
  name: string;
  image?: string;
  port?: number;
  ready: boolean;
  restartCount: number;
  status: string;
  reason: string;
  since?: string;
  last?: { status: string; reason: string; at?: string };
}

export const SAFETY_LOCKS = ["none", "dangerous", "all"] as const;
export type SafetyLock = (typeof SAFETY_LOCKS)[number];

export interface ServiceVersion {
  number: number;
  builtAt?: string;
  /** Undefined: EAS does not know. */
  imageAvailable?: boolean;
  /** Whether it can be started. Undefined: EAS does not know. */
  runnable?: boolean;
  message: string;
  /** The configuration as JSON text; absent for some kinds of service. */
  config?: string;
}

export interface ScaleStrategy {
  metric: string;
  /** On average for each instance. */
  threshold: number;
  /** Another service whose metric counts. */
  service?: string;
}

export interface AutoscalerRules {
  min: number;
  max: number;
  strategies: ScaleStrategy[];
  scaleUpWindowSeconds?: number;
  scaleDownWindowSeconds?: number;
  /** Needed where `min` is 0. */
  onZero?: { graceSeconds?: number; activationReplicas?: number };
  /** The behaviour as EAS told it, so that what we do not know of it survives a change. */
  behavior?: Record<string, unknown>;
}

export interface Autoscaler extends AutoscalerRules {
  currentMetrics: { metric: string; value: number; service?: string }[];
}

export interface CronJob {
  name: string;
  /** Six fields, seconds first. */
  schedule: string;
  targetSize: number;
  timeZone?: string;
}

export interface CronScalerRules {
  jobs: CronJob[];
  /** Cron expressions: a job is passed over where one of them fits. */
  excludeDates: string[];
}

export interface CronScaler {
  jobs: (CronJob & { createdAt?: string; lastRunAt?: string; state?: string; message?: string })[];
  excludeDates: string[];
}

export type TrafficMode = "auto" | "customized";
export type TrafficState = "standalone" | "grouping";

export interface ServiceGroup {
  name: string;
  /** `auto`: by number of instances; `customized`: by weights; or another word. */
  trafficMode: string;
  /** The queue sub-service of a group that came with an asynchronous service. */
  queueService?: string;
  labels: Record<string, string>;
  internetEndpoint?: string;
  intranetEndpoint?: string;
  createdAt?: string;
}

/** Whose key it is. */
export interface CallerIdentity {
  /** `Account`: the root key; `RAMUser`; `AssumedRoleUser`; others are told as they come. */
  kind: string;
  accountId: string;
  /** The user's or the role's, the latter with its session. */
  name: string;
}
