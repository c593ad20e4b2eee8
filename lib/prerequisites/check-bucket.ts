import { z } from "zod";
import type { Context } from "@/lib/context.server";
import { corsAllows } from "@/lib/oss/cors";
import { BucketSchema } from "@/lib/service-config/draft";
import { attempt, type Outcome } from "./attempt";
import type { CheckResult } from "./types";

export const CheckBucketSchema = z.object({
  bucket: BucketSchema,
  /** Where the console is open: scheme, host and port, as the browser will send it. */
  origin: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
});

/** Whether the bucket can hold a model and a browser at `origin` can bring it there. */
export async function checkBucket(ctx: Context, input: z.output<typeof CheckBucketSchema>): Promise<CheckResult[]> {
  const { clock, connection, oss } = ctx;
  const { bucket, origin } = input;
  // Below a name of its own, so that it can neither meet a person's file nor another check.
  const probeKey = `.easel-check-${crypto.randomUUID()}`;
  return Promise.all([
    attempt({
      id: "bucket_region",
      calls: ["GetBucketLocation"],
      bucket,
      clock,
      run: async () => {
        const region = await oss.getBucketLocation(bucket);
        const params = { bucket, region, wanted: connection.region };
        return region === connection.region ? { params } : { params, state: "failed", fix: "choose_bucket" };
      },
    }),
    attempt({
      id: "bucket_objects",
      calls: ["PutObject", "GetObject", "DeleteObject"],
      bucket,
      clock,
      run: async () => {
        const bytes = new TextEncoder().encode("easel");
        await oss.putObject(bucket, probeKey, bytes);
        try {
          await oss.getObjectRange(bucket, probeKey, 0, bytes.length);
        } finally {
          await oss.deleteObject(bucket, probeKey);
        }
        return { params: { bucket } };
      },
    }),
    attempt({
      id: "bucket_multipart",
      calls: ["InitiateMultipartUpload", "ListParts", "AbortMultipartUpload"],
      bucket,
      clock,
      run: async () => {
        const key = `${probeKey}-parts`;
        const { uploadId } = await oss.initiateUpload(bucket, key);
        try {
          await oss.listParts(bucket, key, uploadId);
        } finally {
          await oss.abortUpload(bucket, key, uploadId);
        }
        return { params: { bucket } };
      },
    }),
    attempt({
      id: "bucket_cors",
      calls: ["GetBucketCors"],
      bucket,
      clock,
      run: async (): Promise<Outcome> => {
        const verdict = corsAllows(await oss.getCors(bucket), origin);
        if (verdict.ok) return { params: { origin } };
        const what = verdict.reason === "refused" ? verdict.method : verdict.header;
        return { state: "failed", params: { origin, reason: verdict.reason, what }, fix: "apply_cors" };
      },
    }),
  ]);
}
