"use client";

import { useQuery } from "@tanstack/react-query";
import { amountText, nowText, omissions, perPictureText } from "@/components/prices/tally-text";
import { Card } from "@/components/ui/card";
import { KeyValueList } from "@/components/ui/key-value-list";
import { SkeletonRows } from "@/components/ui/skeleton";
import { TextLink } from "@/components/ui/text-link";
import { Time } from "@/components/ui/time";
import { costQueries } from "@/lib/costs/queries";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import type { ServiceDetail } from "@/lib/services/view";
import { useServiceScope } from "./use-live";

/** What this service has cost so far, and what it goes on costing. */
export function CostCard({ service, hourly }: { service: ServiceDetail; hourly: string }) {
  const t = useT();
  const locale = useLocale();
  const { connectionId, name } = useServiceScope();
  const { data } = useQuery(costQueries.service(connectionId, name, service.id));
  const left = data ? omissions(t, locale, data.month.tally) : [];
  return (
    <Card
      title={t("costs.title")}
      actions={<TextLink href={paths.costs()}>{t("costs.all")}</TextLink>}
      footer={data?.meter.lastAt ? <LastRead at={data.meter.lastAt} /> : null}
    >
      {data ? (
        <div className="grid gap-3">
          <KeyValueList
            items={[
              ...(["today", "week", "month"] as const).map((period) => ({
                label: t(`costs.period.${period}`),
                value: <span className="tabular-nums">{amountText(t, locale, data[period].tally, data.currency)}</span>,
              })),
              { label: t("costs.perPictureMonth"), value: perPictureText(t, locale, data.month, data.currency) },
              {
                label: t("costs.summary.now"),
                value: nowText(t, locale, data, service.instances.running),
              },
              { label: t("prices.hourly"), value: hourly },
            ]}
          />
          {left.map((line) => (
            <p key={line} className="text-sm text-text-2">
              {line}
            </p>
          ))}
        </div>
      ) : (
        <SkeletonRows rows={3} label={t("common.loading")} />
      )}
    </Card>
  );
}

function LastRead({ at }: { at: string }) {
  const t = useT();
  return (
    <p className="text-sm text-text-3">
      {t("costs.lastRead")} <Time at={at} />
    </p>
  );
}
