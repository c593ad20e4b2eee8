import type { Clock } from "@/lib/clock";
import type { ContainerRequest, SandboxAccount } from "@/lib/sandbox/core/types";
import type { TemporaryCredentials } from "@/lib/sandbox/sts/credentials";
import type { Benchmarks } from "./benchmark/benchmarks";
import { operationConflict, serviceNotFound } from "./fault";
import type { GroupStore } from "./groups/group-store";
import { ownerOfQueue } from "./groups/queue-name";
import { valueAt } from "./json-path";
import type { LifeCycle } from "./life-cycle";
import type { LogBook } from "./log-book";
import type { QueueService } from "./queue-service";
import type { ServiceRecord } from "./records";
import type { Scaling } from "./scaling/scaler";
import type { ServiceStore } from "./service-store";
import type { Stock } from "./stock";

/** All that the operations work on. */
export interface Cloud {
  region: string;
  account: SandboxAccount;
  credentials: TemporaryCredentials;
  clock: Clock;
  services: ServiceStore;
  groups: GroupStore;
  lifeCycle: LifeCycle;
  scaling: Scaling;
  queues: QueueService;
  benchmarks: Benchmarks;
  logs: LogBook;
  stock: Stock;
  /** To be told of each call that the gateway has let in: it is counted, and copied where the service is mirrored. */
  observe(service: ServiceRecord, request: ContainerRequest): void;
  /** Known once the gateway listens. */
  gatewayPort(): number;
}

export interface Call {
  cloud: Cloud;
  /** From the path, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: Uint8Array;
}

/** Returns the reply without its RequestId. */
export type Handler = (call: Call) => object | Promise<object>;

/** The service that the path names; throws the vendor's NotFound, for another region's too. */
export function serviceOf({ cloud, params }: Call): ServiceRecord {
  const name = params.service ?? "";
  const service = params.cluster === cloud.region ? cloud.services.get(name) : undefined;
  const owner = params.cluster === cloud.region ? cloud.services.get(ownerOfQueue(name) ?? "") : undefined;
  if (owner && valueAt(owner.config, "metadata.type") === "Async")
    throw operationConflict(`Service [${name}] is the queue of service [${owner.name}] and goes with it.`);
  if (!service) throw serviceNotFound(name, params.cluster ?? "");
  return service;
}
