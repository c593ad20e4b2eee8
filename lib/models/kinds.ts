/** What a model is. Texts: `modelKinds.<kind>`. */
export const MODEL_KINDS = [
  "sd15",
  "sd2",
  "sdxl",
  "sdxl_refiner",
  "sd3",
  "flux",
  "pixart",
  "kandinsky",
  "cascade",
  "video",
  "other",
  "lora",
  "lycoris",
  "controlnet",
  "control_lora",
  "t2i_adapter",
  "ip_adapter",
  "motion",
  "vae",
  "unet",
  "text_encoder",
  "image_encoder",
  "safety_checker",
  "embedding",
  "hypernetwork",
  "upscaler",
  "unknown",
] as const;

export type ModelKind = (typeof MODEL_KINDS)[number];

/** What is special about a base model. Texts: `modelDetails.<detail>`. */
export const MODEL_DETAILS = ["inpainting", "pix2pix", "depth", "v_prediction", "epsilon"] as const;

export type ModelDetail = (typeof MODEL_DETAILS)[number];

/** Whole models of another architecture, as against parts and add-ons. */
export const FOREIGN_MODELS: ReadonlySet<ModelKind> = new Set([
  "sdxl",
  "sdxl_refiner",
  "sd3",
  "flux",
  "pixart",
  "kandinsky",
  "cascade",
  "video",
  "other",
]);
