"use client";

import { priceText } from "@/components/prices/price-text";
import { usePrices } from "@/components/prices/use-prices";
import { Card } from "@/components/ui/card";
import { KeyValueList } from "@/components/ui/key-value-list";
import type { ConnectionView } from "@/lib/connection";
import { formatBytes } from "@/lib/format";
import { useLocale, useT } from "@/lib/i18n/react";
import type { PartialDraft } from "@/lib/service-config/draft";
import { toOssUri } from "@/lib/service-config/oss-uri";

/** Fills as the person goes on: what there will be, where, and what it costs as far as anyone can know. */
export function DraftSummary({ connection, draft }: { connection: ConnectionView; draft: PartialDraft }) {
  const t = useT();
  const locale = useLocale();
  const { check, model, service } = draft;
  const report = model?.report;
  const prices = usePrices(connection.id);
  const price = service?.instanceType ? prices(service.instanceType) : undefined;
  const items = [
    { label: t("common.region"), value: connection.region },
    check?.bucket && { label: t("deploy.summary.bucket"), value: check.bucket, mono: true },
    model?.root &&
      model.bucket && {
        label: t("deploy.summary.model"),
        value: (
          <>
            {report ? (
              <span className="block">
                {t("deploy.summary.modelSize", {
                  size: formatBytes(report.sizeBytes, locale),
                  count: report.fileCount,
                })}
              </span>
            ) : null}
            <span className="block break-all font-mono text-sm">{toOssUri(model.bucket, model.root)}</span>
          </>
        ),
      },
    service?.name && { label: t("deploy.summary.service"), value: service.name, mono: true },
    service?.instanceType && { label: t("deploy.summary.instance"), value: service.instanceType, mono: true },
    service?.mode && { label: t("deploy.summary.mode"), value: t(`deploy.service.${service.mode}`) },
    { label: t("deploy.summary.price"), value: price ? priceText(t, locale, price) : t("deploy.summary.priceUnknown") },
  ].filter((item) => typeof item === "object");
  return (
    <Card title={t("deploy.summary.title")} level={3}>
      <KeyValueList stacked items={items} />
    </Card>
  );
}
