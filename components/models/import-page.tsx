"use client";

import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { Card } from "@/components/ui/card";
import { useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { ImportForm } from "./import-form";
import { ImportList } from "./import-list";

interface ImportPageProps {
  connectionId: string;
  canWrite: boolean;
}

/** Models brought in by the server: what is on its way, and the way to ask for more. */
export function ImportPage({ connectionId, canWrite }: ImportPageProps) {
  const t = useT();
  return (
    <Page>
      <PageHeader
        title={t("imports.title")}
        description={t("imports.description")}
        back={{ href: paths.models(), label: t("models.title") }}
      />
      <ImportList connectionId={connectionId} canWrite={canWrite} />
      {canWrite ? (
        <Card title={t("imports.form.title")}>
          <ImportForm connectionId={connectionId} />
        </Card>
      ) : null}
    </Page>
  );
}
