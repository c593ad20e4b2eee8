import type { Locale } from "./locales";
import type en from "./messages/en.json";

/** Nested texts: `{ common: { save: "Save" } }`. Both files have the same shape, which a test keeps true. */
export type Messages = { [key: string]: string | Messages };

type Join<Prefix extends string, Key extends string> = Prefix extends "" ? Key : `${Prefix}.${Key}`;
type Leaves<T, Prefix extends string> = {
  [K in keyof T & string]: T[K] extends string ? Join<Prefix, K> : Leaves<T[K], Join<Prefix, K>>;
}[keyof T & string];
type WithoutPlural<K extends string> = K extends `${infer Base}_one`
  ? Base
  : K extends `${infer Base}_other`
    ? Base
    : K;

/** Every text of the console; a plural pair `x_one`, `x_other` is the one key `x`. */
export type MessageKey = WithoutPlural<Leaves<typeof en, "">>;

export type MessageParams = Record<string, string | number>;

export interface Translate {
  (key: MessageKey, params?: MessageParams): string;
  /** For keys made of data (`findings.${code}`): undefined when there is no such text, so that the caller has a fallback. */
  maybe(key: string, params?: MessageParams): string | undefined;
}

function lookUp(messages: Messages, key: string): string | undefined {
  let at: string | Messages | undefined = messages;
  for (const part of key.split(".")) {
    if (typeof at !== "object" || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return typeof at === "string" ? at : undefined;
}

/** Makes the function that turns keys into sentences. `count` chooses the plural form and is shown grouped, like all numbers. */
export function createTranslate(messages: Messages, locale: Locale): Translate {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);

  function maybe(key: string, params: MessageParams = {}): string | undefined {
    const text =
      (typeof params.count === "number"
        ? (lookUp(messages, `${key}_${plural.select(params.count)}`) ?? lookUp(messages, `${key}_other`))
        : undefined) ?? lookUp(messages, key);
    return text?.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = params[name];
      if (value === undefined) return placeholder;
      return typeof value === "number" ? number.format(value) : value;
    });
  }

  return Object.assign((key: MessageKey, params?: MessageParams) => maybe(key, params) ?? key, { maybe });
}
