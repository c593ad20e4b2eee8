import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors";
import { fetchJson, inConnection } from "@/lib/fetch-json";
import { CHECK_IDS } from "./types";

const CheckResultsSchema = z.array(
  z.object({
    id: z.enum(CHECK_IDS),
    state: z.enum(["ok", "warning", "failed"]),
    calls: z.array(z.string()),
    elapsedMs: z.number(),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    error: z
      .looseObject({
        code: z.enum(ERROR_CODES),
        params: z.record(z.string(), z.union([z.string(), z.number()])),
        retryable: z.boolean(),
      })
      .optional(),
    fix: z.enum(["apply_cors", "choose_bucket", "policy"]).optional(),
    policy: z.string().optional(),
  }),
);

export const prerequisiteQueries = {
  all: (connectionId: string) => ["prerequisites", connectionId] as const,
  account: (connectionId: string) =>
    queryOptions({
      queryKey: [...prerequisiteQueries.all(connectionId), "account"],
      queryFn: ({ signal }) =>
        fetchJson(CheckResultsSchema, inConnection(connectionId, "/api/checks/account"), { signal }),
    }),
  /** `origin`: where this page is open, which the bucket's CORS rules must admit. */
  bucket: (connectionId: string, bucket: string, origin: string) =>
    queryOptions({
      queryKey: [...prerequisiteQueries.all(connectionId), "bucket", { bucket, origin }],
      queryFn: ({ signal }) =>
        fetchJson(
          CheckResultsSchema,
          inConnection(connectionId, `/api/checks/bucket?${new URLSearchParams({ bucket, origin })}`),
          { signal },
        ),
    }),
};
