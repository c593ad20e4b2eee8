/** Inputs and replies of the bucket screens. */
import { z } from "zod";
import { FINDING_CODES, type ModelFinding, OUTCOMES } from "@/lib/models/findings";
import { MODEL_DETAILS, MODEL_KINDS } from "@/lib/models/kinds";
import { isBucketName, isCleanPath } from "./names";

const BucketName = z.string().refine(isBucketName, "bad_bucket");
const Flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

export const CreateBucketSchema = z.object({ bucket: BucketName });

export const ApplyCorsSchema = z.object({
  bucket: BucketName,
  /** Scheme, host and port where the console's pages are open. */
  origin: z.string().refine(isOrigin, "bad_origin"),
});

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

export const BrowseSchema = z.object({
  bucket: BucketName,
  prefix: z.string().max(1023).default(""),
  token: z.string().max(2048).optional(),
});

export const RootFilesSchema = z.object({ bucket: BucketName, prefix: z.string().max(1023) });

/** Only for looks at headers and settings; whoever wants a file downloads it. */
const RANGE_MAX_BYTES = 4 * 1024 * 1024;

export const RangeSchema = z
  .object({
    bucket: BucketName,
    key: z.string().refine(isCleanPath, "bad_path"),
    start: z.coerce.number().int().min(0),
    end: z.coerce.number().int(),
  })
  .refine(({ start, end }) => end > start && end - start <= RANGE_MAX_BYTES, { path: ["end"], message: "bad_range" });

export const RootFilesReply = z.object({
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })),
  truncated: z.boolean(),
});
export type RootFiles = z.output<typeof RootFilesReply>;

export const CheckPrefixSchema = z.object({
  bucket: BucketName,
  prefix: z.string().max(1023),
  func: z.enum(["base", "controlnet"]).default("base"),
  blade: Flag.default(false),
  translate: Flag.default(false),
  closeSafety: Flag.default(false),
  customImage: Flag.default(false),
});

export const BucketsReply = z.array(z.object({ name: z.string(), region: z.string(), createdAt: z.string() }));

export const ObjectsReply = z.object({
  objects: z.array(z.object({ key: z.string(), sizeBytes: z.number(), etag: z.string(), lastModified: z.string() })),
  prefixes: z.array(z.string()),
  nextToken: z.string().optional(),
});

/** Repairs inside a finding come from our own check on the server and are data for our own code. */
const FindingReply = z.custom<ModelFinding>(
  (value) => z.looseObject({ code: z.enum(FINDING_CODES) }).safeParse(value).success,
);

export const PrefixReportReply = z.object({
  verdict: z.object({
    ok: z.boolean(),
    outcome: z.enum(OUTCOMES),
    kind: z.enum(MODEL_KINDS),
    detail: z.enum(MODEL_DETAILS).optional(),
    loadsVia: z.enum(["diffusers", "checkpoint"]).nullable(),
    files: z.number(),
    totalBytes: z.number(),
  }),
  findings: z.array(FindingReply),
  bytesRead: z.number(),
  /** What was seen in weights files, by path. */
  facts: z.array(
    z.tuple([
      z.string(),
      z.object({
        kind: z.enum(MODEL_KINDS),
        format: z.enum(["safetensors", "torch"]),
        base: z.enum(MODEL_KINDS).optional(),
        precision: z.string().optional(),
        variant: z.string().optional(),
      }),
    ]),
  ),
  /** Where they will be found below the prefix. */
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number() })),
  /** There were more objects than a model folder can have; only the first were looked at. */
  truncated: z.boolean(),
});

export type PrefixReport = z.output<typeof PrefixReportReply>;
