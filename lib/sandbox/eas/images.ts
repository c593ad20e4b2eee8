import { REGIONS } from "./regions";

/** Why an image cannot be pulled, in the words of the node's container runtime (reference: eas-service-lifecycle.md §4). */
export interface PullFailure {
  message: string;
}

/** Repositories of the official registry and the tags they have; undefined = any. */
const OFFICIAL_REPOSITORIES: Record<string, readonly string[] | undefined> = {
  "pai-eas/diffuser-inference": ["2.2.1-py38-cu113-unbuntu2004-blade-public"],
  "pai-eas/stable-diffusion-webui": undefined,
  "pai-eas/comfyui": undefined,
  "pai-ai-test/eas-service": ["2.2.1-py38-cu113-unbuntu2004-blade-public"],
};
const OFFICIAL_NAMESPACES = /^(pai-eas|pai-ai-test)\//;

/**
 * Undefined when the image is there. The official repositories are known by name and tag; everything else in a registry
 * of Alibaba Cloud counts as an image of the user's own. Other registries cannot be reached, as from a service without
 * a way to the Internet.
 */
export function pullFailure(
  image: string,
  region: string,
  diskGib = Number.POSITIVE_INFINITY,
): PullFailure | undefined {
  const match = /^([^/]+)\/([^:@]+)(?::([^@]+))?(?:@.+)?$/.exec(image);
  const [, host = "", repository = "", tag = "latest"] = match ?? [];
  const failed = (reason: string): PullFailure => ({
    message: `Failed to pull image "${image}": rpc error: code = Unknown desc = ${reason}`,
  });
  const zone = /^(eas-registry-vpc|registry-vpc|registry)\.([a-z0-9-]+)\.(cr\.)?aliyuncs\.com$/.exec(host);
  if (!zone)
    return failed(`failed to do request: Head "https://${host || "registry-1.docker.io"}/v2/": dial tcp: i/o timeout`);
  const registryRegion = zone[2] ?? "";
  if (!REGIONS.some(({ RegionId }) => RegionId === registryRegion))
    return failed(`failed to do request: Head "https://${host}/v2/": dial tcp: lookup ${host}: no such host`);
  if (zone[1] !== "registry" && registryRegion !== region)
    return failed(`failed to do request: Head "https://${host}/v2/": dial tcp: i/o timeout`);
  const unpacked = () =>
    sizeOf(repository) > diskGib
      ? failed("failed to extract layer: write /var/lib/containerd: no space left on device")
      : undefined;
  if (!OFFICIAL_NAMESPACES.test(repository)) return unpacked();
  if (!Object.hasOwn(OFFICIAL_REPOSITORIES, repository))
    return failed(
      `failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization`,
    );
  const tags = OFFICIAL_REPOSITORIES[repository];
  return tags && !tags.includes(tag)
    ? failed(`failed to resolve reference "${image}": ${image}: not found`)
    : unpacked();
}

/** GiB on the instance's disk; the numbers are choices, small enough for the 30 that come free. */
const UNPACKED_GIB: Record<string, number> = {
  "pai-eas/diffuser-inference": 26,
  "pai-ai-test/eas-service": 26,
  "pai-eas/stable-diffusion-webui": 28,
  "pai-eas/comfyui": 28,
};
const OTHER_UNPACKED_GIB = 12;

function sizeOf(repository: string): number {
  return UNPACKED_GIB[repository] ?? OTHER_UNPACKED_GIB;
}

/** Official, so that what there is of it is known; the user's own registries are taken at their word. */
export function imageIsKnown(image: string): boolean {
  return OFFICIAL_NAMESPACES.test(image.slice(image.indexOf("/") + 1));
}
