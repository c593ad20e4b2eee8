import type { OssPlace } from "@/lib/generations/call-target";
import type { Fingerprint } from "@/lib/generations/side-car";
import { once } from "@/lib/once";
import type { Lane } from "./world";

/** Weights that tell one model from another: the container's own names (diffusers-service.md §4, §10). */
const BASE_FILES = [
  "base_model/unet/diffusion_pytorch_model.safetensors",
  "base_model/unet/diffusion_pytorch_model.bin",
];
const CONTROL_FILES = ["controlnet/diffusion_pytorch_model.safetensors", "controlnet/diffusion_pytorch_model.bin"];
/** A model is exchanged by an update of its service, and hardly ever under it. */
const FRESH_MS = 10 * 60_000;

interface Kept {
  until: number;
  found: Promise<Fingerprint | undefined>;
}

const kept = () => once("fingerprints", () => new Map<string, Kept>());

/** What OSS says of a model's weights, without reading them. `control`: those that the request chose in place of the model's own. */
export async function modelFingerprints(lane: Lane, model: OssPlace, control?: string): Promise<Fingerprint[]> {
  const files = [...BASE_FILES, ...(control === undefined ? CONTROL_FILES : [control])];
  const found = await Promise.all(files.map((path) => fingerprint(lane, model, path)));
  return found.filter((print) => print !== undefined);
}

export async function fingerprint(lane: Lane, { bucket, folder }: OssPlace, path: string) {
  const key = [lane.connectionId, lane.cloud.connection.region, bucket, folder, path].join("\n");
  const now = lane.world.clock.now();
  const known = kept().get(key);
  if (known && known.until > now) return known.found;
  const found = lane.cloud.oss
    .headObject(bucket, folder + path)
    .then((head) => head && { path, sizeBytes: head.sizeBytes, crc64: head.crc64, etag: head.etag });
  if (kept().size > 1000) kept().clear();
  kept().set(key, { until: now + FRESH_MS, found });
  found.catch(() => kept().delete(key));
  return found;
}
