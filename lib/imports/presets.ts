import type { ImportFolder } from "./kinds";

/** What the service's own document points to (reference: diffusers-service.md §4.3, §4.4). */
export interface ImportPreset {
  id: string;
  url: string;
  folder: ImportFolder;
}

const CONTROLNETS =
  "https://converter-offline-installer.oss-cn-hangzhou.aliyuncs.com/zxy/diffusers/dbt/demo_controlnet/new_controlnet/";

const KINDS = ["canny", "depth", "hed", "mlsd", "normal", "openpose", "scribble", "seg"] as const;

const modelOf = (kind: (typeof KINDS)[number]) =>
  kind === "normal"
    ? "models--fusing--stable-diffusion-v1-5-controlnet-normal"
    : `models--lllyasviel--sd-controlnet-${kind}`;

export const IMPORT_PRESETS: readonly ImportPreset[] = [
  {
    id: "translate",
    url: "https://pai-vision-exp.oss-cn-zhangjiakou.aliyuncs.com/zxy/model/damo_translate.tar.gz",
    folder: "translate",
  },
  ...KINDS.map((kind) => ({
    id: kind,
    url: `${CONTROLNETS}${modelOf(kind)}/diffusion_pytorch_model.safetensors`,
    folder: "new_controlnet" as const,
  })),
];
