import type { Context } from "@/lib/context.server";
import type { CheckFlags } from "@/lib/models/context";
import { type ConfigFacts, readConfig } from "@/lib/service-config/config-facts";
import { parseOssUri } from "@/lib/service-config/oss-uri";

/** A place in a bucket that a service has mounted. */
export interface ServiceMount {
  service: string;
  status: string;
  mountPath: string;
  bucket: string;
  /** Empty, or ends in `/`. */
  prefix: string;
  /** How the diffusers service is started; absent where another program runs. */
  flags?: CheckFlags;
}

/** Where the diffusers container looks for its models (reference: diffusers-service.md §3). */
export const MODEL_MOUNT = "/oss";

/** Replies of the list may come without configurations; each missing one costs a call. */
const AT_ONCE = 8;

/** Every OSS mount of every service of the region. */
export async function listServiceMounts({ eas }: Pick<Context, "eas">): Promise<ServiceMount[]> {
  const { items } = await eas.listAllServices({});
  const services = items.filter(({ role }) => role !== "Queue");
  const mounts: ServiceMount[] = [];
  for (let from = 0; from < services.length; from += AT_ONCE) {
    const batch = await Promise.all(
      services.slice(from, from + AT_ONCE).map(async (service) => ({
        service,
        // A service may be gone since the list was made.
        config: service.config ?? (await eas.describeService(service.name).catch(() => undefined))?.config,
      })),
    );
    for (const { service, config } of batch) {
      const facts = readConfig(config);
      for (const { mountPath, path } of facts.mounts) {
        const at = parseOssUri(path);
        if (at)
          mounts.push({
            service: service.name,
            status: service.status,
            mountPath,
            bucket: at.bucket,
            prefix: at.folder,
            flags: flagsOf(facts),
          });
      }
    }
  }
  return mounts;
}

function flagsOf({ isDiffusers, parsed }: ConfigFacts): CheckFlags | undefined {
  if (!isDiffusers || !parsed) return undefined;
  const { func, blade, translate, closeSafety } = parsed.flags;
  return { func, blade, translate, closeSafety };
}

/** Services to which `key` matters: it lies in what they mount, or (a prefix) holds it. */
export function usersOf(mounts: readonly ServiceMount[], bucket: string, key: string): ServiceMount[] {
  const touching = mounts.filter(
    (mount) =>
      mount.bucket === bucket && (key.startsWith(mount.prefix) || (key.endsWith("/") && mount.prefix.startsWith(key))),
  );
  return [...new Map(touching.map((mount) => [mount.service, mount])).values()];
}
