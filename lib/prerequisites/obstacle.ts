import type { CheckId, CheckResult } from "./types";

/** The model is in place by now: what only an upload needs no longer stands in the way. */
const NEEDED: ReadonlySet<CheckId> = new Set(["eas_services", "eas_machines", "bucket_region"]);

export type Obstacle = { kind: "failed"; count: number } | { kind: "checking" } | { kind: "unanswered" };

/** What keeps a service from being created now. A check that could not be asked for is no check that passed. */
export function obstacleOf({
  results,
  checking,
  isUnanswered,
}: {
  results: readonly Pick<CheckResult, "id" | "state" | "params">[];
  checking: boolean;
  isUnanswered: boolean;
}): Obstacle | undefined {
  const count = results.filter((one) => one.state === "failed" && (NEEDED.has(one.id) || isForeignName(one))).length;
  if (count > 0) return { kind: "failed", count };
  if (checking) return { kind: "checking" };
  return isUnanswered ? { kind: "unanswered" } : undefined;
}

/** One's own service of that name is told beside the field, and may be the very one that is being made. */
const isForeignName = ({ id, params }: Pick<CheckResult, "id" | "params">) =>
  id === "name_free" && params.reason === "foreign";
