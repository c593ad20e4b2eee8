"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { toDraftReport } from "@/components/models/draft-report";
import type { ConnectionView } from "@/lib/connection";
import { ossQueries } from "@/lib/oss/queries";
import { sameFolder, viewConfig } from "@/lib/service-config/config-view";
import { readDocument } from "@/lib/service-config/document";
import type { PartialDraft } from "@/lib/service-config/draft";
import type { LintFacts } from "@/lib/service-config/lint/finding";
import { toOssUri } from "@/lib/service-config/oss-uri";
import type { RequestSize } from "@/lib/service-config/timing";
import { serviceQueries } from "@/lib/services/queries";

interface UseConfigFacts {
  connection: Pick<ConnectionView, "id" | "region">;
  text: string;
  draft?: PartialDraft;
  runningName?: string;
  expected?: RequestSize;
  /** Once it is created the name is taken: by this very service. */
  isSent?: boolean;
}

/** What the rules want to know of the account. Each fact comes when it comes; until then its rules are silent. */
export function useConfigFacts(props: UseConfigFacts): LintFacts {
  const { connection, text, draft, runningName, expected, isSent = false } = props;
  const services = useQuery(serviceQueries.list(connection.id));
  const machines = useQuery(serviceQueries.machineSpecs(connection.id));
  const buckets = useQuery(ossQueries.buckets(connection.id));
  const neighbours = useQuery(serviceQueries.neighbours(connection.id));
  const model = useModelFact(connection.id, text, draft, buckets.data);
  const { bucket } = draft?.check ?? {};
  const chosen = draft?.model;
  const modelUri = chosen?.bucket && chosen.root !== undefined ? toOssUri(chosen.bucket, chosen.root) : undefined;
  return useMemo(
    () => ({
      region: connection.region,
      runningName,
      takenNames: isSent ? [] : services.data?.items.map(({ name }) => name),
      bucketRegions: buckets.data && Object.fromEntries(buckets.data.map(({ name, region }) => [name, region])),
      machines: machines.data,
      neighbours: isSent ? [] : neighbours.data,
      model,
      bucket,
      modelUri,
      expected,
    }),
    [
      connection.region,
      runningName,
      isSent,
      services.data,
      buckets.data,
      machines.data,
      neighbours.data,
      model,
      bucket,
      modelUri,
      expected,
    ],
  );
}

/** The model step's own check where the configuration means that folder, else the server's check of the one that it means. */
function useModelFact(
  connectionId: string,
  text: string,
  draft: PartialDraft | undefined,
  buckets: readonly { name: string }[] | undefined,
): LintFacts["model"] {
  const model = useMemo(() => {
    const read = readDocument(text);
    const view = read.ok ? viewConfig(read.document.value) : undefined;
    return view?.isDiffusers ? view.model : undefined;
  }, [text]);
  const { root, report } = draft?.model ?? {};
  const chosen = draft?.model?.bucket && root !== undefined ? toOssUri(draft.model.bucket, root) : undefined;
  const isChosen = report !== undefined && sameFolder(model?.uri, chosen);
  const isThere = model?.bucket !== undefined && buckets?.some(({ name }) => name === model.bucket);
  const check = useQuery({
    ...ossQueries.check(connectionId, {
      bucket: model?.bucket ?? "",
      prefix: model?.folder ?? "",
      func: "base",
      blade: true,
      translate: false,
      closeSafety: false,
      customImage: false,
    }),
    // A whole bucket would be read for minutes, and is no model.
    enabled: !isChosen && isThere === true && model?.folder !== "",
    retry: false,
  });
  return useMemo(() => {
    if (!model?.uri) return undefined;
    if (isChosen) return { uri: model.uri, report };
    if (!check.data) return undefined;
    const paths = check.data.files.map(({ path }) => path);
    return { uri: model.uri, report: toDraftReport(check.data, paths, true) };
  }, [model, isChosen, report, check.data]);
}
