import { isJsonObject } from "@/lib/sandbox/eas/json-path";
import type { ServiceRecord } from "@/lib/sandbox/eas/records";
import { addVersion } from "@/lib/sandbox/eas/versions/history";

/**
 * The image that container worker0 was baked into becomes a new version's. Its instance runs just that already, so nothing
 * is rebuilt. The address is a choice: no source shows one.
 */
export function bakeImage(service: ServiceRecord, region: string, now: number): void {
  const containers: unknown[] = Array.isArray(service.config.containers) ? service.config.containers : [];
  const [worker, ...others] = containers;
  if (!isJsonObject(worker)) return;
  const repository = service.name.replaceAll("_", "-");
  const image = `registry-vpc.${region}.aliyuncs.com/eas-commit/${repository}:v${service.latestVersion + 1}`;
  addVersion(service, { ...service.config, containers: [{ ...worker, image }, ...others] }, now);
  for (const instance of service.instances) instance.version = service.latestVersion;
  service.currentVersion = service.latestVersion;
}
