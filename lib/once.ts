/**
 * One value per process. Next gives instrumentation, routes and pages separate copies of a module, so module variables
 * are not enough for pools and registries.
 */
export function once<T>(name: string, create: () => T): T {
  const slots = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`easel.${name}`);
  const existing = slots[key];
  if (existing !== undefined) return existing;
  const made = create();
  slots[key] = made;
  return made;
}
