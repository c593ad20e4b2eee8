import type { ErrorView } from "../errors";
import type { MessageKey, Translate } from "./translate";

/** What an error is called and what to do next. Both keys exist for every code, which a test keeps true. */
export function errorTexts(t: Translate, error: Pick<ErrorView, "code" | "params">): { title: string; hint: string } {
  const key = `errors.${error.code}` as const;
  return {
    title: t(`${key}.title` satisfies MessageKey, error.params),
    hint: t(`${key}.hint` satisfies MessageKey, error.params),
  };
}
