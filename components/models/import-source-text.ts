import type { Translate } from "@/lib/i18n/translate";
import type { PresetId } from "@/lib/imports/presets";
import type { ImportSource } from "@/lib/imports/schemas";

export function presetLabel(t: Translate, id: PresetId): string {
  if (id === "translate" || id === "translate_archive") return t(`imports.presets.${id}`);
  return t("imports.presets.controlnet", { kind: id });
}

export function sourceText(t: Translate, source: ImportSource): string {
  switch (source.kind) {
    case "url":
      return readable(source.url);
    case "huggingface":
      return `Hugging Face: ${source.id}@${source.revision}`;
    case "modelscope":
      return `ModelScope: ${source.id}@${source.revision}`;
    case "bucket":
      return `oss://${source.bucket}/${source.prefix}`;
    case "preset":
      return presetLabel(t, source.id);
    default:
      return source satisfies never;
  }
}

/** An address as people write it: its signs instead of their numbers, wherever that says the same. */
function readable(url: string): string {
  try {
    const text = decodeURI(url);
    // What nobody sees must not hide there.
    return /[\p{C}\p{Z}]/u.test(text) ? url : text;
  } catch {
    return url;
  }
}
