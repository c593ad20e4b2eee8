import type { InstanceSeat, InstanceWorld } from "./instance-run";
import { LEAST_RETRY_MS, TIMINGS } from "./timings";

/* What all steps of an instance's way share. */

export const scaled = (world: InstanceWorld, ms: number) => ms * world.speed;

/** Waits before attempt `n` (from 0) of something that someone else must put right. */
export function pauseBeforeRetry(world: InstanceWorld, seat: InstanceSeat, n: number): Promise<void> {
  const ms = TIMINGS.retry * 2 ** Math.min(n, 5);
  return world.clock.sleep(Math.max(LEAST_RETRY_MS, scaled(world, ms)), seat.signal);
}

/** Says what the instance waits for. */
export function wait(seat: InstanceSeat, reason: string): void {
  const { instance } = seat;
  if (instance.reason === reason) return;
  instance.reason = reason;
  instance.container = { ...instance.container, status: "Waiting", reason };
  seat.changed();
}
