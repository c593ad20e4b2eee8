"use client";

import { amountText, omissions, perPictureText } from "@/components/prices/tally-text";
import { Badge } from "@/components/ui/badge";
import { EmptyState } from "@/components/ui/empty-state";
import { type Column, Table } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import type { Tally } from "@/lib/costs/cost";
import type { PersonCost, ServiceCost } from "@/lib/costs/schemas";
import { totalOf } from "@/lib/costs/shares";
import { formatDuration, formatNumber } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";

interface Currency {
  currency: string | undefined;
}

export function ServicesTable({ services, currency }: { services: readonly ServiceCost[] } & Currency) {
  const t = useT();
  const locale = useLocale();
  if (services.length === 0) return <EmptyState title={t("costs.nothing")} />;
  const columns: Column<ServiceCost>[] = [
    {
      id: "service",
      header: t("common.name"),
      primary: true,
      cell: ({ service, running }) => (
        <span className="flex min-w-0 flex-wrap items-center gap-2">
          <TextLink href={paths.service(service)} className="break-all font-medium">
            {service}
          </TextLink>
          {running > 0 ? <Badge tone="ok">{t("costs.runs")}</Badge> : null}
        </span>
      ),
    },
    {
      id: "owner",
      header: t("services.list.owner"),
      cell: ({ owner }) => <span className="wrap-anywhere text-text-2">{owner || t("common.unknown")}</span>,
    },
    {
      id: "time",
      header: t("costs.time"),
      align: "end",
      cell: ({ tally }) => (
        <span className="tabular-nums">{formatDuration(tally.pricedMs + tally.unpricedMs + tally.ownMs, locale)}</span>
      ),
    },
    {
      id: "amount",
      header: t("costs.amount"),
      align: "end",
      cell: ({ tally }) => <Amount tally={tally} currency={currency} />,
    },
    {
      id: "pictures",
      header: t("costs.picturesHeader"),
      align: "end",
      cell: ({ pictures }) => <span className="tabular-nums">{formatNumber(pictures, locale)}</span>,
    },
    {
      id: "perPicture",
      header: t("costs.summary.perPicture"),
      align: "end",
      cell: (row) => <span className="tabular-nums">{perPictureText(t, locale, row, currency)}</span>,
    },
  ];
  return <Table label={t("costs.byService")} columns={columns} rows={services} rowKey={({ serviceId }) => serviceId} />;
}

export function PeopleTable({ people, currency }: { people: readonly PersonCost[] } & Currency) {
  const t = useT();
  const locale = useLocale();
  if (people.length === 0) return <EmptyState title={t("costs.nothing")} />;
  const columns: Column<PersonCost>[] = [
    {
      id: "person",
      header: t("costs.person"),
      primary: true,
      cell: ({ person }) => <span className="wrap-anywhere">{person || t("costs.nobody")}</span>,
    },
    {
      id: "services",
      header: t("services.title"),
      align: "end",
      cell: ({ services }) => <span className="tabular-nums">{formatNumber(services, locale)}</span>,
    },
    {
      id: "kept",
      header: t("costs.kept"),
      align: "end",
      cell: ({ kept, services }) => (services > 0 ? <Amount tally={kept} currency={currency} /> : "–"),
    },
    {
      id: "pictures",
      header: t("costs.picturesMade"),
      align: "end",
      cell: ({ pictures }) => <span className="tabular-nums">{formatNumber(pictures, locale)}</span>,
    },
    {
      id: "making",
      header: t("costs.making"),
      align: "end",
      cell: ({ making, pictures }) => (pictures > 0 ? <Amount tally={making} currency={currency} /> : "–"),
    },
    {
      id: "amount",
      header: t("costs.summary.total"),
      align: "end",
      cell: (person) => <span className="tabular-nums">{amountText(t, locale, totalOf(person), currency)}</span>,
    },
  ];
  return <Table label={t("costs.byPerson")} columns={columns} rows={people} rowKey={({ person }) => person} />;
}

function Amount({ tally, currency }: { tally: Tally } & Currency) {
  const t = useT();
  const locale = useLocale();
  return (
    <span className="grid justify-items-end sm:py-1">
      <span className="tabular-nums">{amountText(t, locale, tally, currency)}</span>
      {omissions(t, locale, tally).map((line) => (
        <span key={line} className="text-right text-text-3 text-xs">
          {line}
        </span>
      ))}
    </span>
  );
}
