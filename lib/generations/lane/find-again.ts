import { AppError } from "@/lib/errors";
import type { CallTarget } from "@/lib/generations/call-target";
import { asFailure, inputOf } from "./served";
import type { Cloud, Lane, Row } from "./world";

/** Pictures of one request: they are one each. */
const MAX_PICTURES = 16;
const PAUSES_MS = [500, 1_000, 2_000, 4_000];

/** The pictures that lie in the result folder under a task id (diffusers-service.md §6: `<task_id>_<time>_<n>.png`). */
export async function findPictures(
  { cloud }: { cloud: Pick<Cloud, "oss"> },
  { result }: Pick<CallTarget, "result">,
  row: Row,
): Promise<string[]> {
  if (!result) return [];
  const prefix = `${result.folder}${inputOf(row).saveDir}/${row.taskId}_`;
  const { objects } = await cloud.oss.listObjects(result.bucket, { prefix, limit: MAX_PICTURES });
  const keys = objects
    .filter(({ key, sizeBytes }) => /\.(png|jpe?g)$/.test(key) && sizeBytes > 0)
    .map(({ key }) => key);
  // A request that was worked on twice left two; each is the same picture.
  return keys.slice(0, 1);
}

/**
 * Looks again and again until it is there or the time is over. A look that failed says nothing: as long as the bucket may be read
 * again, it is tried for longer.
 */
export async function awaitPictures(
  lane: Lane,
  target: Pick<CallTarget, "result">,
  row: Row,
  until: number,
  signal: AbortSignal,
): Promise<string[]> {
  const { clock } = lane.world;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const found = await findPictures(lane, target, row).catch(asFailure);
    const isUnread = found instanceof AppError;
    if (isUnread) lane.world.onError(found);
    else if (found.length > 0) return found;
    const end = isUnread && found.retryable ? until + lane.patience.searchLongMs : until;
    if (clock.now() >= end || !target.result) return [];
    const pause = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0;
    await clock.sleep(Math.min(pause, lane.patience.pauseMs * 2), signal).catch(() => undefined);
  }
  return [];
}
