"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { LOCALE_COOKIE, type Locale } from "@/lib/i18n/locales";
import { rememberInCookie } from "./remember";

/** Changes the language in place: the server renders again, what was typed stays. */
export function useChooseLocale(): { choose: (locale: Locale) => void; pending: boolean } {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  return {
    pending,
    choose(locale) {
      rememberInCookie(LOCALE_COOKIE, locale);
      startTransition(() => router.refresh());
    },
  };
}
