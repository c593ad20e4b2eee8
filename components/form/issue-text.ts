import type { Translate } from "@/lib/i18n/translate";

/** What we read of a zod issue; the rest differs by its code. */
interface Issue {
  code?: string;
  input?: unknown;
  origin?: unknown;
  minimum?: unknown;
  maximum?: unknown;
  format?: unknown;
}

const isEmpty = (input: unknown) => input === undefined || input === null || input === "";
const limit = (value: unknown): number => Number(value);

/** zod's stock issues in our words. A schema that has more to say gives a message key as its own message. */
export function issueText(t: Translate, issue: Issue): string {
  if (isEmpty(issue.input)) return t("common.validation.required");
  switch (issue.code) {
    case "too_small":
      return issue.origin === "string"
        ? t("common.validation.tooShort", { count: limit(issue.minimum) })
        : t("common.validation.tooSmall", { minimum: limit(issue.minimum) });
    case "too_big":
      return issue.origin === "string"
        ? t("common.validation.tooLong", { count: limit(issue.maximum) })
        : t("common.validation.tooBig", { maximum: limit(issue.maximum) });
    case "invalid_type":
      return t("common.validation.type");
    default:
      return t("common.validation.format");
  }
}

/** The text of a field's error: a key from the schema or the server, or what `issueText` already put in words. */
export function errorText(t: Translate, message: string | undefined): string {
  if (!message) return t("common.validation.format");
  // The server names a stock rule by zod's code alone.
  if (/^[a-z_]+$/.test(message)) return issueText(t, { code: message, input: message });
  return t.maybe(message) ?? message;
}
