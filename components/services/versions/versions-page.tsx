"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { RollingProgress } from "@/components/services/rolling-progress";
import { useServiceScope, useSnapshot } from "@/components/services/use-live";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { PageLoading } from "@/components/ui/page-loading";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { serviceQueries } from "@/lib/services/queries";
import type { VersionView } from "@/lib/services/version-view";
import { RollBackDialog } from "./roll-back-dialog";
import { VersionRow } from "./version-row";

/** With what reads configurations, which the list itself does without. */
const CompareCard = dynamic(() => import("./compare-card").then((module) => module.CompareCard), {
  loading: PageLoading,
});

/** What the service has been: each version with who made it, what it drew, and the way back to it. */
export function VersionsPage() {
  const t = useT();
  const { connectionId, name } = useServiceScope();
  const snapshot = useSnapshot();
  const service = snapshot?.service;
  const [chosen, setChosen] = useState<VersionView | null>(null);
  const { data, error, refetch, isRefetching } = useQuery({
    ...serviceQueries.versions(connectionId, name, {
      latest: service?.version.latest,
      proof: snapshot?.firstPicture?.state,
    }),
    placeholderData: keepPreviousData,
  });
  if (error && !data)
    return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} retrying={isRefetching} />;
  if (!data || !service) return <SkeletonRows rows={4} label={t("common.loading")} />;

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <RollingProgress snapshot={snapshot} />
      <Card title={t("versions.title")} description={t("versions.hint")} flush>
        {data.items.length === 0 ? (
          <EmptyState title={t("versions.none")} />
        ) : (
          <ol className="divide-y divide-line">
            {data.items.map((version) => (
              <VersionRow
                key={version.number}
                version={version}
                service={service}
                isCurrent={version.number === service.version.current}
                isLatest={version.number === service.version.latest}
                onRollBack={() => setChosen(version)}
              />
            ))}
          </ol>
        )}
      </Card>
      {data.items.length > 1 ? <CompareCard versions={data.items} /> : null}
      <RollBackDialog version={chosen} service={service} onClose={() => setChosen(null)} />
    </div>
  );
}
