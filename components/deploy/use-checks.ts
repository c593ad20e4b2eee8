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

interface Asked {
  bucket: string;
  /** Of the service, where it has one by now. */
  name: string;
  forUpload: boolean;
}

/** What a deployment needs, tried when the page is opened; each again on demand. */
export function useChecks(connectionId: string, { bucket, name, forUpload }: Asked) {
  const client = useQueryClient();
  const origin = useOrigin();
  const accountQuery = prerequisiteQueries.account(connectionId);
  const bucketQuery = prerequisiteQueries.bucket(connectionId, bucket, origin ?? "");
  // What was found a moment ago is not good enough to create something on.
  const refetchOnMount = forUpload ? true : "always";
  const account = useQuery({ ...accountQuery, refetchOnMount });
  const ofBucket = useQuery({ ...bucketQuery, refetchOnMount, enabled: bucket !== "" && origin !== undefined });
  const ofName = useQuery({ ...prerequisiteQueries.name(connectionId, name), refetchOnMount, enabled: name !== "" });

  const admitted = ofBucket.data?.some(({ id, state }) => id === "bucket_cors" && state === "ok") ?? false;
  const line = useQuery({ ...prerequisiteQueries.line(connectionId, bucket), enabled: forUpload && admitted });
  const bucketResults = ofBucket.data && [...ofBucket.data, ...(admitted && line.data ? [line.data] : [])];

  /** The one result takes its place among the others; theirs stand. */
  async function recheck({ queryKey }: { queryKey: readonly unknown[] }, path: string, only: CheckId) {
    const [found] = await checkOne(connectionId, path, only);
    client.setQueryData<CheckResult[]>(queryKey, (old) => old?.map((one) => (one.id === only && found ? found : one)));
  }

  const accountResults = account.data && [...account.data, ...((name !== "" && ofName.data) || [])];

  return {
    origin,
    account,
    accountResults,
    ofBucket,
    bucketResults,
    results: [...(accountResults ?? []), ...(bucketResults ?? [])],
    /** Requests that got no answer: what they would have found is not known. */
    unanswered: [account, ofBucket, ofName].filter(({ isEnabled, isError }) => isEnabled && isError),
    checking: account.isFetching || ofBucket.isFetching || ofName.isFetching,
    recheck: (id: CheckId): Promise<unknown> =>
      id === "bucket_line" || id === "name_free"
        ? (id === "name_free" ? ofName : line).refetch()
        : id.startsWith("bucket_")
          ? recheck(bucketQuery, bucketPath(bucket, origin ?? ""), id)
          : recheck(accountQuery, accountPath, id),
  };
}
