"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleHelp, LogOut, UserRound } from "lucide-react";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuLink, MenuSeparator } from "@/components/ui/dropdown-menu";
import { toView } from "@/components/ui/error-notice";
import { toast } from "@/components/ui/toast";
import { signOut } from "@/lib/auth/actions";
import type { CurrentUser } from "@/lib/auth/rights";
import { LOCALES } from "@/lib/i18n/locales";
import { errorTexts, useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { ThemeChoices } from "./theme-menu";
import { useChooseLocale } from "./use-choose-locale";

export function PersonMenu({ user }: { user: CurrentUser }) {
  const t = useT();
  const locale = useLocale();
  const { choose } = useChooseLocale();
  const leave = useMutation({
    mutationFn: async () => unwrap(await signOut({})),
    // A full load: nothing that this person saw stays in the tab's memory.
    onSuccess: () => window.location.assign(paths.signIn()),
    onError: (error) => toast.error(errorTexts(t, toView(error)).title),
  });

  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t("shell.person.label", { name: user.name })}
          className="flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent-text text-sm transition-colors hover:bg-hover"
        >
          {[...user.name][0]?.toUpperCase()}
        </button>
      }
    >
      <MenuLabel>
        <span className="block truncate font-medium text-base text-text">{user.name}</span>
        {t(`common.roles.${user.role}`)}
      </MenuLabel>
      <MenuSeparator />
      <MenuLink href={paths.settings("account")} icon={<UserRound aria-hidden="true" />}>
        {t("shell.person.account")}
      </MenuLink>
      <MenuLink href={paths.help()} icon={<CircleHelp aria-hidden="true" />}>
        {t("common.help")}
      </MenuLink>
      <div className="md:hidden">
        <MenuSeparator />
        <MenuChoices
          label={t("shell.language")}
          value={locale}
          onChange={choose}
          options={LOCALES.map((value) => ({ value, label: t(`common.languages.${value}`) }))}
        />
        <ThemeChoices label={t("shell.theme.label")} />
      </div>
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => leave.mutate()}>
        {t("shell.person.signOut")}
      </MenuItem>
    </Menu>
  );
}
