import type { JsonObject } from "@/lib/sandbox/eas/json-path";
import type { ServiceRecord, VersionRecord } from "@/lib/sandbox/eas/records";

/** How many versions can be gone back to; no source states a number that is sure. */
const MAX_VERSIONS = 100;

/** Oldest first; the newest is what the service's configuration says now. */
export function versionsOf(service: ServiceRecord): VersionRecord[] {
  if (service.versions.some(({ number }) => number === service.latestVersion)) return service.versions;
  const newest = { number: service.latestVersion, createdAt: service.updatedAt, config: service.config };
  return [...service.versions, newest];
}

export function findVersion(service: ServiceRecord, number: number): VersionRecord | undefined {
  return versionsOf(service).find((version) => version.number === number);
}

/** Makes the configuration the newest version. What was the newest stays as it is without it. */
export function addVersion(service: ServiceRecord, config: JsonObject, now: number): void {
  const kept = versionsOf(service);
  service.latestVersion += 1;
  service.config = config;
  service.versions = [...kept, { number: service.latestVersion, createdAt: now, config }].slice(-MAX_VERSIONS);
}

/** A change that makes no version, of the number of replicas, is the newest version's own. */
export function amendVersion(service: ServiceRecord, config: JsonObject): void {
  const kept = versionsOf(service);
  service.config = config;
  service.versions = kept.map((version) =>
    version.number === service.latestVersion ? { ...version, config } : version,
  );
}
