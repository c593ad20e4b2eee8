"use client";

import { useQuery } from "@tanstack/react-query";
import { Download, Pencil, Tags } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { saveFile } from "@/components/prices/save-file";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { PageLoading } from "@/components/ui/page-loading";
import { SkeletonRows } from "@/components/ui/skeleton";
import { type Column, Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { formatMoney } from "@/lib/format";
import { help } from "@/lib/guides/help";
import type { Locale } from "@/lib/i18n/locales";
import { useLocale, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import type { Price, PriceList } from "@/lib/prices/price";
import { priceQueries } from "@/lib/prices/queries";

const PriceForm = dynamic(() => import("./price-form").then((module) => module.PriceForm), {
  loading: PageLoading,
});

interface PriceSettingsProps {
  connectionId: string;
  region: string;
  canWrite: boolean;
}

/** The table that all amounts of this console come from. */
export function PriceSettings({ connectionId, region, canWrite }: PriceSettingsProps) {
  const t = useT();
  const locale = useLocale();
  const [editing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery(priceQueries.list(connectionId));
  const edit = (
    <Button
      size="sm"
      variant={data?.prices.length === 0 ? "primary" : "secondary"}
      icon={<Pencil aria-hidden="true" />}
      disabledReason={canWrite ? undefined : t("prices.noRight")}
      onClick={() => setEditing(true)}
    >
      {t("prices.edit")}
    </Button>
  );
  const { currency, prices = [] } = data ?? {};
  return (
    <Card
      flush={!editing}
      title={t("prices.title", { region: t.maybe(`regions.${region}`) ?? region })}
      description={
        <>
          {t("prices.description")} <HelpLink href={help.topic("costs")} about={t("prices.table")} />
        </>
      }
      actions={
        editing || prices.length === 0 ? null : (
          <>
            <Button
              size="sm"
              icon={<Download aria-hidden="true" />}
              onClick={() => currency && void exportCsv(region, { currency, prices })}
            >
              {t("prices.export")}
            </Button>
            {edit}
          </>
        )
      }
      footer={
        data?.updatedAt && !editing ? (
          <p className="text-sm text-text-2">
            {t("prices.saved", { by: data.updatedBy ?? "" })} <Time at={data.updatedAt} />
          </p>
        ) : null
      }
    >
      {error ? (
        <div className="p-4">
          <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />
        </div>
      ) : !data ? (
        <SkeletonRows rows={3} label={t("common.loading")} />
      ) : editing ? (
        <PriceForm connectionId={connectionId} list={data} onClose={() => setEditing(false)} />
      ) : prices.length === 0 ? (
        <EmptyState
          icon={<Tags />}
          title={t("prices.emptyTitle")}
          description={t("prices.emptyDescription")}
          actions={edit}
        />
      ) : (
        <Table
          label={t("prices.table")}
          columns={columns(t, locale, currency ?? "")}
          rows={prices}
          rowKey={({ instanceType, since }) => `${instanceType} ${since}`}
        />
      )}
    </Card>
  );
}

function columns(t: Translate, locale: Locale, currency: string): Column<Price>[] {
  return [
    {
      id: "type",
      header: t("services.instanceType"),
      primary: true,
      cell: ({ instanceType }) => <span className="break-all font-mono text-sm">{instanceType}</span>,
    },
    {
      id: "price",
      header: t("prices.perHour"),
      align: "end",
      cell: ({ perHour }) => <span className="tabular-nums">{formatMoney(perHour, currency, locale)}</span>,
    },
    { id: "since", header: t("prices.since"), cell: ({ since }) => <span className="tabular-nums">{since}</span> },
    {
      id: "source",
      header: t("prices.source"),
      cell: ({ source }) => <span className="wrap-anywhere text-text-2">{source}</span>,
    },
  ];
}

async function exportCsv(region: string, list: PriceList): Promise<void> {
  const { toPriceCsv } = await import("@/lib/prices/price-csv");
  saveFile(`prices-${region}.csv`, toPriceCsv(list));
}
