import type { Clock } from "@/lib/clock";

export interface NonceMemory {
  /** False when the nonce was spent before. */
  spend(nonce: string): boolean;
}

/** A nonce needs to be remembered only as long as the date it came with would be accepted. */
export function createNonceMemory(clock: Clock, rememberMs: number): NonceMemory {
  const seenUntil = new Map<string, number>();
  return {
    spend(nonce) {
      const now = clock.now();
      for (const [old, until] of seenUntil) {
        // Insertion order is order of expiry.
        if (until > now) break;
        seenUntil.delete(old);
      }
      if (seenUntil.has(nonce)) return false;
      seenUntil.set(nonce, now + rememberMs);
      return true;
    },
  };
}
