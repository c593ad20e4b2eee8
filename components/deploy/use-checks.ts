"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { accountPath, bucketPath, checkOne, prerequisiteQueries } from "@/lib/prerequisites/queries";
import type { CheckId, CheckResult } from "@/lib/prerequisites/types";

const never = () => () => undefined;

/** Where this page is open: what the bucket's CORS rules have to admit. Unknown while the server renders. */
function useOrigin(): string | undefined {
  return useSyncExternalStore(
    never,
    () => window.location.origin,
    () => undefined,
  );
}

/** What a deployment needs, tried when the page is opened; each again on demand. */
export function useChecks(connectionId: string, bucket: string) {
  const client = useQueryClient();
  const origin = useOrigin();
  const accountQuery = prerequisiteQueries.account(connectionId);
  const bucketQuery = prerequisiteQueries.bucket(connectionId, bucket, origin ?? "");
  const account = useQuery(accountQuery);
  const ofBucket = useQuery({ ...bucketQuery, enabled: bucket !== "" && origin !== undefined });

  /** The one result takes its place among the others; theirs stand. */
  async function recheck({ queryKey }: { queryKey: readonly unknown[] }, path: string, only: CheckId) {
    const [found] = await checkOne(connectionId, path, only);
    client.setQueryData<CheckResult[]>(queryKey, (old) => old?.map((one) => (one.id === only && found ? found : one)));
  }

  return {
    origin,
    account,
    ofBucket,
    results: [...(account.data ?? []), ...(ofBucket.data ?? [])],
    checking: account.isFetching || ofBucket.isFetching,
    recheck: (id: CheckId) =>
      id.startsWith("bucket_")
        ? recheck(bucketQuery, bucketPath(bucket, origin ?? ""), id)
        : recheck(accountQuery, accountPath, id),
  };
}
