import { describe, expect, it } from "vitest";
import { SERVICE_ACTIONS, type ServiceAction, serviceCan } from "./service-can";
import { KNOWN_STATUSES } from "./status";

const EVERY = KNOWN_STATUSES.join(" ");
const without = (...statuses: string[]) => KNOWN_STATUSES.filter((status) => !statuses.includes(status)).join(" ");

const ALLOWED: Record<ServiceAction, string> = {
  start: "Stopped Failed",
  stop: without("Stopping", "Stopped", "Committing", "Deleting", "Deleted", "DeleteFailed", "Complete"),
  restart: "Running Updating HotUpdate Scaling Waiting Pending",
  scale: without("Stopping", "Committing", "Developing", "Deleting", "Deleted", "DeleteFailed", "Complete"),
  autoscale: without("Developing", "Committing", "Deleting", "Deleted"),
  schedule: without("Developing", "Committing", "Deleting", "Deleted"),
  update: "Running Updating HotUpdate Scaling Waiting Pending Stopped Failed",
  rollBack: "Running Updating HotUpdate Scaling Waiting Pending Stopped Failed",
  clone: EVERY,
  release: without("Stopping", "Developing", "Committing", "Deleting", "Deleted"),
  label: without("Deleting", "Deleted"),
  lock: without("Deleting", "Deleted"),
  changeInstances: without("Stopped", "Stopping", "Committing", "Deleting", "Deleted", "DeleteFailed", "Complete"),
  delete: without("Deleting", "Deleted"),
  call: "Running Updating HotUpdate Scaling",
};

describe("serviceCan", () => {
  it.each(SERVICE_ACTIONS)("%s exactly in its states", (action) => {
    const allowed = KNOWN_STATUSES.filter((status) => serviceCan[action]({ status, group: "g" }).allowed);
    expect(new Set(allowed)).toEqual(new Set(ALLOWED[action].split(" ")));
  });

  it.each(SERVICE_ACTIONS)("leaves %s to EAS in a state that nobody has heard of", (action) => {
    for (const status of ["SomethingNew", "toString", ""])
      expect(serviceCan[action]({ status, group: "g" })).toEqual({ allowed: true });
  });

  it.each([
    ["start", { status: "Running" }, "alreadyRunning"],
    ["start", { status: "Waiting" }, "stillChanging"],
    ["stop", { status: "Stopped" }, "alreadyStopped"],
    ["restart", { status: "Failed" }, "failed"],
    ["restart", { status: "Stopped" }, "notRunning"],
    ["scale", { status: "Complete" }, "finished"],
    ["update", { status: "Developing" }, "developing"],
    ["release", { status: "Running" }, "notGrouped"],
    ["call", { status: "Creating" }, "stillChanging"],
    ["delete", { status: "Deleting" }, "beingDeleted"],
    ["scale", { status: "DeleteFailed" }, "deleteFailed"],
    ["stop", { status: "Running", safetyLock: "dangerous" }, "locked"],
    ["delete", { status: "Running", safetyLock: "dangerous" }, "locked"],
    ["restart", { status: "Running", safetyLock: "all" }, "locked"],
    ["label", { status: "Running", safetyLock: "all" }, "locked"],
    ["delete", { status: "Running", role: "Queue" }, "queueOfService"],
    ["clone", { status: "Running", role: "Queue" }, "queueOfService"],
  ] as const)("refuses %s with a reason: %o", (action, service, reason) => {
    expect(serviceCan[action](service)).toEqual({ allowed: false, reason });
  });

  it.each([
    ["restart", { status: "Running", safetyLock: "dangerous" }],
    ["call", { status: "Running", safetyLock: "all" }],
    ["clone", { status: "Running", safetyLock: "all" }],
    ["lock", { status: "Running", safetyLock: "all" }],
    ["stop", { status: "Running", safetyLock: "none" }],
    ["call", { status: "Running", role: "Queue" }],
  ] as const)("allows %s: %o", (action, service) => {
    expect(serviceCan[action](service)).toEqual({ allowed: true });
  });
});
