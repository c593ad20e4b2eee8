"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { Menu, MenuChoices } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import { useT } from "@/lib/i18n/react";
import { THEMES } from "@/lib/theme";
import { useTheme } from "./theme-provider";

export const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeMenu() {
  const t = useT();
  const [theme] = useTheme();
  const Icon = THEME_ICONS[theme];
  return (
    <Menu trigger={<IconButton size="sm" label={t("shell.theme.label")} icon={<Icon aria-hidden="true" />} />}>
      <ThemeChoices />
    </Menu>
  );
}

/** The choices, inside any menu. */
export function ThemeChoices({ label }: { label?: string }) {
  const t = useT();
  const [theme, choose] = useTheme();
  return (
    <MenuChoices
      label={label}
      value={theme}
      onChange={choose}
      options={THEMES.map((value) => ({ value, label: t(`shell.theme.${value}`) }))}
    />
  );
}
