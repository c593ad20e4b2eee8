import { queryOptions } from "@tanstack/react-query";
import type { CheckOptions, ModelReport } from "@/lib/models/check";
import type { PlannedFile } from "@/lib/models/types";
import { ossQueries } from "@/lib/oss/queries";
import { remoteFile } from "@/lib/oss/remote-file";

interface Together {
  connectionId: string;
  root: { bucket: string; prefix: string };
  /** Absent until it is known what lies there. */
  existing: readonly { path: string; sizeBytes: number }[] | undefined;
  planned: readonly PlannedFile[];
  options: CheckOptions;
  /** Tells one set of files from another, which a key cannot hold. */
  asked: string;
}

/** The check of a model root as it will be: files of this page together with what lies in the bucket. */
export function togetherQuery({ connectionId, root, existing, planned, options, asked }: Together) {
  return queryOptions({
    queryKey: [...ossQueries.all(connectionId), "together", { ...root, ...options, asked, files: existing?.length }],
    queryFn: async ({ signal }): Promise<ModelReport> => {
      const { checkTogether } = await import("@/lib/models/union");
      const there = (existing ?? []).map((file) => remoteFile(connectionId, root, file));
      return checkTogether(there, planned, { ...options, keyPrefix: root.prefix }, signal);
    },
    enabled: existing !== undefined && planned.length > 0,
    // Files cannot be compared field by field, and nothing of it is worth keeping.
    structuralSharing: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  });
}
