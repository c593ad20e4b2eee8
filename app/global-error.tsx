"use client";

import { buttonClass } from "@/components/ui/button-styles";
import { isLocale, LOCALE_COOKIE, pickLocale } from "@/lib/i18n/locales";
import fatal from "@/lib/i18n/messages/fatal.json";
import "./globals.css";

/** The root layout itself failed: nothing of it, its texts included, can be relied on here. */
export default function GlobalError() {
  const locale = locateLanguage();
  const texts = fatal[locale];
  return (
    <html lang={locale}>
      <body>
        <title>{texts.title}</title>
        <main className="grid min-h-dvh place-items-center p-6">
          <div role="alert" className="grid max-w-md justify-items-center gap-2 text-center">
            <h1 className="font-semibold text-lg">{texts.title}</h1>
            <p className="text-text-2">{texts.hint}</p>
            <button
              type="button"
              className={buttonClass({ variant: "primary", className: "mt-3" })}
              onClick={() => window.location.reload()}
            >
              {texts.reload}
            </button>
          </div>
        </main>
      </body>
    </html>
  );
}

function locateLanguage() {
  if (typeof document === "undefined") return pickLocale(undefined);
  const chosen = new RegExp(`(?:^|; )${LOCALE_COOKIE}=([^;]+)`).exec(document.cookie)?.[1];
  return isLocale(chosen) ? chosen : pickLocale(navigator.languages.join(","));
}
