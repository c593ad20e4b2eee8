import type { ReactNode } from "react";
import { LanguageSwitch } from "@/components/layout/language-switch";
import { Logo } from "@/components/layout/logo";
import { ThemeMenu } from "@/components/layout/theme-menu";
import { getT } from "@/lib/i18n/request";

/** The frame of the pages before sign-in: the form, and beside it the picture that stands for the place. */
export async function Door({ children }: { children: ReactNode }) {
  const t = await getT();
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <div className="grid grid-rows-[auto_1fr] bg-surface">
        <header className="flex h-16 items-center justify-between gap-2 px-5 sm:px-8">
          <span className="flex items-center gap-2">
            <Logo />
            <span className="font-semibold text-md">{t("common.appName")}</span>
          </span>
          <span className="flex items-center gap-1">
            <LanguageSwitch />
            <ThemeMenu />
          </span>
        </header>
        <main className="grid place-items-center px-5 pt-4 pb-16 sm:px-8">
          <div className="grid w-full max-w-96 gap-6">{children}</div>
        </main>
      </div>
      <aside
        aria-label={t("auth.door.aside")}
        className="hidden place-content-center justify-items-center gap-8 border-line border-l bg-bg p-12 lg:grid"
      >
        {/* biome-ignore lint/performance/noImgElement: a drawing of 4 kB gains nothing from the image component's 11 kB */}
        <img src="/studio.svg" alt="" width={448} height={480} />
        <p className="max-w-md text-balance text-center text-md text-text-2">{t("auth.door.promise")}</p>
      </aside>
    </div>
  );
}

export function DoorHeading({ title, description }: { title: string; description: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <h1 className="font-semibold text-xl">{title}</h1>
      <p className="text-pretty text-text-2">{description}</p>
    </div>
  );
}
