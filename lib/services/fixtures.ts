import type { Service, ServiceEvent, ServiceInstance } from "@/lib/eas/types";
import type { Observation } from "./observation";

/** A service on its way up, and the words EAS has for it: the starting point of tests. */

export const T0 = "2026-11-22T10:00:00Z";

export function at(seconds: number): string {
  return new Date(Date.parse(T0) + seconds * 1000).toISOString().replace(".000Z", "Z");
}

export function aService(changes: Partial<Service> = {}): Service {
  return {
    id: "eas-m-1",
    name: "foo",
    status: "Waiting",
    reason: "WAITING",
    message: "",
    region: "cn-hangzhou",
    createdAt: T0,
    updatedAt: T0,
    instances: { total: 1, running: 0, pending: 1 },
    version: { current: 1, latest: 1 },
    resources: {},
    labels: {},
    autoscaled: false,
    cronScaled: false,
    ...changes,
  };
}

export function anInstance(changes: Partial<ServiceInstance> = {}): ServiceInstance {
  return {
    name: "foo-5fc8946767-v1",
    status: "Pending",
    reason: "Pending",
    restartCount: 0,
    ready: { processes: 0, total: 2 },
    createdAt: at(2),
    role: "Standard",
    isSpot: false,
    isolated: false,
    detached: false,
    lastState: [],
    ...changes,
  };
}

export function anEvent(
  seconds: number,
  reason: string,
  message = "",
  changes: Partial<ServiceEvent> = {},
): ServiceEvent {
  return { time: at(seconds), type: "Normal", reason, message, resource: "Pod", ...changes };
}

export function aServiceEvent(seconds: number, reason: string, message = ""): ServiceEvent {
  return anEvent(seconds, reason, JSON.stringify({ versionId: 1, message }), { resource: "Service" });
}

export function anObservation(changes: Partial<Observation> = {}): Observation {
  return {
    service: aService(),
    instances: [anInstance()],
    events: [aServiceEvent(0, "Creating")],
    log: [],
    containers: {},
    diagnosis: [],
    ...changes,
  };
}

export const TRACEBACK = [
  "[2026-11-22 18:00:30] [INFO] 2026-11-22 18:00:30,123 app.py : init",
  "[2026-11-22 18:00:31] Traceback (most recent call last):",
  '[2026-11-22 18:00:31]   File "/home/pai/app.py", line 52, in <module>',
  "[2026-11-22 18:00:31] ValueError: You need to provide only one .ckpt model or one .safetensors model to convert. But got .ckpt: 0 and .safetensors: 2",
];
