import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors";
import { isBucketName } from "@/lib/oss/names";
import { IMPORT_FOLDERS, IMPORT_STATES } from "./kinds";

/** What can be brought in without a browser, and how the pages see it on its way. */

const Address = z
  .string()
  .trim()
  .max(2048)
  .regex(/^https?:\/\//, "imports.errors.address");
const RepositoryId = z
  .string()
  .trim()
  .regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$/, "imports.errors.repository");
const Revision = z
  .string()
  .trim()
  .regex(/^[\w./-]{1,128}$/, "imports.errors.revision");
const BucketName = z.string().refine(isBucketName, "imports.errors.bucket");

export const ImportSourceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("url"), url: Address }),
  z.object({ kind: z.literal("huggingface"), id: RepositoryId, revision: Revision.default("main") }),
  z.object({ kind: z.literal("modelscope"), id: RepositoryId, revision: Revision.default("master") }),
  z.object({ kind: z.literal("bucket"), bucket: BucketName, prefix: z.string().max(900) }),
]);
export type ImportSource = z.infer<typeof ImportSourceSchema>;

export const CreateImportSchema = z.object({
  source: ImportSourceSchema,
  bucket: BucketName,
  /** The model root. */
  prefix: z.string().trim().min(1, "imports.errors.noRoot").max(900),
  folder: z.enum(IMPORT_FOLDERS).default(""),
});

const Empty = z.string().trim().max(2048);

/** The form's values, of which the kind decides which count. */
export const ImportFormSchema = z
  .object({
    kind: z.enum(["url", "huggingface", "modelscope", "bucket"]),
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
      const field = path[0] === "source" ? FIELD_OF[String(path[1])] : String(path[0]);
      if (field) issues.addIssue({ code: "custom", message, path: [field] });
    }
    return z.NEVER;
  });

const FIELD_OF: Record<string, string> = {
  url: "url",
  id: "repository",
  revision: "revision",
  bucket: "fromBucket",
  prefix: "fromPrefix",
};

interface SourceForm {
  kind: ImportSource["kind"];
  url: string;
  repository: string;
  revision: string;
  fromBucket: string;
  fromPrefix: string;
}

function toSource({ kind, url, repository, revision, fromBucket, fromPrefix }: SourceForm): unknown {
  switch (kind) {
    case "url":
      return { kind, url };
    case "bucket":
      return { kind, bucket: fromBucket, prefix: fromPrefix };
    default:
      return { kind, id: repository, ...(revision === "" ? {} : { revision }) };
  }
}

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
export const ImportsReply = z.array(ImportViewSchema);
