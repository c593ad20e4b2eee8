import type { CreatedService, SafetyLock } from "@/lib/eas/types";
import * as wire from "@/lib/eas/wire";
import { type Api, toQueryMap } from "./api";

export interface CreateServiceOptions {
  workspaceId?: string;
  labels?: Record<string, string>;
}

export interface ScaleOptions {
  /** Instances that are to go first where there will be fewer. */
  instancesToDelete?: string[];
}

/** What makes, moves, marks and ends services (eas-openapi.md §7.1). */
export interface LifeCycleOperations {
  /** Not idempotent and never retried: after an unknown outcome look whether the service exists. */
  createService(configJson: string, options?: CreateServiceOptions): Promise<CreatedService>;
  updateService(name: string, configJson: string, options?: { updateType?: "merge" | "replace" }): Promise<void>;
  startService(name: string): Promise<void>;
  stopService(name: string): Promise<void>;
  restartService(name: string): Promise<void>;
  scaleService(name: string, instances: number, options?: ScaleOptions): Promise<void>;
  deleteService(name: string): Promise<void>;
  /** Sets these and leaves the others. */
  setServiceLabels(name: string, labels: Record<string, string>): Promise<void>;
  deleteServiceLabels(name: string, keys: string[]): Promise<void>;
  setSafetyLock(name: string, lock: SafetyLock): Promise<void>;
}

export function lifeCycleOperations({ call, servicePath }: Api): LifeCycleOperations {
  async function move(action: string, name: string, verb: string): Promise<void> {
    await call({ action, method: "PUT", path: servicePath(name, verb), reply: wire.AnyReply });
  }

  return {
    async createService(configJson, { workspaceId, labels } = {}) {
      const reply = await call({
        action: "CreateService",
        method: "POST",
        path: ["services"],
        query: { WorkspaceId: workspaceId, Labels: toQueryMap(labels) },
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
    startService: (name) => move("StartService", name, "start"),
    stopService: (name) => move("StopService", name, "stop"),
    restartService: (name) => move("RestartService", name, "restart"),
    async scaleService(name, instances, { instancesToDelete } = {}) {
      const path = servicePath(name, "scale");
      const body = { Instance: instances, ...(instancesToDelete && { InstancesToDelete: instancesToDelete }) };
      await call({ action: "ScaleService", method: "PUT", path, body, reply: wire.AnyReply });
    },
    async deleteService(name) {
      await call({ action: "DeleteService", method: "DELETE", path: servicePath(name), reply: wire.AnyReply });
    },
    async setServiceLabels(name, labels) {
      const path = servicePath(name, "label");
      await call({ action: "UpdateServiceLabel", method: "PUT", path, body: { Labels: labels }, reply: wire.AnyReply });
    },
    async deleteServiceLabels(name, keys) {
      const path = servicePath(name, "label");
      const query = { LabelKeys: JSON.stringify(keys) };
      await call({ action: "DeleteServiceLabel", method: "DELETE", path, query, reply: wire.AnyReply });
    },
    async setSafetyLock(name, lock) {
      const path = servicePath(name, "lock");
      await call({
        action: "UpdateServiceSafetyLock",
        method: "PUT",
        path,
        body: { Lock: lock },
        reply: wire.AnyReply,
      });
    },
  };
}
