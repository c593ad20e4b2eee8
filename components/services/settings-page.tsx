"use client";

import dynamic from "next/dynamic";
import { Card } from "@/components/ui/card";
import { PageLoading } from "@/components/ui/page-loading";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { LabelsCard } from "./labels-card";
import { LockCard } from "./lock-card";
import { DeleteServiceButton } from "./service-actions";
import { useSnapshot } from "./use-live";

// Not on the server: when this comes to life, the page's other parts know more than the server did.
const GuardCard = dynamic(() => import("./guard-card").then((module) => module.GuardCard), {
  ssr: false,
  loading: PageLoading,
});

export function SettingsPage() {
  const t = useT();
  const service = useSnapshot()?.service;
  if (!service) return <SkeletonRows rows={4} label={t("common.loading")} />;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <LabelsCard service={service} />
      <GuardCard service={service} />
      <LockCard service={service} />
      <Card title={t("services.settings.deleteTitle")} description={t("services.settings.deleteHint")}>
        <DeleteServiceButton service={service} />
      </Card>
    </div>
  );
}
