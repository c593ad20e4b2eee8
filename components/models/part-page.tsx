"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Page } from "@/components/layout/page";
import { PageHeader } from "@/components/layout/page-header";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { Spinner } from "@/components/ui/spinner";
import { useT } from "@/lib/i18n/react";
import { libraryQueries } from "@/lib/library/queries";
import { paths } from "@/lib/paths";
import { toOssUri } from "@/lib/service-config/oss-uri";

const AddPart = dynamic(() => import("./add-part").then((module) => module.AddPart), {
  loading: () => <Spinner />,
});

interface PartPageProps {
  connectionId: string;
  bucket: string;
  prefix: string;
  canWrite: boolean;
}

/** How a service is started is decided later; the check of a part asks what it would need. */
const FLAGS = { func: "base", blade: true, translate: false, closeSafety: false } as const;

export function PartPage({ connectionId, bucket, prefix, canWrite }: PartPageProps) {
  const t = useT();
  const roots = useQuery(libraryQueries.roots(connectionId));
  const usedBy = roots.data?.find((root) => root.bucket === bucket && root.prefix === prefix)?.usedBy ?? [];
  const names = usedBy.map(({ name }) => name).join(", ");
  return (
    <Page>
      <PageHeader
        title={t("models.part.title")}
        description={t("models.part.description")}
        back={{ href: paths.bucket(bucket, prefix), label: t("models.part.back") }}
      />
      <Card title={<span className="wrap-anywhere font-mono">{toOssUri(bucket, prefix)}</span>}>
        <div className="grid gap-4">
          {names ? <Callout title={t("models.union.usedBy", { names })} /> : null}
          {canWrite ? (
            <AddPart connectionId={connectionId} bucket={bucket} prefix={prefix} flags={FLAGS} />
          ) : (
            <Callout tone="warn" title={t("models.needsRight")} />
          )}
        </div>
      </Card>
    </Page>
  );
}
