import { regionPinyin } from "@/lib/connection";
import type { PartialDraft, ServiceForm, ServiceImage } from "./draft";

/** The tag is really spelt like this (diffusers-service.md §1). */
const IMAGE_TAG = "2.2.1-py38-cu113-unbuntu2004-blade-public";

/** Pulled over the VPC of its own region, hence one address per region; undefined where the container cannot run. */
export function officialImage(region: string): string | undefined {
  const pinyin = regionPinyin(region);
  return pinyin && `eas-registry-vpc.cn-${pinyin}.cr.aliyuncs.com/pai-eas/diffuser-inference:${IMAGE_TAG}`;
}

/** Reachable from everywhere, slower to pull. */
export const publicMirrorImage = `registry.cn-shanghai.aliyuncs.com/pai-ai-test/eas-service:${IMAGE_TAG}`;

/** One of the two addresses of the image that this console knows from within, whatever its tag. */
export function isStockImage(address: string): boolean {
  return /\/(pai-eas\/diffuser-inference|pai-ai-test\/eas-service):[^/]+$/.test(address.trim());
}

/** The address as the wizard's choices know it. */
export function imageChoice(address: string, region: string): ServiceImage {
  if (address === officialImage(region)) return { kind: "official" };
  return address === publicMirrorImage ? { kind: "mirror" } : { kind: "custom", address };
}

/** Registries inside the VPC are bound to their region: the same image at the registry of another region. */
export function imageInRegion(address: string, region: string): string {
  return address.replace(/^([\w-]*registry-vpc\.)[a-z0-9-]+(\.(?:cr\.)?aliyuncs\.com\/)/, `$1${region}$2`);
}

/** The region of a registry inside the VPC; undefined for public addresses, which are merely slower. */
export function imageRegion(address: string): string | undefined {
  return /^[\w-]*registry-vpc\.([a-z0-9-]+)\.(?:cr\.)?aliyuncs\.com\//.exec(address)?.[1];
}

/** Outside the mainland the official form does not exist; lint says so, the address stays a readable one. */
export function imageAddress(image: ServiceImage, region: string): string {
  if (image.kind === "custom") return image.address.trim();
  if (image.kind === "mirror") return publicMirrorImage;
  return officialImage(region) ?? `eas-registry-vpc.${region}.cr.aliyuncs.com/pai-eas/diffuser-inference:${IMAGE_TAG}`;
}

/** `easel_20261122_1011`: says when, is free with near certainty, fits the rules of a name. Takes UTC. */
export function suggestServiceName(date: Date): string {
  const stamp = date.toISOString().replace(/[-:]/g, "").replace("T", "_").slice(0, 13);
  return `easel_${stamp}`;
}

/** The instance type of the document's own sample. */
export const SUGGESTED_INSTANCE_TYPE = "ml.gu7i.c8m30.1-gu30";

export const DEFAULT_RESULT_FOLDER = "results/";

/** What the service step offers at first. The keepalive and the disk are the document's own (diffusers-service.md §8). */
export function defaultServiceForm(draft: PartialDraft, date: Date): ServiceForm {
  return {
    name: suggestServiceName(date),
    region: draft.check?.region ?? "",
    instanceType: SUGGESTED_INSTANCE_TYPE,
    image: { kind: "official" },
    func: "base",
    blade: true,
    translate: draft.model?.report?.folders.translate ?? false,
    closeSafety: false,
    mode: "sync",
    modelPath: draft.model?.root ?? "",
    resultPath: DEFAULT_RESULT_FOLDER,
    instances: 1,
    extraDiskGb: 100,
    keepaliveMs: 500_000,
  };
}
