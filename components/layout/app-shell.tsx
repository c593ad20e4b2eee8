import { CircleHelp, FlaskConical } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button-styles";
import { type CurrentUser, can } from "@/lib/auth/rights";
import type { ConnectionView } from "@/lib/connection";
import { getT } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";
import { ConnectionMenu } from "./connection-menu";
import { LanguageSwitch } from "./language-switch";
import { Logo } from "./logo";
import { MainNav } from "./main-nav";
import { NewRelease } from "./new-release";
import { NoticeListener } from "./notice-listener";
import { PersonMenu } from "./person-menu";
import { SkipLink } from "./skip-link";
import { ThemeMenu } from "./theme-menu";

interface AppShellProps {
  user: CurrentUser;
  connections: readonly ConnectionView[];
  chosen: ConnectionView | undefined;
  children: ReactNode;
}

/** The frame around every signed-in page. */
export async function AppShell({ user, connections, chosen, children }: AppShellProps) {
  const t = await getT();
  return (
    <div className="grid min-h-dvh grid-rows-[auto_auto_1fr]">
      <SkipLink />
      <header className="sticky top-0 z-30 border-line border-b bg-surface">
        <div className="flex h-14 items-center gap-2 px-4 sm:px-6">
          <Link href={paths.services()} className="flex shrink-0 items-center gap-2 rounded-md pr-1">
            <Logo />
            <span className="sr-only font-semibold text-md sm:max-md:not-sr-only lg:not-sr-only">
              {t("common.appName")}
            </span>
          </Link>
          <span aria-hidden="true" className="h-5 w-px shrink-0 rotate-12 bg-line-strong" />
          <ConnectionMenu connections={connections} chosen={chosen} />
          {chosen?.kind === "embedded" ? (
            <Badge tone="neutral" className="min-w-0">
              <FlaskConical aria-hidden="true" />
              <span className="hidden lg:inline">{t("shell.rehearsal.badge")}</span>
              {/* Beside the signs of all places there is room for its own sign only. */}
              <span className="md:max-lg:sr-only lg:hidden" title={t("shell.rehearsal.badge")}>
                {t("shell.rehearsal.short")}
              </span>
            </Badge>
          ) : null}
          <div className="md:ml-4">
            <MainNav />
          </div>
          <div className="ml-auto flex shrink-0 items-center gap-1">
            <span className="hidden xl:flex">
              <Link
                href={paths.help()}
                title={t("common.help")}
                className={buttonClass({ variant: "ghost", size: "sm", square: true })}
              >
                <CircleHelp aria-hidden="true" />
                <span className="sr-only">{t("common.help")}</span>
              </Link>
            </span>
            <span className="hidden items-center gap-1 md:flex">
              <LanguageSwitch />
              <ThemeMenu />
            </span>
            <PersonMenu user={user} />
          </div>
        </div>
      </header>
      <NewRelease />
      <main id="main" tabIndex={-1} className="min-w-0 pb-20 md:pb-6">
        {children}
      </main>
      {chosen && can(user.role, "services.write") ? <NoticeListener key={chosen.id} connectionId={chosen.id} /> : null}
    </div>
  );
}
