import type { ImportFolder } from "./kinds";

/** What the service's own document points to (reference: diffusers-service.md §4.3, §4.4). */

/** The eight kinds of control image that the service makes itself. */
const CONTROLNET_KINDS = ["canny", "depth", "hed", "mlsd", "normal", "openpose", "scribble", "seg"] as const;

export const PRESET_IDS = ["translate", "translate_archive", ...CONTROLNET_KINDS] as const;
export type PresetId = (typeof PRESET_IDS)[number];

export type PresetSource =
  | { kind: "modelscope"; id: string; revision: string }
  | { kind: "url"; url: string }
  /** Weights without their configuration, which comes from here. */
  | { kind: "controlnet"; url: string };

const WEIGHTS = "diffusion_pytorch_model.safetensors";
const CONTROLNETS =
  "https://converter-offline-installer.oss-cn-hangzhou.aliyuncs.com/zxy/diffusers/dbt/demo_controlnet/new_controlnet/";

const modelOf = (kind: (typeof CONTROLNET_KINDS)[number]) =>
  kind === "normal"
    ? "models--fusing--stable-diffusion-v1-5-controlnet-normal"
    : `models--lllyasviel--sd-controlnet-${kind}`;

export function presetSource(id: PresetId): PresetSource {
  if (id === "translate") return { kind: "modelscope", id: "damo/nlp_csanmt_translation_zh2en", revision: "master" };
  if (id === "translate_archive")
    return {
      kind: "url",
      url: "https://pai-vision-exp.oss-cn-zhangjiakou.aliyuncs.com/zxy/model/damo_translate.tar.gz",
    };
  return { kind: "controlnet", url: `${CONTROLNETS}${modelOf(id)}/${WEIGHTS}` };
}

/** Where it may go, the usual place first. */
export function presetFolders(id: PresetId): readonly ImportFolder[] {
  return isTranslation(id) ? ["translate"] : ["new_controlnet", "controlnet"];
}

export const isTranslation = (id: PresetId) => id === "translate" || id === "translate_archive";

/** A ControlNet of its own: at start the folder itself is read, per request one of several is named by its folder. */
export function controlnetFolder(id: PresetId, folder: ImportFolder): string {
  return folder === "controlnet" ? "controlnet" : `new_controlnet/${id}`;
}

export const CONTROLNET_WEIGHTS_FILE = WEIGHTS;

/** What asks for a preset at its usual place. */
export function presetOrder(id: PresetId) {
  return { source: { kind: "preset" as const, id }, folder: presetFolders(id)[0] ?? ("" as const) };
}
