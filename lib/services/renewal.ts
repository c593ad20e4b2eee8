import type { ServiceInstance } from "@/lib/eas/types";
import { isReady, workersOf } from "./observation";

/**
 * How far a restart has come. EAS has no word of it: its instances are told apart from those before by their marks, which
 * change when an instance is replaced and when its process is started again.
 */

type Marked = Pick<ServiceInstance, "name" | "restartCount" | "startedAt">;
type Seen = Marked & Pick<ServiceInstance, "status" | "ready" | "role">;

export const markOf = ({ name, restartCount, startedAt }: Marked) => [name, restartCount, startedAt].join(" ");

export interface Renewal {
  /** Instances that are new and answer, of those that were to be replaced. */
  done: number;
  count: number;
  /** Something has left, so the command has come through. */
  hasBegun: boolean;
}

export function renewalOf(
  replaced: readonly string[],
  instances: readonly Seen[],
  { total, pending }: { total: number; pending: number },
): Renewal {
  const live = instances.filter(({ status }) => status !== "Terminating");
  const old = live.filter((instance) => replaced.includes(markOf(instance)));
  const coming = live.filter((instance) => !old.includes(instance) && !isReady(instance));
  const missing = Math.max(0, total - workersOf(live).length);
  const open = Math.max(old.length + coming.length + missing, Math.min(pending, total));
  const count = replaced.length;
  return { done: Math.max(0, count - open), count, hasBegun: count === 0 || old.length < count };
}
