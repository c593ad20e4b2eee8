import "server-only";
import { systemClock } from "@/lib/clock";
import { once } from "@/lib/once";
import { createRateLimit } from "@/lib/rate-limit";

/* Whatever runs wild is held before it costs the others their console. Counted in this process. */

/** More than all tabs of a person ask for, also when they all come back after an outage. */
const people = () =>
  once("rate-limit-people", () => createRateLimit({ clock: systemClock, perMinute: 6000, burst: 2000 }));

const programs = () =>
  once("rate-limit-programs", () => createRateLimit({ clock: systemClock, perMinute: 1200, burst: 300 }));

/** Both throw `rate_limited` with `params.seconds`. */
export const takeTurn = {
  person: (userId: string) => people().take(userId),
  program: (tokenId: string) => programs().take(tokenId),
};
