import type { ReactNode } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { TabLinks } from "@/components/ui/tab-links";
import { getT } from "@/lib/i18n/request";
import { paths, SETTINGS_SECTIONS } from "@/lib/paths";

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const t = await getT();
  return (
    <Page>
      <PageHeader
        title={t("settings.title")}
        tabs={
          <TabLinks
            label={t("settings.title")}
            links={SETTINGS_SECTIONS.map((section) => ({
              href: paths.settings(section),
              label: t(`settings.sections.${section}`),
            }))}
          />
        }
      />
      <div className="grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-6">{children}</div>
    </Page>
  );
}
