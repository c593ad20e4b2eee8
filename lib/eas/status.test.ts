import { describe, expect, it } from "vitest";
import { isSettled, KNOWN_STATUSES, type ServiceAction, serviceCan, statusTone } from "./status";

it.each([
  ["Running", "ok", true],
  ["Waiting", "waiting", false],
  ["Pending", "waiting", false],
  ["Creating", "changing", false],
  ["Stopping", "changing", false],
  ["Failed", "failed", true],
  ["DeleteFailed", "failed", true],
  ["Stopped", "stopped", true],
  ["Developing", "unknown", true],
  ["SomethingNew", "unknown", true],
  ["toString", "unknown", true],
])("%s is %s, settled: %s", (status, tone, settled) => {
  expect(statusTone(status)).toBe(tone);
  expect(isSettled(status)).toBe(settled);
});

const ALLOWED: Record<ServiceAction, string> = {
  start: "Stopped Failed",
  stop: "Deploying Starting Updating HotUpdate Scaling Waiting Pending Running Failed",
  restart: "Running",
  scale: "Running Scaling",
  update: "Running Failed Stopped Waiting Pending",
  delete:
    "Running Creating Deploying Starting Updating HotUpdate Scaling Stopping Waiting Pending Failed DeleteFailed Stopped Complete",
  call: "Running Updating HotUpdate Scaling",
};

describe("serviceCan", () => {
  it.each(Object.keys(ALLOWED) as ServiceAction[])("%s exactly in its states", (action) => {
    const allowed = KNOWN_STATUSES.filter((status) => serviceCan[action]({ status }).allowed);
    expect(new Set(allowed)).toEqual(new Set(ALLOWED[action].split(" ")));
  });

  it.each([
    ["start", { status: "Running" }, "alreadyRunning"],
    ["start", { status: "Waiting" }, "stillChanging"],
    ["stop", { status: "Stopped" }, "alreadyStopped"],
    ["restart", { status: "Failed" }, "failed"],
    ["scale", { status: "Stopped" }, "notRunning"],
    ["call", { status: "Creating" }, "stillChanging"],
    ["delete", { status: "Deleting" }, "beingDeleted"],
    ["stop", { status: "Running", safetyLock: "dangerous" }, "locked"],
    ["delete", { status: "Running", safetyLock: "dangerous" }, "locked"],
    ["restart", { status: "Running", safetyLock: "all" }, "locked"],
    ["delete", { status: "Running", role: "Queue" }, "queueOfService"],
  ] as const)("refuses %s with a reason: %o", (action, service, reason) => {
    expect(serviceCan[action](service)).toEqual({ allowed: false, reason });
  });

  it.each([
    ["restart", { status: "Running", safetyLock: "dangerous" }],
    ["call", { status: "Running", safetyLock: "all" }],
    ["stop", { status: "Running", safetyLock: "none" }],
  ] as const)("allows %s: %o", (action, service) => {
    expect(serviceCan[action](service)).toEqual({ allowed: true });
  });
});
