/** Inputs and replies of the model library. */
import { z } from "zod";
import { OUTCOMES } from "@/lib/models/findings";
import { MODEL_KINDS } from "@/lib/models/kinds";
import { CheckPrefixSchema, PrefixReportReply } from "@/lib/oss/schemas";

export const RootSchema = CheckPrefixSchema.pick({ bucket: true, prefix: true });

/** How the service is started that the model is for. */
export const StartFlagsSchema = z.object({
  func: z.enum(["base", "controlnet"]),
  blade: z.boolean(),
  translate: z.boolean(),
  closeSafety: z.boolean(),
  customImage: z.boolean().optional(),
});

export const RootVerdictSchema = z.object({
  ok: z.boolean(),
  /** Absent in what was remembered before it was kept. */
  outcome: z.enum(OUTCOMES).optional(),
  /** For a service started so. Absent in what was remembered before it was kept. */
  flags: StartFlagsSchema.optional(),
  kind: z.enum(MODEL_KINDS),
  files: z.number(),
  totalBytes: z.number(),
  parts: z.array(z.string()),
  errors: z.number(),
  warnings: z.number(),
});
export type RootVerdict = z.infer<typeof RootVerdictSchema>;

const UseSchema = z.object({ name: z.string(), status: z.string() });

export const RootsReply = z.array(
  z.object({
    bucket: z.string(),
    prefix: z.string(),
    /** Services that mount it. */
    usedBy: z.array(UseSchema),
    uploaded: z.object({ at: z.string(), by: z.string() }).optional(),
    check: z.object({ verdict: RootVerdictSchema, at: z.string(), by: z.string() }).optional(),
  }),
);
export type ModelRoot = z.infer<typeof RootsReply>[number];

const ChangesSchema = z.object({
  since: z.string(),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.string()),
});

export const RootReportReply = PrefixReportReply.extend({
  usedBy: z.array(UseSchema),
  /** For a service started so: like one that mounts it, or like the one of the last check. */
  flags: StartFlagsSchema,
  /** Against the check before; absent at the first. */
  changes: ChangesSchema.optional(),
});
export type RootReport = z.infer<typeof RootReportReply>;

const KeySchema = z.string().min(1).max(1023);
export const ObjectKeySchema = z.object({ bucket: RootSchema.shape.bucket, key: KeySchema });

export const DeleteObjectsSchema = z.object({
  bucket: RootSchema.shape.bucket,
  /** One object, or everything below a prefix when it ends in `/`. */
  key: KeySchema,
});

export const OpenUploadsReply = z.object({
  uploads: z.array(z.object({ key: z.string(), uploadId: z.string(), initiatedAt: z.string() })),
  /** Days after which OSS removes abandoned parts of this prefix by itself. */
  abortAfterDays: z.number().optional(),
  /** A rule can be written without replacing another. */
  canAddRule: z.boolean(),
});
export type OpenUploads = z.infer<typeof OpenUploadsReply>;

export const AbortUploadsSchema = z.object({
  bucket: RootSchema.shape.bucket,
  uploads: z.array(z.object({ key: KeySchema, uploadId: z.string().min(1).max(256) })).max(1000),
});

export const AbortRuleSchema = z.object({ bucket: RootSchema.shape.bucket, days: z.number().int().min(1).max(365) });
