"use client";

import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { ErrorView } from "../errors";
import type { Locale } from "./locales";
import { createTranslate, type Messages, type Translate } from "./translate";

interface I18n {
  locale: Locale;
  t: Translate;
  /** When the server rendered: the first paint in the browser says the same relative times. */
  renderedAt: number;
}

const I18nContext = createContext<I18n | null>(null);

interface I18nProviderProps {
  locale: Locale;
  messages: Messages;
  renderedAt: number;
  children: ReactNode;
}

/** The messages travel as data with the page, so a language costs no JavaScript. */
export function I18nProvider({ locale, messages, renderedAt, children }: I18nProviderProps) {
  const value = useMemo(
    () => ({ locale, t: createTranslate(messages, locale), renderedAt }),
    [locale, messages, renderedAt],
  );
  return <I18nContext value={value}>{children}</I18nContext>;
}

function useI18n(): I18n {
  const value = useContext(I18nContext);
  if (!value) throw new Error("I18nProvider is missing above this component.");
  return value;
}

export function useT(): Translate {
  return useI18n().t;
}

export function useLocale(): Locale {
  return useI18n().locale;
}

export function useRenderedAt(): number {
  return useI18n().renderedAt;
}

/** The rule that was broken, where a refusal names one: that says more than what its code is called. */
export function ruleText(t: Translate, { params }: Pick<ErrorView, "params">): string | undefined {
  return typeof params.rule === "string" ? t.maybe(params.rule, params) : undefined;
}

/** What an error is called and what to do next. Both texts exist for every code, which a test keeps true. */
export function errorTexts(t: Translate, { code, params }: Pick<ErrorView, "code" | "params">) {
  return { title: t(`errors.${code}.title`, params), hint: t(`errors.${code}.hint`, params) };
}
