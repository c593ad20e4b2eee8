import type { FaultKind } from "@/lib/sandbox/core/fault-kinds";
import type { ActiveFault, Faults } from "@/lib/sandbox/core/faults";
import type { SandboxPorts } from "@/lib/sandbox/core/types";
import type { Cloud } from "@/lib/sandbox/eas/cloud";
import { ROLES, roleArn } from "@/lib/sandbox/sts/roles";

/** What there is just now. */
export interface ControlStatus {
  region: string;
  ports: SandboxPorts;
  /** What AssumeRole may be asked for. */
  roles: string[];
  /** Instance types that were taken out of stock by hand; they stay so over a restart. */
  soldOut: string[];
  services: { name: string; status: string; message: string; ready: number; total: number }[];
  faults: FaultStatus[];
  /** How often each kind struck since the start. */
  counters: Record<FaultKind, number>;
}

export type FaultStatus = ActiveFault & {
  /** By the sandbox's clock; absent when it lasts until it is removed or used up. */
  remainingMs?: number;
};

export function statusOf(cloud: Cloud, faults: Faults, ports: SandboxPorts): ControlStatus {
  return {
    region: cloud.region,
    ports,
    roles: ROLES.map((role) => roleArn(cloud.account, role)),
    soldOut: cloud.stock.soldOut(),
    services: cloud.services.all().map(({ name, status, message, instances }) => {
      const workers = instances.filter((one) => one.role === "Standard" && one.status !== "Terminating");
      return { name, status, message, ready: workers.filter(({ ready }) => ready).length, total: workers.length };
    }),
    faults: faults.list().map((fault) => withRemaining(fault, cloud.clock.now())),
    counters: faults.counters(),
  };
}

export function withRemaining(fault: ActiveFault, now: number): FaultStatus {
  return fault.expiresAt === undefined ? fault : { ...fault, remainingMs: Math.max(0, fault.expiresAt - now) };
}
