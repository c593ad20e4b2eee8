/**
 * Simulated durations in milliseconds at speed 1; the sum of a start, with the container's own loading time, is a
 * comfortable quarter of a minute. A design aid, not the vendor's numbers (reference: eas-service-lifecycle.md §6).
 */
export const TIMINGS = {
  creating: 1500,
  starting: 1000,
  scheduling: 1000,
  /** The image is pulled with acceleration over the VPC. */
  pulling: 4500,
  containerCreation: 500,
  probe: 700,
  /** What a second of a startup, liveness or readiness check lasts: a start is shortened about as much. */
  probeSecond: 50,
  queueStart: 1500,
  /** Between two attempts to pull or to mount, doubling. */
  retry: 4000,
  /** Before a crashed container is started again, doubling. */
  backOff: 2000,
  terminating: 2500,
  hotUpdate: 1000,
  committing: 4000,
  /** After Running the gateway does not know the instances yet. */
  notYetCallable: 1500,
} as const;

/** A loop that only waits for someone to put things right never spins, whatever the speed. */
export const LEAST_RETRY_MS = 250;

/** After so many crashes in a row the instance is given up. */
export const MAX_CRASHES = 3;
