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
  /** The one object that stands for this set of files, and what was chosen for it. */
  given: object | undefined;
  choice?: string;
}

/** A key holds no files: a number for each set of them does. */
const numbers = new WeakMap<object, number>();
let last = 0;

function numberOf(given: object): number {
  const known = numbers.get(given);
  if (known !== undefined) return known;
  numbers.set(given, ++last);
  return last;
}

/** The check of a model root as it will be: files of this page together with what lies in the bucket. */
export function togetherQuery({ connectionId, root, existing, planned, options, given, choice }: Together) {
  return queryOptions({
    queryKey: [
      ...ossQueries.all(connectionId),
      "together",
      { ...root, ...options, choice, given: given && numberOf(given), existing: existing && numberOf(existing) },
    ],
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
