import { statusTone } from "@/lib/eas/status";
import { AppError } from "@/lib/errors";
import type { WaitReason } from "@/lib/generations/states";
import { asFailure } from "./served";
import type { Lane, Row } from "./world";

/** Whether a request that the service would not take is kept for another attempt. */
export type Patience = "wait" | "give_up";

/**
 * Waiting has an end, which depends on what the service is doing: one that starts gets the time to load a model, one that runs
 * the moment until the gateway has found it, one that is stopped none.
 */
export async function patienceFor(lane: Lane, row: Row, reason: WaitReason): Promise<Patience> {
  const { clock } = lane.world;
  const waited = clock.now() - (row.refusedAt?.getTime() ?? clock.now());
  if (reason !== "not_ready") {
    const limit = reason === "unreachable" ? lane.patience.notCallableMs : lane.patience.busyMs;
    return waited < limit ? "wait" : "give_up";
  }
  const service = await lane.cloud.eas.describeService(lane.service).catch(asFailure);
  // Gone, or not to be seen any more; or EAS itself does not answer, which passes.
  if (service instanceof AppError)
    return service.retryable && waited < lane.patience.notCallableMs ? "wait" : "give_up";
  const tone = statusTone(service.status);
  if (tone === "stopped" || tone === "failed" || service.status === "Stopping" || service.status === "Deleting")
    return "give_up";
  // Running without an instance: it was scaled down to none and comes back because it is called.
  const isCold = tone !== "ok" || service.instances.running === 0;
  return waited < (isCold ? lane.patience.coldStartMs : lane.patience.notCallableMs) ? "wait" : "give_up";
}
