import type { Page } from "@playwright/test";
import { LOCALE_COOKIE, type Locale } from "@/lib/i18n/locales";
import { THEME_COOKIE } from "@/lib/theme";
import { CONSOLE_URL } from "./settings";

/** How a page is looked at. */
export interface Look {
  locale: Locale;
  theme: "light" | "dark";
  width: number;
}

export const WIDE = 1440;
export const NARROW = 390;

/** Every language, theme and width once; `expectSound` adds the other theme. */
export const LOOKS: Look[] = [
  { locale: "en", theme: "light", width: WIDE },
  { locale: "zh-CN", theme: "dark", width: NARROW },
];

export const nameOf = ({ locale, theme, width }: Look) => `${locale}, ${theme}, ${width} px`;

/** As a person who chose the language and follows the system in the theme. Holds from the next load. */
export async function chooseLook(page: Page, { locale, theme, width }: Look): Promise<void> {
  await resize(page, width);
  await page.context().addCookies([
    { name: LOCALE_COOKIE, value: locale, url: CONSOLE_URL },
    { name: THEME_COOKIE, value: "system", url: CONSOLE_URL },
  ]);
  await page.emulateMedia({ colorScheme: theme });
}

/** The window as it would be at this width, tall enough for a phone. */
export async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: width < 640 ? 844 : 900 });
}
