import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { corsAllows } from "@/lib/oss/cors";
import { BucketSchema } from "@/lib/service-config/draft";
import { type Attempt, attemptAll, type Clients, type Outcome } from "./attempt";
import { CHECK_IDS, type CheckResult } from "./types";

export const CheckBucketSchema = z.object({
  bucket: BucketSchema,
  /** Where the console is open: scheme, host and port, as the browser will send it. */
  origin: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  only: z.enum(CHECK_IDS).optional(),
});

/** Whether the bucket can hold a model and a browser at `origin` can bring it there. */
export async function checkBucket(
  ctx: Pick<Context, "connection" | "clock" | "signal">,
  input: z.output<typeof CheckBucketSchema>,
): Promise<CheckResult[]> {
  const { connection } = ctx;
  const { bucket, origin } = input;
  // Below a name of its own, so that it can neither meet a person's file nor another check.
  const probeKey = `.easel-check-${crypto.randomUUID()}`;
  const attempts: Attempt[] = [
    {
      id: "bucket_region",
      calls: ["GetBucketLocation"],
      bucket,
      run: async ({ oss }) => locate(bucket, connection.region, await regionOf(oss, bucket)),
    },
    {
      id: "bucket_objects",
      calls: ["PutObject", "GetObject", "DeleteObject"],
      bucket,
      run: async ({ oss }) => {
        const bytes = new TextEncoder().encode("easel");
        await oss.putObject(bucket, probeKey, bytes);
        try {
          await oss.getObjectRange(bucket, probeKey, 0, bytes.length);
        } finally {
          await oss.deleteObject(bucket, probeKey);
        }
        return { params: { bucket } };
      },
    },
    {
      id: "bucket_multipart",
      calls: ["InitiateMultipartUpload", "ListParts", "AbortMultipartUpload"],
      bucket,
      run: async ({ oss }) => {
        const key = `${probeKey}-parts`;
        const { uploadId } = await oss.initiateUpload(bucket, key);
        try {
          await oss.listParts(bucket, key, uploadId);
        } finally {
          await oss.abortUpload(bucket, key, uploadId);
        }
        return { params: { bucket } };
      },
    },
    {
      id: "bucket_cors",
      calls: ["GetBucketCors"],
      bucket,
      run: async ({ oss }): Promise<Outcome> => {
        const verdict = corsAllows(await oss.getCors(bucket), origin);
        if (verdict.ok) return { params: { origin } };
        const what = verdict.reason === "refused" ? verdict.method : verdict.header;
        const reason = verdict.reason === "hidden" && verdict.shadows ? "shadowed" : verdict.reason;
        return { state: "failed", params: { origin, reason, what }, fix: "apply_cors" };
      },
    },
  ];
  return attemptAll(attempts, ctx, input.only);
}

/** Undefined where OSS only says that it is not here (reference: oss-rest.md §1). */
async function regionOf(oss: Clients["oss"], bucket: string): Promise<string | undefined> {
  try {
    return await oss.getBucketLocation(bucket);
  } catch (error) {
    if (error instanceof AppError && /addressed using the specified endpoint/.test(error.vendor?.message ?? ""))
      return undefined;
    throw error;
  }
}

export function locate(bucket: string, wanted: string, region: string | undefined): Outcome {
  if (region === wanted) return { params: { bucket, region, wanted } };
  const params: Outcome["params"] =
    region === undefined ? { bucket, wanted, reason: "elsewhere" } : { bucket, region, wanted };
  return { params, state: "failed", fix: "choose_bucket" };
}
