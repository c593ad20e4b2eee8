"use client";

import { Waypoints } from "lucide-react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { useChooseConnection } from "@/components/layout/use-choose-connection";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { useT } from "@/lib/i18n/react";

/** A link to a picture of another connection than the one that this browser looks at. */
export function Elsewhere({ id, name }: { id: string; name: string }) {
  const t = useT();
  const choose = useChooseConnection();
  return (
    <Page width="full">
      <PageHeader title={t("gallery.title")} />
      <EmptyState
        icon={<Waypoints />}
        title={t("gallery.elsewhere.title", { name })}
        description={t("gallery.elsewhere.text")}
        actions={
          <Button variant="primary" loading={choose.isPending} onClick={() => choose.mutate(id)}>
            {t("gallery.elsewhere.switch", { name })}
          </Button>
        }
      />
    </Page>
  );
}
