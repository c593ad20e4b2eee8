/** What the states of services mean, pure: browser and server ask the same table. Values: eas-service-lifecycle.md §1. */

export type StatusTone = "ok" | "changing" | "waiting" | "failed" | "stopped" | "unknown";

const TONES: Record<string, StatusTone> = {
  Running: "ok",
  Creating: "changing",
  Deploying: "changing",
  Starting: "changing",
  Updating: "changing",
  HotUpdate: "changing",
  Scaling: "changing",
  Stopping: "changing",
  Deleting: "changing",
  Cloning: "changing",
  Committing: "changing",
  Waiting: "waiting",
  Pending: "waiting",
  Failed: "failed",
  DeleteFailed: "failed",
  Stopped: "stopped",
  Deleted: "stopped",
  Complete: "stopped",
};

/** States of EAS that have a text of their own under `status.name.<state>`. */
export const KNOWN_STATUSES = [...Object.keys(TONES), "Developing"] as const;

export function statusTone(status: string): StatusTone {
  return Object.hasOwn(TONES, status) ? (TONES[status] ?? "unknown") : "unknown";
}

/** Whether nothing will change until somebody acts. Unknown states count as settled: nobody knows what to wait for. */
export function isSettled(status: string): boolean {
  const tone = statusTone(status);
  return tone !== "changing" && tone !== "waiting";
}
