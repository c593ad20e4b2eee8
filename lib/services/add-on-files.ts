import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { checkPrefix } from "@/lib/oss/check-prefix";
import { readConfig } from "@/lib/service-config/config-facts";
import { parseOssUri } from "@/lib/service-config/oss-uri";
import type { ServiceNameInput } from "./names";

export const AddOnFileSchema = z.object({
  /** Below the model root, as a request names it. */
  path: z.string(),
  sizeBytes: z.number(),
  kind: z.enum(["lora", "controlnet"]),
  /** It is made for another base model than the service's. */
  misfit: z.boolean(),
});
export type AddOnFile = z.infer<typeof AddOnFileSchema>;

/** What the service itself reads and what only its Blade reads: no request names it. */
const NOT_NAMED = /^(base_model|translate|optimized_model|lora_model)\//;

/** LoRAs and ControlNets of the service's model root that a request may name, told by their content. */
export async function listAddOnFiles(ctx: Context, { name }: ServiceNameInput): Promise<AddOnFile[]> {
  const facts = readConfig((await ctx.eas.describeService(name)).config);
  const mount = facts.mounts.find(({ mountPath }) => mountPath === "/oss");
  const root = mount && parseOssUri(mount.path);
  if (!root) return [];
  const flags = facts.parsed?.flags;
  const report = await checkPrefix(ctx, {
    bucket: root.bucket,
    prefix: root.folder,
    func: flags?.func ?? "base",
    blade: flags?.blade ?? false,
    translate: flags?.translate ?? false,
    closeSafety: flags?.closeSafety ?? false,
    customImage: !facts.isDiffusers,
  });
  const sizes = new Map(report.files.map(({ path, sizeBytes }) => [path, sizeBytes]));
  const misfits = new Set(report.findings.filter(({ code }) => code === "add_on_misfit").map(({ path }) => path));
  return report.facts
    .flatMap(([path, { kind }]): AddOnFile[] => {
      if ((kind !== "lora" && kind !== "controlnet") || NOT_NAMED.test(path)) return [];
      return [{ path, sizeBytes: sizes.get(path) ?? 0, kind, misfit: misfits.has(path) }];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
