/** What browser and console server say to each other about an upload: one schema for both ends. */
import { z } from "zod";
import { isBucketName, isCleanPath } from "../names";

export const Path = z.string().refine(isCleanPath, "bad_path");
const UploadId = z.string().min(1).max(512);
const Size = z
  .number()
  .int()
  .min(0)
  .max(5 * 1024 ** 3);
const PartNumber = z.number().int().min(1).max(10_000);
export const Crc64 = z.string().regex(/^\d{1,20}$/);

export const BeginUploadSchema = z.object({
  bucket: z.string().refine(isBucketName, "bad_bucket"),
  /** The model root, with or without slashes around it. */
  prefix: z.string().max(900),
  /** Tells this browser from others; where its tabs cannot keep out of each other's way by themselves, this page. */
  device: z.string().max(64).optional(),
  /** Although somebody else is uploading there. */
  anyway: z.boolean().optional(),
});
export const BeginUploadReply = z.object({ id: z.string(), prefix: z.string() });

export const SignSchema = z.object({
  requests: z
    .array(
      z.object({
        path: Path,
        sizeBytes: Size,
        part: z.object({ uploadId: UploadId, number: PartNumber }).optional(),
      }),
    )
    .min(1)
    .max(500),
});
export const SignReply = z.object({ urls: z.array(z.string()), expiresSeconds: z.number() });

/** Permission to post small files as forms, all below the target. */
export const FormReply = z.object({
  url: z.string(),
  fields: z.record(z.string(), z.string()),
  /** What a path becomes a key by. */
  prefix: z.string(),
  maxBytes: z.number(),
  expiresSeconds: z.number(),
});

/** Two small requests of the kinds that an upload makes, to try the line with, and what to remove afterwards. */
export const ProbeReply = z.object({ path: z.string(), uploadId: z.string(), url: z.string(), form: FormReply });

export const InitiateSchema = z.object({ path: Path });
export const InitiateReply = z.object({ uploadId: z.string() });

export const CompleteSchema = z.object({
  path: Path,
  uploadId: UploadId,
  parts: z
    .array(z.object({ number: PartNumber, etag: z.string().regex(/^"?[\w-]{1,128}"?$/) }))
    .min(1)
    .max(10_000),
  expected: z.object({ sizeBytes: z.number().int().min(0), crc64: Crc64 }),
});
export const StoredFileReply = z.object({ sizeBytes: z.number(), crc64: z.string().optional() });

export const MultipartSchema = z.object({ path: Path, uploadId: UploadId });
export const PartsReply = z.object({
  parts: z.array(
    z.object({ number: z.number(), etag: z.string(), sizeBytes: z.number(), crc64: z.string().optional() }),
  ),
});

export const StatSchema = z.object({ path: Path });
export const StatReply = z.object({ file: StoredFileReply.nullable() });
export const OpenReply = z.object({ uploads: z.array(z.tuple([z.string(), z.string()])) });
export const SizesReply = z.object({ sizes: z.array(z.tuple([z.string(), z.number()])) });
