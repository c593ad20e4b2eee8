"use client";

import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import type { ConnectionView } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { type Obstacle, obstacleOf } from "@/lib/prerequisites/obstacle";
import { CheckList } from "./check-list";
import { useChecks } from "./use-checks";

/** The first step's checks once more before anything is created: much may have changed since. */
export function useChecksAgain(connection: ConnectionView, bucket: string, name: string) {
  const t = useT();
  const checks = useChecks(connection.id, { bucket, name, forUpload: false });
  const { results, checking, unanswered, origin, recheck } = checks;
  const shown = results.filter(({ state }) => state === "failed" || state === "warning");
  const obstacle = obstacleOf({ results, checking, isUnanswered: unanswered.length > 0 });
  return {
    blocked: obstacle && toText(t, obstacle),
    /** Nothing when all is well. */
    notice:
      shown.length > 0 || unanswered.length > 0 ? (
        <Card title={t("deploy.review.checks")} description={t("deploy.review.checksHint")} flush level={3}>
          {unanswered[0] ? (
            <ErrorNotice
              className="m-4"
              error={toView(unanswered[0].error)}
              onRetry={() => void Promise.all(unanswered.map((query) => query.refetch()))}
            />
          ) : null}
          {shown.length > 0 ? (
            <CheckList
              label={t("deploy.review.checks")}
              results={shown}
              region={connection.region}
              bucket={bucket}
              origin={origin}
              onRecheck={recheck}
            />
          ) : null}
        </Card>
      ) : null,
  };
}

function toText(t: Translate, obstacle: Obstacle): string {
  if (obstacle.kind === "failed") return t("deploy.check.repairFirst", { count: obstacle.count });
  return t(obstacle.kind === "checking" ? "deploy.check.wait" : "deploy.check.unanswered");
}
