/** Where the content belongs below the model root (reference: diffusers-service.md §4); empty = decided by what it is. */
export const IMPORT_FOLDERS = [
  "",
  "base_model",
  "controlnet",
  "new_controlnet",
  "translate",
  "lora",
  "lora_model",
] as const;
export type ImportFolder = (typeof IMPORT_FOLDERS)[number];

export const IMPORT_STATES = ["waiting", "looking", "copying", "done", "failed", "cancelled"] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

export const isOver = (state: ImportState) => state === "done" || state === "failed" || state === "cancelled";
