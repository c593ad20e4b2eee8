"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, RefreshCw } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { saveFile } from "@/components/prices/save-file";
import { amountText, nowText, omissions, perPictureText } from "@/components/prices/tally-text";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { toView } from "@/components/ui/error-notice";
import { HelpLink } from "@/components/ui/help-link";
import { LinkButton } from "@/components/ui/link-button";
import { Progress } from "@/components/ui/progress";
import { QueryNotice } from "@/components/ui/query-notice";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { countNow } from "@/lib/costs/actions";
import { PERIODS, type Period } from "@/lib/costs/cost";
import { costQueries } from "@/lib/costs/queries";
import type { CostReport } from "@/lib/costs/schemas";
import { formatDateTime, formatDuration, formatMoney } from "@/lib/format";
import { help } from "@/lib/guides/help";
import { errorTexts, useLocale, useT } from "@/lib/i18n/react";
import { paths } from "@/lib/paths";
import { unwrap } from "@/lib/result";
import { serviceQueries } from "@/lib/services/queries";
import { DayBars } from "./day-bars";
import { PeopleTable, ServicesTable } from "./tables";

/** While a reading that was asked for is on its way. */
const WAITING_MS = 1_000;

export function CostsPage({ connectionId }: { connectionId: string }) {
  const t = useT();
  const [period, setPeriod] = useState<Period>("today");
  const { query, count } = useCosts(connectionId, period);
  const up = useUp(connectionId);
  const { data, error } = query;
  return (
    <Page>
      <PageHeader
        title={t("costs.title")}
        description={
          <>
            {t("costs.description")} <HelpLink href={help.topic("costs")} about={t("costs.title")} />
          </>
        }
        actions={
          <>
            <Button icon={<RefreshCw aria-hidden="true" />} loading={count.isWaiting} onClick={count.start}>
              {t("costs.countNow")}
            </Button>
            <Button
              icon={<Download aria-hidden="true" />}
              disabled={!data}
              onClick={() => data && void exportCsv(data)}
            >
              {t("costs.export")}
            </Button>
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        <Segmented
          label={t("costs.period.label")}
          value={period}
          onChange={setPeriod}
          options={PERIODS.map((value) => ({ value, label: t(`costs.period.${value}`) }))}
        />
        <QueryNotice query={query} />
        {data ? <Report report={data} up={up} /> : error ? null : <SkeletonRows rows={6} label={t("common.loading")} />}
      </div>
    </Page>
  );
}

/** Instances that EAS says are running; undefined while it has not said. */
function useUp(connectionId: string): number | undefined {
  const { data } = useQuery(serviceQueries.list(connectionId));
  return data?.items.reduce((sum, { instances }) => sum + instances.running, 0);
}

function useCosts(connectionId: string, period: Period) {
  const t = useT();
  const client = useQueryClient();
  /** The reading that was the last one when another was asked for. */
  const [asked, setAsked] = useState<{ after: string | undefined }>();
  const options = costQueries.report(connectionId, period);
  const query = useQuery({
    ...options,
    refetchInterval: ({ state }) =>
      asked && state.data?.meter.lastAt === asked.after ? WAITING_MS : (options.refetchInterval as number),
  });
  const ask = useMutation({
    mutationFn: async () => unwrap(await countNow({ connectionId })),
    onError: (error) => {
      setAsked(undefined);
      toast.error(errorTexts(t, toView(error)).title);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: costQueries.all(connectionId) }),
  });
  const { meter } = query.data ?? {};
  const isWaiting =
    ask.isPending || (asked !== undefined && meter?.lastAt === asked.after && meter?.error === undefined);
  function start() {
    setAsked({ after: meter?.lastAt });
    ask.mutate();
  }
  return { query, count: { isWaiting, start } };
}

async function exportCsv(report: CostReport): Promise<void> {
  const { toCostCsv } = await import("@/lib/costs/cost-csv");
  saveFile(`costs-${report.period}-${report.until.slice(0, 10)}.csv`, toCostCsv(report));
}

interface ReportProps {
  report: CostReport;
  up: number | undefined;
}

