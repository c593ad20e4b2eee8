"use client";

import { RotateCw } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useT } from "@/lib/i18n/react";
import { BucketChooser } from "./bucket-chooser";
import { CheckList } from "./check-list";
import { StepFooter } from "./step-footer";
import type { StepProps } from "./step-props";
import { useChecks } from "./use-checks";

export function CheckStep({ connection, draft, save, goTo }: StepProps) {
  const t = useT();
  const bucket = draft.check?.bucket ?? "";
  const { account, accountResults, ofBucket, bucketResults, results, checking, origin, recheck } = useChecks(
    connection.id,
    { bucket, name: draft.service?.name ?? "", forUpload: true },
  );
  const failed = results.filter((result) => result.state === "failed").length;
  const blocked =
    bucket === ""
      ? t("deploy.check.chooseFirst")
      : failed > 0
        ? t("deploy.check.repairFirst", { count: failed })
        : checking
          ? t("deploy.check.wait")
          : undefined;

  const checkAgain = () => Promise.all([account.refetch(), bucket === "" ? undefined : ofBucket.refetch()]);
  const choose = (name: string) => save({ check: { bucket: name, region: connection.region } });

  return (
    <>
      <Card
        title={t("deploy.check.account")}
        flush
        level={3}
        actions={
          <Button size="sm" icon={<RotateCw aria-hidden="true" />} loading={checking} onClick={() => void checkAgain()}>
            {t("deploy.check.again")}
          </Button>
        }
      >
        {account.error ? (
          <ErrorNotice className="m-4" error={toView(account.error)} onRetry={() => void account.refetch()} />
        ) : accountResults ? (
          <CheckList
            label={t("deploy.check.account")}
            results={accountResults}
            region={connection.region}
            onRecheck={recheck}
          />
        ) : (
          <SkeletonRows rows={4} label={t("deploy.check.checking")} />
        )}
      </Card>
      <Card title={t("deploy.check.bucket")} description={t("deploy.check.bucketHint")} flush level={3}>
        <div className="grid gap-4 px-4 pb-4">
          <BucketChooser connection={connection} value={bucket} onChange={(name) => void choose(name)} />
        </div>
        {bucket === "" ? null : ofBucket.error ? (
          <ErrorNotice className="m-4" error={toView(ofBucket.error)} onRetry={() => void ofBucket.refetch()} />
        ) : bucketResults ? (
          <div className="border-line border-t">
            <CheckList
              label={t("deploy.check.bucket")}
              results={bucketResults}
              bucket={bucket}
              origin={origin}
              region={connection.region}
              onRecheck={recheck}
            />
          </div>
        ) : (
          <SkeletonRows rows={4} label={t("deploy.check.checking")} />
        )}
      </Card>
      <StepFooter next={{ label: t("common.next"), disabledReason: blocked, onClick: () => goTo("model") }} />
    </>
  );
}
