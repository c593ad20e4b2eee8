import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { getLocale, getMessages, getT } from "@/lib/i18n/request";
import { parseTheme, THEME_COOKIE, themeAttribute } from "@/lib/theme";
import "./globals.css";
import { Providers } from "./providers";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return {
    title: { default: t("common.appName"), template: `%s · ${t("common.appName")}` },
    description: t("common.appDescription"),
    icons: { icon: "/easel.svg" },
    robots: { index: false, follow: false },
  };
}

export const viewport: Viewport = { width: "device-width", initialScale: 1, viewportFit: "cover" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, messages, theme] = await Promise.all([getLocale(), getMessages(), currentTheme()]);
  return (
    <html lang={locale} data-theme={themeAttribute(theme)}>
      <body>
        <Providers locale={locale} messages={messages} theme={theme} renderedAt={Date.now()}>
          {children}
        </Providers>
      </body>
    </html>
  );
}

async function currentTheme() {
  return parseTheme((await cookies()).get(THEME_COOKIE)?.value);
}
