import { DraftSchema, type PartialDraft } from "./draft";
import { toConfigJson, toEasConfig } from "./to-eas-config";

/** A draft whose service was described before configurations were kept: written out as it would have been sent. */
export function withDocument(draft: PartialDraft): PartialDraft {
  if (draft.config !== undefined) return draft;
  const whole = DraftSchema.safeParse(draft);
  return whole.success ? { ...draft, config: toConfigJson(toEasConfig(whole.data)) } : draft;
}
