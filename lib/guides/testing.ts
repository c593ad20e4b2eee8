import type { Messages } from "@/lib/i18n/translate";

/** For tests: what may stand in bold in a text that leads through the console. */

/** All texts of the screen, with room for what a parameter puts in. */
export function namesOnScreen(messages: Messages): RegExp[] {
  return Object.values(messages).flatMap((value) => {
    if (typeof value !== "string") return namesOnScreen(value);
    // A text that is all parameters would fit everything.
    if (value.replace(/\{\w+\}|[^\p{L}]/gu, "").length < 2) return [];
    return new RegExp(`^${value.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, ".+")}$`);
  });
}

/** Each step of `Settings → People` is a name of its own. */
export function unknownNames(bold: readonly string[], names: readonly RegExp[]): string[] {
  return bold.flatMap((text) => text.split(" → ")).filter((name) => !names.some((pattern) => pattern.test(name)));
}
