"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { ErrorNotice, toView } from "@/components/ui/error-notice";
import { PageLoading } from "@/components/ui/page-loading";
import { Select } from "@/components/ui/select";
import type { ConnectionView } from "@/lib/connection";
import { useT } from "@/lib/i18n/react";
import { ossQueries } from "@/lib/oss/queries";

const CreateBucket = dynamic(() => import("./create-bucket").then((module) => module.CreateBucket), {
  loading: PageLoading,
});

interface BucketChooserProps {
  connection: ConnectionView;
  value: string;
  onChange: (bucket: string) => void;
}

/** A bucket of the service's region, chosen or made: EAS mounts no other. */
export function BucketChooser({ connection, value, onChange }: BucketChooserProps) {
  const t = useT();
  const id = useId();
  const [creating, setCreating] = useState(false);
  const { data: buckets, error, refetch } = useQuery(ossQueries.buckets(connection.id));
  if (error) return <ErrorNotice error={toView(error)} onRetry={() => void refetch()} />;

  const here = buckets?.filter((bucket) => bucket.region === connection.region) ?? [];
  const elsewhere = buckets?.filter((bucket) => bucket.region !== connection.region) ?? [];
  const none = buckets !== undefined && here.length === 0;

  return (
    <>
      <div className="grid gap-1.5">
        <label htmlFor={id} className="font-medium">
          {t("deploy.check.bucketLabel")}
        </label>
        <div className="flex flex-wrap items-start gap-2">
          <Select
            id={id}
            className="min-w-56 flex-1"
            value={here.some((bucket) => bucket.name === value) ? value : ""}
            onChange={(event) => onChange(event.target.value)}
            disabled={none}
          >
            <option value="" disabled>
              {none ? t("deploy.check.noBucket", { region: connection.region }) : t("deploy.check.chooseBucket")}
            </option>
            {here.map((bucket) => (
              <option key={bucket.name} value={bucket.name}>
                {bucket.name}
              </option>
            ))}
            {elsewhere.length > 0 ? (
              <optgroup label={t("deploy.check.otherRegions")}>
                {elsewhere.map((bucket) => (
                  <option key={bucket.name} value={bucket.name} disabled>
                    {`${bucket.name} · ${bucket.region}`}
                  </option>
                ))}
              </optgroup>
            ) : null}
          </Select>
          {creating || none ? null : (
            <Button icon={<Plus aria-hidden="true" />} onClick={() => setCreating(true)}>
              {t("deploy.check.createBucket")}
            </Button>
          )}
        </div>
      </div>
      {creating || none ? (
        <CreateBucket
          connection={connection}
          onCancel={none ? undefined : () => setCreating(false)}
          onCreated={(name) => {
            setCreating(false);
            onChange(name);
          }}
        />
      ) : null}
    </>
  );
}
