"use client";

import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { ScaleForm } from "./scale-form";
import { DeleteServiceButton } from "./service-actions";
import { useSnapshot } from "./use-live";

export function SettingsPage() {
  const t = useT();
  const service = useSnapshot()?.service;
  if (!service) return <SkeletonRows rows={4} label={t("common.loading")} />;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Card title={t("services.settings.scaleTitle")} description={t("services.settings.scaleHint")}>
        <ScaleForm service={service} />
      </Card>
      {service.config ? (
        <CodeBlock code={service.config} label={t("services.settings.config")} maxHeight="32rem" />
      ) : null}
      <Card title={t("services.settings.deleteTitle")} description={t("services.settings.deleteHint")}>
        <DeleteServiceButton service={service} />
      </Card>
    </div>
  );
}
