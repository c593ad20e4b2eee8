"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { refusalText } from "@/components/services/service-actions";
import { useServiceScope } from "@/components/services/use-live";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { KeyValueList } from "@/components/ui/key-value-list";
import { Table } from "@/components/ui/table";
import { serviceCan } from "@/lib/eas/service-can";
import { formatDuration, formatNumber } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { deleteAutoscaler } from "@/lib/services/actions";
import { serviceQueries } from "@/lib/services/queries";
import type { AutoscalerView } from "@/lib/services/scaling-view";
import type { ServiceDetail } from "@/lib/services/view";
import { AutoscalerForm } from "./autoscaler-form";
import { metricName } from "./metric-name";
import { RemoveScaler } from "./remove-scaler";

interface AutoscalerCardProps {
  service: ServiceDetail;
  autoscaler: AutoscalerView | undefined;
}

export function AutoscalerCard({ service, autoscaler }: AutoscalerCardProps) {
  const t = useT();
  const client = useQueryClient();
  const { connectionId, name, rights } = useServiceScope();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const refusal = refusalText(t, rights.write, serviceCan.autoscale(service));
  const refresh = () => client.invalidateQueries({ queryKey: serviceQueries.scaling(connectionId, name).queryKey });
  return (
    <Card
      title={t("scaling.auto.title")}
      description={t(autoscaler ? "scaling.auto.on" : "scaling.auto.off")}
      actions={
        editing ? null : autoscaler ? (
          <>
            <Button
              size="sm"
              icon={<Pencil aria-hidden="true" />}
              disabledReason={refusal}
              onClick={() => setEditing(true)}
            >
              {t("scaling.auto.edit")}
            </Button>
            <Button
              size="sm"
              icon={<Trash2 aria-hidden="true" />}
              disabledReason={refusal}
              onClick={() => setRemoving(true)}
            >
              {t("scaling.auto.remove")}
            </Button>
          </>
        ) : (
          <Button
            size="sm"
            icon={<Plus aria-hidden="true" />}
            disabledReason={refusal}
            onClick={() => setEditing(true)}
          >
            {t("scaling.auto.add")}
          </Button>
        )
      }
    >
      {editing ? (
        <AutoscalerForm
          service={service}
          autoscaler={autoscaler}
          onDone={async () => {
            await refresh();
            setEditing(false);
          }}
          onCancel={() => setEditing(false)}
        />
      ) : autoscaler ? (
        <Rules autoscaler={autoscaler} />
      ) : null}
      <RemoveScaler
        open={removing}
        title={t("scaling.auto.removeTitle", { name })}
        description={t("scaling.auto.removeHint", { count: service.instances.total })}
        confirmLabel={t("scaling.auto.remove")}
        remove={() => deleteAutoscaler({ connectionId, name })}
        onRemoved={refresh}
        onClose={() => setRemoving(false)}
      />
    </Card>
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
