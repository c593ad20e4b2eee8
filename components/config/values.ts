import type { MessageKey, MessageParams } from "@/lib/i18n/translate";
import type { FieldSpec } from "@/lib/service-config/fields";

/** What stands in a field ↔ what stands in the document. */

export type Parsed = { ok: true; value: unknown } | { ok: false; key: MessageKey; params?: MessageParams };

const good = (value: unknown): Parsed => ({ ok: true, value });
const bad = (key: MessageKey, params?: MessageParams): Parsed => ({ ok: false, key, ...(params && { params }) });

/** An empty field is a key that is not there. */
export function parseTyped(spec: FieldSpec, typed: string): Parsed {
  const text = spec.kind === "text" || spec.kind === "secret" ? typed : typed.trim();
  if (text === "") return good(undefined);
  switch (spec.kind) {
    case "integer":
      return /^-?\d{1,15}$/.test(text) ? within(spec, Number(text)) : bad("config.notInteger");
    case "number":
      return /^-?\d{1,12}(\.\d{1,9})?$/.test(text) ? within(spec, Number(text)) : bad("config.notNumber");
    case "size":
      return /^\d{1,6}(Mi|Gi|Ti)$/.test(text) ? good(text) : bad("config.notSize");
    case "share":
      if (/^\d{1,3}%$/.test(text)) return good(text);
      return /^\d{1,6}$/.test(text) ? good(Number(text)) : bad("config.notShare");
    case "lines":
      return good(typed.split("\n").filter((line) => line.trim() !== ""));
    case "json":
      return parseJson(text);
    default:
      return good(typed);
  }
}

function within({ min, max }: FieldSpec, value: number): Parsed {
  if (min !== undefined && value < min) return bad("config.tooSmall", { min });
  if (max !== undefined && value > max) return bad("config.tooLarge", { max });
  return good(value);
}

function parseJson(text: string): Parsed {
  try {
    return good(JSON.parse(text));
  } catch {
    return bad("config.notJson");
  }
}

export function showValue(spec: FieldSpec, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (spec.kind === "json") return JSON.stringify(value, null, 2);
  if (spec.kind === "lines" && Array.isArray(value))
    return value.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}
