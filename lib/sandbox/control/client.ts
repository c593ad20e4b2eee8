import type { FaultRequest, OperationError } from "@/lib/sandbox/core/fault-kinds";
import type { ControlStatus, FaultStatus } from "./status";

/** The control port from outside, for tests. */
export interface ControlClient {
  status(): Promise<ControlStatus>;
  add(fault: FaultRequest | OperationError): Promise<FaultStatus>;
  remove(id: string): Promise<void>;
  setStock(instanceType: string, available: boolean): Promise<void>;
  /** So many stopped services, called by the prefix and a number. */
  addCrowd(prefix: string, count: number): Promise<void>;
  removeCrowd(prefix: string): Promise<void>;
  /** Fills the log of a service's instances and its list of events. */
  makeNoise(service: string, amount: { lines?: number; events?: number }): Promise<void>;
  /** Takes all faults out and all instance types back into stock. */
  reset(): Promise<void>;
}

export function createControlClient(port: number): ControlClient {
  async function call(method: string, path: string, body?: object): Promise<ControlStatus & { fault?: FaultStatus }> {
    const response = await fetch(`http://localhost:${port}${path}`, {
      method,
      headers: body && { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
  return {
    status: () => call("GET", "/status"),
    async add(request) {
      const { fault } = await call("POST", "/faults", request);
      if (!fault) throw new Error("The control port returned no fault.");
      return fault;
    },
    remove: async (id) => void (await call("DELETE", `/faults/${id}`)),
    setStock: async (instanceType, available) => void (await call("POST", "/stock", { instanceType, available })),
    addCrowd: async (prefix, count) => void (await call("POST", "/crowd", { prefix, count })),
    removeCrowd: async (prefix) => void (await call("DELETE", `/crowd/${prefix}`)),
    makeNoise: async (service, amount) => void (await call("POST", "/noise", { service, ...amount })),
    reset: async () => void (await call("POST", "/reset", {})),
  };
}