function Report({ report, up }: ReportProps) {
  const t = useT();
  const { currency, services, people, days } = report;
  return (
    <>
      <Summary report={report} up={up} />
      {currency === undefined ? (
        <Callout
          tone="info"
          title={t("costs.noPrices.title")}
          actions={<LinkButton href={paths.settings("prices")}>{t("costs.noPrices.action")}</LinkButton>}
        >
          {t("costs.noPrices.description")}
        </Callout>
      ) : null}
      <Budget report={report} />
      <Doubts report={report} />
      {days.length > 1 ? (
        <Card title={t("costs.byDay")}>
          <DayBars days={days} currency={currency} />
        </Card>
      ) : null}
      <Card title={t("costs.byService")} flush>
        <ServicesTable services={services} currency={currency} />
      </Card>
      <Card title={t("costs.byPerson")} description={t("costs.byPersonHint")} flush>
        <PeopleTable people={people} currency={currency} />
      </Card>
      <Card title={t("costs.notCounted.title")}>
        <ul className="grid list-disc gap-1 pl-5 text-text-2">
          {(["storage", "traffic", "gateway", "disk", "queue", "bill"] as const).map((id) => (
            <li key={id}>{t(`costs.notCounted.${id}`)}</li>
          ))}
        </ul>
      </Card>
    </>
  );
}

function Summary({ report, up }: ReportProps) {
  const t = useT();
  const locale = useLocale();
  const { total, currency, running, pictures, meter } = report;
  const ranMs = total.pricedMs + total.unpricedMs + total.ownMs;
  const items = [
    {
      id: "total",
      value: amountText(t, locale, total, currency),
      hint: t("costs.ran", { time: formatDuration(ranMs, locale) }),
    },
    {
      id: "now",
      value: nowText(t, locale, report, up),
      hint: t("costs.instances", { count: running }),
    },
    {
      id: "perPicture",
      value: perPictureText(t, locale, { tally: total, pictures }, currency),
      hint: t("costs.pictures", { count: pictures }),
    },
  ] as const;
  return (
    <div className="grid gap-2">
      <dl className="grid gap-3 sm:grid-cols-3">
        {items.map(({ id, value, hint }) => (
          <div key={id} className="grid gap-0.5 rounded-lg border border-line bg-surface px-4 py-3">
            <dt className="text-sm text-text-2">{t(`costs.summary.${id}`)}</dt>
            <dd className="font-semibold text-xl tabular-nums">{value}</dd>
            <dd className="text-sm text-text-3">{hint}</dd>
          </div>
        ))}
      </dl>
      <p className="text-sm text-text-3">
        {meter.lastAt ? (
          <>
            {t("costs.lastRead")} <Time at={meter.lastAt} />
          </>
        ) : (
          t("costs.neverRead")
        )}
        {meter.error
          ? ` · ${t("costs.readError", { reason: t.maybe(`errors.${meter.error}.title`) ?? meter.error })}`
          : ""}
      </p>
    </div>
  );
}

function Budget({ report: { period, budget, total, currency } }: { report: CostReport }) {
  const t = useT();
  const locale = useLocale();
  if (period !== "month" || budget === undefined || currency === undefined) return null;
  const words = t("costs.budget.used", {
    spent: formatMoney(total.amount, currency, locale),
    budget: formatMoney(budget, currency, locale),
  });
  return (
    <Card title={t("costs.budget.title")}>
      <Progress
        label={t("costs.budget.title")}
        value={total.amount / budget}
        text={words}
        tone={total.amount >= budget ? "bad" : "ok"}
      />
    </Card>
  );
}

const SHOWN_GAPS = 5;

/** What the amounts leave out, and why. */
function Doubts({ report: { total, gaps, meter, from } }: { report: CostReport }) {
  const t = useT();
  const locale = useLocale();
  const isLate = meter.firstAt !== undefined && Date.parse(meter.firstAt) > Date.parse(from);
  const lines = [
    ...omissions(t, locale, total),
    ...(isLate && meter.firstAt ? [t("costs.since", { at: formatDateTime(Date.parse(meter.firstAt), locale) })] : []),
    ...gaps.slice(0, SHOWN_GAPS).map((gap) =>
      t("costs.gap", {
        from: formatDateTime(Date.parse(gap.from), locale),
        until: formatDateTime(Date.parse(gap.until), locale),
      }),
    ),
    ...(gaps.length > SHOWN_GAPS ? [t("costs.moreGaps", { count: gaps.length - SHOWN_GAPS })] : []),
  ];
  if (lines.length === 0) return null;
  return (
    <Callout tone="warn" title={t("costs.doubts")}>
      <ul className="grid list-disc gap-0.5 pl-4" suppressHydrationWarning>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Callout>
  );
}
