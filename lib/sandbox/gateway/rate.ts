/** Counts calls in the second that has just passed, by service. */
export function createRateMeter(now: () => number) {
  const calls = new Map<string, number[]>();
  return {
    /** False when `limit` calls were let through within the last second; 0 = no limit. */
    admit(service: string, limit: number): boolean {
      if (limit === 0) return true;
      const recent = (calls.get(service) ?? []).filter((at) => at > now() - 1000);
      calls.set(service, recent);
      if (recent.length >= limit) return false;
      recent.push(now());
      return true;
    },
  };
}
