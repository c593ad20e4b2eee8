"use client";

import { Languages } from "lucide-react";
import { Button } from "@/components/ui/button";
import { LOCALES } from "@/lib/i18n/locales";
import { useLocale, useT } from "@/lib/i18n/react";
import { useChooseLocale } from "./use-choose-locale";

/** One press to the other language, named in that language. */
export function LanguageSwitch() {
  const t = useT();
  const locale = useLocale();
  const { choose, pending } = useChooseLocale();
  const other = LOCALES.find((candidate) => candidate !== locale) ?? locale;
  return (
    <Button
      variant="ghost"
      size="sm"
      lang={other}
      icon={<Languages aria-hidden="true" />}
      loading={pending}
      onClick={() => choose(other)}
    >
      {t(`common.languages.${other}`)}
    </Button>
  );
}
