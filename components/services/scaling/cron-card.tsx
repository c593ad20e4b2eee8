"use client";

import dynamic from "next/dynamic";
import { PageLoading } from "@/components/ui/page-loading";
import { serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import { deleteCronScaler } from "@/lib/services/actions";
import type { CronScalerView } from "@/lib/services/scaling-view";
import type { ServiceDetail } from "@/lib/services/view";
import { ScalerCard } from "./scaler-card";

const CronForm = dynamic(() => import("./cron-form").then((module) => module.CronForm), { loading: PageLoading });
/** What schedules mean, and when they come next, takes more code than the rest of the page. */
const CronJobs = dynamic(() => import("./cron-jobs").then((module) => module.CronJobs), { loading: PageLoading });

export function CronCard({ service, cronScaler }: { service: ServiceDetail; cronScaler: CronScalerView | undefined }) {
  const t = useT();
  return (
    <ScalerCard
      kind="cron"
      flush
      permission={serviceCan.schedule(service)}
      removeHint={t("scaling.cron.removeHint")}
      remove={deleteCronScaler}
      form={(close) => <CronForm cronScaler={cronScaler} {...close} />}
    >
      {cronScaler ? (
        <CronJobs cronScaler={cronScaler} isAtRest={service.status === "Stopped" || service.status === "Failed"} />
      ) : null}
    </ScalerCard>
  );
}
