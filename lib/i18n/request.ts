import "server-only";

import { cookies, headers } from "next/headers";
import { cache } from "react";
import { isLocale, LOCALE_COOKIE, type Locale, pickLocale } from "./locales";
import en from "./messages/en.json";
import zhCN from "./messages/zh-CN.json";
import { createTranslate, type MessageKey, type MessageParams, type Messages, type Translate } from "./translate";

const MESSAGES: Record<Locale, Messages> = { en, "zh-CN": zhCN };

/** The person's choice, else the browser's first language that we speak, else English. */
export const getLocale = cache(async (): Promise<Locale> => {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  return isLocale(chosen) ? chosen : pickLocale((await headers()).get("accept-language"));
});

export async function getMessages(): Promise<Messages> {
  return MESSAGES[await getLocale()];
}

/** The translator of this request, for pages and their metadata. */
export const getT = cache(async (): Promise<Translate> => {
  return createTranslate(await getMessages(), await getLocale());
});

/** For `generateMetadata`. */
export async function pageTitle(key: MessageKey, params?: MessageParams): Promise<{ title: string }> {
  return { title: (await getT())(key, params) };
}
