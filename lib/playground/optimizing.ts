interface Drawn {
  version?: number;
  useBlade?: boolean;
}

/**
 * Whether Blade is still being prepared. A picture's own word is newer than the log, as long as the service has not been made
 * anew since: then it optimises once more. `known`: the newest first.
 */
export function isOptimizing(
  service: { optimizing?: boolean; version: number } | undefined,
  known: readonly Drawn[],
): boolean {
  const newest = known.find(({ version, useBlade }) => useBlade !== undefined && version === service?.version);
  return (service?.optimizing ?? false) && newest?.useBlade !== true;
}
