import type { BrowserContext, Page } from "@playwright/test";
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

/** Each language with each theme and each width: four looks that pair everything. */
export const LOOKS: Look[] = [
  { locale: "en", theme: "light", width: WIDE },
  { locale: "zh-CN", theme: "dark", width: WIDE },
  { locale: "en", theme: "dark", width: NARROW },
  { locale: "zh-CN", theme: "light", width: NARROW },
];

export const nameOf = ({ locale, theme, width }: Look) => `${locale}, ${theme}, ${width} px`;

/** As a person who chose it before: the console keeps language and theme in cookies. Holds from the next load. */
export async function chooseLook(context: BrowserContext, { locale, theme }: Omit<Look, "width">): Promise<void> {
  await context.addCookies([
    { name: LOCALE_COOKIE, value: locale, url: CONSOLE_URL },
    { name: THEME_COOKIE, value: theme, url: CONSOLE_URL },
  ]);
}

/** The window as it would be at this width, tall enough for a phone. */
export async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: width < 640 ? 844 : 900 });
}
