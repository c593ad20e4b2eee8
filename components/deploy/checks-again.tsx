"use client";

import { Card } from "@/components/ui/card";
import type { ConnectionView } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import type { CheckId } from "@/lib/prerequisites/types";
import { CheckList } from "./check-list";
import { useChecks } from "./use-checks";

/** The model is in place by now: what only an upload needs no longer stands in the way. */
const NEEDED: ReadonlySet<CheckId> = new Set(["eas_services", "eas_machines", "bucket_region"]);

/** The first step's checks once more before anything is created: much may have changed since. */
export function useChecksAgain(connection: ConnectionView, bucket: string, name: string) {
  const t = useT();
  const { results, checking, origin, recheck } = useChecks(connection.id, { bucket, name, forUpload: false });
  const shown = results.filter(({ state }) => state === "failed" || state === "warning");
  const failed = shown.filter(({ id, state }) => state === "failed" && NEEDED.has(id)).length;
  return {
    blocked:
      failed > 0 ? t("deploy.check.repairFirst", { count: failed }) : checking ? t("deploy.check.wait") : undefined,
    /** Nothing when all is well. */
    notice:
      shown.length > 0 ? (
        <Card title={t("deploy.review.checks")} description={t("deploy.review.checksHint")} flush level={3}>
          <CheckList
            label={t("deploy.review.checks")}
            results={shown}
            region={connection.region}
            bucket={bucket}
            origin={origin}
            onRecheck={recheck}
          />
        </Card>
      ) : null,
  };
}
