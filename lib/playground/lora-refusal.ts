import type { FormValues } from "./form-values";

/** Why the service would refuse the LoRAs of the form; a recalled picture may bring more than can be added. */
export function loraRefusal(
  { loras }: Pick<FormValues, "loras">,
  { blade, optimizing }: { blade: boolean; optimizing: boolean },
): "optimizing" | "oneOnly" | undefined {
  if (loras.length === 0) return undefined;
  if (optimizing) return "optimizing";
  return !blade && loras.length > 1 ? "oneOnly" : undefined;
}
