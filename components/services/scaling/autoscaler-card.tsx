"use client";

import dynamic from "next/dynamic";
import { Callout } from "@/components/ui/callout";
import { KeyValueList } from "@/components/ui/key-value-list";
import { PageLoading } from "@/components/ui/page-loading";
import { Table } from "@/components/ui/table";
import { serviceCan } from "@/lib/eas/service-can";
import { formatDuration, formatNumber } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { deleteAutoscaler } from "@/lib/services/actions";
import type { AutoscalerView } from "@/lib/services/scaling-view";
import type { ServiceDetail } from "@/lib/services/view";
import { metricName } from "./metric-name";
import { ScalerCard } from "./scaler-card";

const AutoscalerForm = dynamic(() => import("./autoscaler-form").then((module) => module.AutoscalerForm), {
  loading: PageLoading,
});

interface AutoscalerCardProps {
  service: ServiceDetail;
  autoscaler: AutoscalerView | undefined;
}

export function AutoscalerCard({ service, autoscaler }: AutoscalerCardProps) {
  const t = useT();
  return (
    <ScalerCard
      kind="auto"
      permission={serviceCan.autoscale(service)}
      removeHint={t("scaling.auto.removeHint", { count: service.instances.total })}
      remove={deleteAutoscaler}
      form={(close) => <AutoscalerForm service={service} autoscaler={autoscaler} {...close} />}
    >
      {autoscaler ? <Rules autoscaler={autoscaler} /> : null}
    </ScalerCard>
  );
}

function Rules({ autoscaler }: { autoscaler: AutoscalerView }) {
  const t = useT();
  const locale = useLocale();
  const { min, max, strategies, currentMetrics, onZero } = autoscaler;
  const seconds = (value: number | undefined) =>
    value === undefined ? t("scaling.auto.byDefault") : formatDuration(value * 1000, locale);
  const now = (metric: string, service: string | undefined) =>
    currentMetrics.find((one) => one.metric === metric && one.service === service)?.value;
  return (
    <div className="grid gap-4">
      {max === 0 ? (
        <Callout tone="bad" title={t("scaling.auto.zeroTitle")}>
          {t("scaling.auto.zeroText")}
        </Callout>
      ) : null}
      <KeyValueList
        items={[
          { label: t("scaling.auto.bounds"), value: t("scaling.auto.fromTo", { min, max }) },
          { label: t("scaling.auto.scaleUpWindow"), value: seconds(autoscaler.scaleUpWindowSeconds) },
          { label: t("scaling.auto.scaleDownWindow"), value: seconds(autoscaler.scaleDownWindowSeconds) },
          ...(onZero
            ? [
                { label: t("scaling.auto.grace"), value: seconds(onZero.graceSeconds) },
                {
                  label: t("scaling.auto.activation"),
                  value: onZero.activationReplicas ?? t("scaling.auto.byDefault"),
                },
              ]
            : []),
        ]}
      />
      {strategies.length === 0 ? (
        <p className="text-text-2">{t("scaling.rules.noMetric")}</p>
      ) : (
        <div className="-mx-4 -mb-4">
          <Table
            label={t("scaling.auto.metrics")}
            rows={strategies}
            rowKey={({ metric, service }) => `${metric}/${service}`}
            dense
            columns={[
              {
                id: "metric",
                header: t("scaling.auto.metric"),
                primary: true,
                cell: ({ metric, service }) =>
                  service ? `${metricName(t, metric)} · ${service}` : metricName(t, metric),
              },
              {
                id: "now",
                header: t("scaling.auto.now"),
                align: "end",
                cell: ({ metric, service }) => {
                  const value = now(metric, service);
                  return value === undefined ? t("common.unknown") : formatNumber(value, locale, 2);
                },
              },
              {
                id: "threshold",
                header: t("scaling.auto.threshold"),
                align: "end",
                cell: ({ threshold }) => formatNumber(threshold, locale, 2),
              },
            ]}
          />
        </div>
      )}
    </div>
  );
}
