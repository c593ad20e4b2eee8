"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { RollingProgress } from "@/components/services/rolling-progress";
import { ScaleForm } from "@/components/services/scale-form";
import { useServiceScope, useSnapshot } from "@/components/services/use-live";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { PageLoading } from "@/components/ui/page-loading";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { serviceQueries } from "@/lib/services/queries";
import type { ScalingView } from "@/lib/services/scaling-view";
import type { Snapshot } from "@/lib/services/snapshot";
import type { ServiceDetail } from "@/lib/services/view";
import { AutoscalerCard } from "./autoscaler-card";
import { CronCard } from "./cron-card";
import { InstanceList } from "./instance-list";

const TrafficCard = dynamic(() => import("./traffic-card").then((module) => module.TrafficCard), {
  loading: PageLoading,
});

/** How many instances there are, by hand, by load and by the clock, and what each of them does. */
export function ScalingPage() {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const snapshot = useSnapshot();
  const { data, error, refetch, isRefetching } = useQuery(serviceQueries.scaling(connectionId, name));
  if (!snapshot?.service) return <SkeletonRows rows={6} label={t("common.loading")} />;
  const { service } = snapshot;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <RollingProgress snapshot={snapshot} />
      <Replicas service={service} snapshot={snapshot} scaling={data} />
      {error && !data ? (
        <ErrorNotice error={toView(error)} onRetry={() => void refetch()} retrying={isRefetching} />
      ) : data ? (
        <>
          <AutoscalerCard service={service} autoscaler={data.autoscaler} />
          <CronCard service={service} cronScaler={data.cronScaler} />
        </>
      ) : (
        <Card flush>
          <SkeletonRows rows={3} label={t("common.loading")} />
        </Card>
      )}
      {service.group ? <TrafficCard service={service} /> : null}
    </div>
  );
}

interface ReplicasProps {
  service: ServiceDetail;
  snapshot: Snapshot;
  scaling: ScalingView | undefined;
}

function Replicas({ service, snapshot, scaling }: ReplicasProps) {
  const t = useT();
  const { running, total } = service.instances;
  return (
    <Card
      title={t("scaling.replicas.title")}
      description={t("scaling.replicas.now", { running, count: total })}
      flush
      footer={<InstanceList service={service} instances={snapshot.instances} />}
    >
      <div className="grid gap-4 px-4 pb-4">
        {scaling?.autoscaler ? (
          <Callout title={t("scaling.interplay.title")}>
            {t("scaling.interplay.autoscaler", { min: scaling.autoscaler.min, max: scaling.autoscaler.max })}
          </Callout>
        ) : null}
        {scaling?.cronScaler ? <Callout>{t("scaling.interplay.cron")}</Callout> : null}
        <ScaleForm service={service} />
      </div>
    </Card>
  );
}
