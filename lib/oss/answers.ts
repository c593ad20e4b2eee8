/** What ali-oss hands back, as far as we read it; its typings do not describe it truly, so it is parsed like any answer. */
import { z } from "zod";
import type { AbortRule, CorsRule } from "./types";

/** xml2js gives a list of one as the bare element, and an absent list as nothing. */
function list<T extends z.ZodType>(element: T) {
  return z.preprocess(
    (value) => (value === undefined || value === null || value === "" ? [] : [value].flat()),
    z.array(element),
  );
}

export const BucketsAnswer = z.object({
  buckets: list(z.object({ name: z.string(), region: z.string(), creationDate: z.string() })),
  isTruncated: z.boolean(),
  nextMarker: z.string().nullish(),
});

export const LocationAnswer = z.object({ location: z.string() });

export const ObjectsAnswer = z.object({
  objects: list(z.object({ name: z.string(), size: z.number(), etag: z.string(), lastModified: z.string() })),
  prefixes: list(z.string()),
  nextContinuationToken: z.string().nullish(),
  isTruncated: z.boolean(),
});

const Headers = z.object({
  etag: z.string().default(""),
  "content-length": z.coerce.number().optional(),
  "content-type": z.string().optional(),
  "last-modified": z.string().optional(),
  "x-oss-hash-crc64ecma": z.string().optional(),
});

export const HeaderAnswer = z.object({ res: z.object({ headers: Headers }) });

export const ContentAnswer = z.object({ content: z.instanceof(Uint8Array), res: z.object({ status: z.number() }) });

export const InitiateAnswer = z.object({ uploadId: z.string().min(1) });

export const PartsAnswer = z.object({
  parts: list(
    z.object({
      PartNumber: z.coerce.number(),
      ETag: z.string(),
      Size: z.coerce.number(),
      HashCrc64ecma: z.string().optional(),
    }),
  ),
  isTruncated: z.unknown(),
  nextPartNumberMarker: z.unknown(),
});

export const UploadsAnswer = z.object({
  uploads: list(z.object({ name: z.string(), uploadId: z.string(), initiated: z.string() })),
  isTruncated: z.boolean(),
  nextKeyMarker: z.string().nullish(),
  nextUploadIdMarker: z.string().nullish(),
});

/** Rules come in many shapes; only those about abandoned uploads are looked into. */
const LifecycleAnswer = z.object({
  rules: list(
    z.object({
      prefix: z.string().nullish(),
      status: z.string(),
      abortMultipartUpload: z.object({ days: z.coerce.number().optional() }).optional().catch(undefined),
    }),
  ),
});

export function parseLifecycle(answer: unknown): { rules: AbortRule[]; allRules: number } {
  const { rules } = LifecycleAnswer.parse(answer);
  const aborting = rules.flatMap(({ prefix, status, abortMultipartUpload }) => {
    const days = abortMultipartUpload?.days;
    return status === "Enabled" && days !== undefined ? [{ prefix: prefix ?? "", days }] : [];
  });
  return { rules: aborting, allRules: rules.length };
}

const CorsAnswer = z.object({
  rules: z.array(
    z.object({
      allowedOrigin: list(z.string()),
      allowedMethod: list(z.string()),
      allowedHeader: list(z.string()),
      exposeHeader: list(z.string()),
      maxAgeSeconds: z.coerce.number().optional(),
    }),
  ),
});

export function parseCors(answer: unknown): CorsRule[] {
  return CorsAnswer.parse(answer).rules.map((rule) => ({
    allowedOrigins: rule.allowedOrigin,
    allowedMethods: rule.allowedMethod,
    allowedHeaders: rule.allowedHeader,
    exposeHeaders: rule.exposeHeader,
    maxAgeSeconds: rule.maxAgeSeconds,
  }));
}
