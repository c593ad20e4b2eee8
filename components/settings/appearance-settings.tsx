"use client";

import { THEME_ICONS } from "@/components/layout/theme-menu";
import { useTheme } from "@/components/layout/theme-provider";
import { useChooseLocale } from "@/components/layout/use-choose-locale";
import { Card } from "@/components/ui/card";
import { Segmented } from "@/components/ui/segmented";
import { LOCALES } from "@/lib/i18n/locales";
import { useLocale, useT } from "@/lib/i18n/react";
import { THEMES } from "@/lib/theme";

export function AppearanceSettings() {
  const t = useT();
  const locale = useLocale();
  const { choose: chooseLocale } = useChooseLocale();
  const [theme, chooseTheme] = useTheme();
  return (
    <>
      <Card title={t("shell.language")} description={t("settings.appearance.languageHint")}>
        <Segmented
          label={t("shell.language")}
          value={locale}
          onChange={chooseLocale}
          options={LOCALES.map((value) => ({ value, label: t(`common.languages.${value}`) }))}
        />
      </Card>
      <Card title={t("shell.theme.label")} description={t("settings.appearance.themeHint")}>
        <Segmented
          label={t("shell.theme.label")}
          value={theme}
          onChange={chooseTheme}
          options={THEMES.map((value) => {
            const Icon = THEME_ICONS[value];
            return { value, label: t(`shell.theme.${value}`), icon: <Icon aria-hidden="true" /> };
          })}
        />
      </Card>
    </>
  );
}
