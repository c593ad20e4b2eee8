import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors";
import { isBucketName } from "@/lib/oss/names";
import { IMPORT_FOLDERS, IMPORT_STATES } from "./kinds";
import { PRESET_IDS, presetFolders } from "./presets";

/** What can be brought in without a browser, and how the pages see it on its way. */

const Address = z
  .string()
  .trim()
  .max(2048)
  .regex(/^https?:\/\//, "imports.errors.address");
/** Steps of dots would lead to another place of the hub. */
const hasNoDots = (path: string) => path.split("/").every((step) => !/^\.{1,2}$/.test(step));
const RepositoryId = z
  .string()
  .trim()
  .regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$/, "imports.errors.repository")
  .refine(hasNoDots, "imports.errors.repository");
const Revision = z
  .string()
  .trim()
  .regex(/^[\w./-]{1,128}$/, "imports.errors.revision")
  .refine(hasNoDots, "imports.errors.revision");
const BucketName = z.string().refine(isBucketName, "imports.errors.bucket");

export const ImportSourceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("url"), url: Address }),
  z.object({ kind: z.literal("huggingface"), id: RepositoryId, revision: Revision.default("main") }),
  z.object({ kind: z.literal("modelscope"), id: RepositoryId, revision: Revision.default("master") }),
  z.object({ kind: z.literal("bucket"), bucket: BucketName, prefix: z.string().max(900) }),
  z.object({ kind: z.literal("preset"), id: z.enum(PRESET_IDS, "imports.errors.preset") }),
]);
export type ImportSource = z.infer<typeof ImportSourceSchema>;

export const CreateImportSchema = z
  .object({
    source: ImportSourceSchema,
    bucket: BucketName,
    /** The model root. */
    prefix: z.string().trim().min(1, "imports.errors.noRoot").max(900),
    folder: z.enum(IMPORT_FOLDERS).default(""),
  })
  .refine(({ source, folder }) => source.kind !== "preset" || presetFolders(source.id).includes(folder), {
    path: ["folder"],
    message: "imports.errors.presetFolder",
  });

const Empty = z.string().trim().max(2048);

/** The form's values, of which the kind decides which count. */
export const ImportFormSchema = z
  .object({
    kind: z.enum(["preset", "url", "huggingface", "modelscope", "bucket"]),
    preset: Empty,
    url: Empty,
    repository: Empty,
    revision: Empty,
    fromBucket: Empty,
    fromPrefix: Empty,
    bucket: Empty,
    prefix: Empty,
    folder: z.enum(IMPORT_FOLDERS),
  })
  // All at once: a rule on the values alone would hide those on what they mean together.
  .transform(({ bucket, prefix, folder, ...form }, issues) => {
    const parsed = CreateImportSchema.safeParse({ source: toSource(form), bucket, prefix, folder });
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      const field = path[0] === "source" ? fieldOf(form.kind, String(path[1])) : String(path[0]);
      if (field) issues.addIssue({ code: "custom", message, path: [field] });
    }
    return z.NEVER;
  });

function fieldOf(kind: SourceForm["kind"], key: string): string | undefined {
  return kind === "preset" ? "preset" : FIELD_OF[key];
}

const FIELD_OF: Record<string, string> = {
  url: "url",
  id: "repository",
  revision: "revision",
  bucket: "fromBucket",
  prefix: "fromPrefix",
};

interface SourceForm {
  kind: ImportSource["kind"];
  preset: string;
  url: string;
  repository: string;
  revision: string;
  fromBucket: string;
  fromPrefix: string;
}

function toSource({ kind, preset, url, repository, revision, fromBucket, fromPrefix }: SourceForm): unknown {
  switch (kind) {
    case "preset":
      return { kind, id: preset };
    case "url":
      return { kind, url };
    case "bucket":
      return { kind, bucket: fromBucket, prefix: fromPrefix };
    default:
      return { kind, id: repository, ...(revision === "" ? {} : { revision }) };
  }
}

export const PresetSchema = z.looseObject({ id: z.enum(PRESET_IDS) });
export const PresetSizeReplySchema = z.object({ sizeBytes: z.number().optional() });
export type PresetSizeReply = z.infer<typeof PresetSizeReplySchema>;

export const ImportIdSchema = z.object({ id: z.uuid() });

export const ImportErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  retryable: z.boolean(),
  vendor: z.looseObject({}).optional(),
});

export const ImportViewSchema = z.object({
  id: z.string(),
  source: ImportSourceSchema,
  bucket: z.string(),
  prefix: z.string(),
  folder: z.string(),
  state: z.enum(IMPORT_STATES),
  files: z.number(),
  doneFiles: z.number(),
  /** Bytes that OSS has confirmed. */
  doneBytes: z.number(),
  /** Absent while it is not known. */
  totalBytes: z.number().optional(),
  /** The file that is on its way. */
  current: z.string().optional(),
  error: ImportErrorSchema.optional(),
  by: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ImportView = z.infer<typeof ImportViewSchema>;
