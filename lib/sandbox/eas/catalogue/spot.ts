import { createHash } from "node:crypto";
import { findInstanceType, type InstanceType } from "@/lib/sandbox/eas/instance-types";

/*
 * Discounts of preemptible machines (reference: eas-openapi.md §7.6). The vendor's numbers follow its market; here they are
 * made up, and the same at the same hour: 0.3 means that three tenths of the list price are asked.
 */

const HOUR_MS = 3_600_000;
/** Not sold to the highest bidder, as far as any source says. */
const WITHOUT_SPOT = /^ml\./;

export interface SpotDiscount {
  /** Kept for an hour at least, or taken back at any time. */
  protected: number;
  unprotected: number;
}

/** Undefined for types that cannot be bid for. */
export function spotDiscount({ name, gpu }: InstanceType, at: number, zone = ""): SpotDiscount | undefined {
  if (!gpu || WITHOUT_SPOT.test(name)) return undefined;
  const hour = Math.floor(at / HOUR_MS);
  const share = createHash("sha256").update(`${name} ${zone} ${hour}`).digest().readUInt8(0) / 255;
  const unprotected = Math.round((0.2 + share * 0.2) * 100) / 100;
  return { protected: Math.round((unprotected + 0.05) * 100) / 100, unprotected };
}

/** The last day, hour by hour and zone by zone, newest first. */
export function spotHistory(instanceType: string, zones: readonly string[], now: number) {
  const type = findInstanceType(instanceType);
  const hours = Array.from({ length: 24 }, (_, n) => Math.floor(now / HOUR_MS) * HOUR_MS - n * HOUR_MS);
  return hours.flatMap((at) =>
    zones.flatMap((zone) => {
      const discount = type && spotDiscount(type, at, zone);
      return discount ? [{ at, zone, discount }] : [];
    }),
  );
}
