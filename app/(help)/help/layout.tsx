import Link from "next/link";
import type { ReactNode } from "react";
import { LanguageSwitch } from "@/components/layout/language-switch";
import { Logo } from "@/components/layout/logo";
import { SkipLink } from "@/components/layout/skip-link";
import { ThemeMenu } from "@/components/layout/theme-menu";
import { TextLink } from "@/components/ui/text-link";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

/** The frame of the guides: for people who are signed in and for those who cannot get in. */
export default async function HelpLayout({ children }: { children: ReactNode }) {
  const t = await getT();
  return (
    <div className="min-h-dvh">
      <SkipLink />
      <header className="sticky top-0 z-30 border-line border-b bg-surface print:hidden">
        <div className="mx-auto flex h-14 w-full max-w-content items-center gap-4 px-4 sm:px-6">
          <Link href={paths.help()} className="flex items-center gap-2 rounded-md">
            <Logo />
            <span className="font-semibold text-md">{t("help.title")}</span>
          </Link>
          <div className="ml-auto flex items-center gap-1">
            <TextLink href={paths.services()} className="mr-2 text-text-2!">
              {t("help.toConsole")}
            </TextLink>
            <LanguageSwitch />
            <ThemeMenu />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-content px-4 py-8 sm:px-6">
        {children}
      </main>
    </div>
  );
}
