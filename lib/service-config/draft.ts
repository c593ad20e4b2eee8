import { z } from "zod";
import { BUCKET_NAME, FOLDER, SERVICE_NAME } from "./names";

/**
 * The wizard's draft: what the first steps say, and from the service step on the configuration itself (document.ts), on
 * which the form is a view (form.ts). Rules that look across fields are in lint/, so that a draft may be wrong for a while.
 */

export const BucketSchema = z.string().regex(BUCKET_NAME);

export const FolderSchema = z.string().regex(FOLDER);

export const ServiceNameSchema = z.string().regex(SERVICE_NAME, "deploy.service.nameHint");

const CheckSchema = z.object({ bucket: BucketSchema, region: z.string().min(1) });

/** What the service's rules need to know of a checked model folder. */
export const ModelReportSchema = z.object({
  fileCount: z.number().int().nonnegative(),
  sizeBytes: z.number().nonnegative(),
  /** Of base model and ControlNet as they are loaded; absent where nobody looked. */
  weightsBytes: z.number().nonnegative().optional(),
  errors: z.number().int().nonnegative(),
  warnings: z.number().int().nonnegative(),
  /** Codes of the errors that the model was uploaded in spite of. */
  overruled: z.array(z.string().max(64)).max(100).optional(),
  folders: z.object({
    baseModel: z.boolean(),
    controlnet: z.boolean(),
    translate: z.boolean(),
    lora: z.boolean().default(false),
    optimizedModel: z.boolean().default(false),
  }),
  /** Every file lies in the bucket, with the right size. */
  complete: z.boolean(),
});

const ModelStepSchema = z.object({
  source: z.enum(["upload", "bucket", "sample"]),
  bucket: BucketSchema,
  /** What `/oss` will show: the folder that holds `base_model/`. */
  root: FolderSchema,
  report: ModelReportSchema.optional(),
});

export const ImageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("official") }),
  z.object({ kind: z.literal("mirror") }),
  z.object({ kind: z.literal("custom"), address: z.string().trim().min(1) }),
]);

export const ServiceFormSchema = z.object({
  name: ServiceNameSchema,
  region: z.string().min(1),
  instanceType: z.string().min(1),
  image: ImageSchema,
  func: z.enum(["base", "controlnet"]),
  blade: z.boolean(),
  translate: z.boolean(),
  closeSafety: z.boolean(),
  mode: z.enum(["sync", "async"]),
  /** Feeds `/oss`. */
  modelPath: FolderSchema,
  /** Feeds both `/result` and `--oss_save_dir`: they must be the same place (diffusers-service.md §2). */
  resultPath: FolderSchema,
  instances: z.number().int().min(0).max(1000),
  /** Public resources: at most 2000 GiB (eas-service-json.md §2.2). 0 = none. */
  extraDiskGb: z.number().int().min(0).max(2000),
  /** The longest a single request may take. */
  keepaliveMs: z.number().int().min(1000).max(3_600_000),
  workspaceId: z.string().optional(),
});

/** A whole draft, as the review step and the deployment need it. */
export const DraftSchema = z.object({ check: CheckSchema, model: ModelStepSchema, service: ServiceFormSchema });

/** EAS takes no more than this of a configuration, by a wide margin. */
export const ConfigTextSchema = z.string().max(256 * 1024);

const RequestSizeSchema = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  steps: z.number().int().positive(),
  count: z.number().int().positive(),
});

/** A draft on the way there: what is in it is of the right shape, anything may be missing. */
export const PartialDraftSchema = z.object({
  check: z.object({ bucket: z.string(), region: z.string() }).partial().optional(),
  model: ModelStepSchema.extend({ bucket: z.string(), root: z.string() }).partial().optional(),
  service: ServiceFormSchema.extend({
    name: z.string(),
    instanceType: z.string(),
    modelPath: z.string(),
    resultPath: z.string(),
    instances: z.number(),
    extraDiskGb: z.number(),
    keepaliveMs: z.number(),
    image: z.union([ImageSchema, z.object({ kind: z.literal("custom"), address: z.string() })]),
  })
    .partial()
    .optional(),
  /**
   * The service's configuration, as it will be sent: the truth from the service step on. `service` above is what was said
   * about it before there was one, and then a view on it.
   */
  config: ConfigTextSchema.optional(),
  /** The service whose configuration was taken over; what is hidden in the text is taken from there. */
  source: z.string().max(64).optional(),
  /** Somebody has said whether it stops when idle: no default is put in their way. */
  idleDecided: z.boolean().optional(),
  /** The largest request to expect, by which the request limit is judged. */
  expected: RequestSizeSchema.optional(),
});

export type ModelReport = z.infer<typeof ModelReportSchema>;
export type ModelStep = z.infer<typeof ModelStepSchema>;
export type ServiceImage = z.infer<typeof ImageSchema>;
export type ServiceForm = z.infer<typeof ServiceFormSchema>;
export type Draft = z.infer<typeof DraftSchema>;
export type PartialDraft = z.infer<typeof PartialDraftSchema>;
