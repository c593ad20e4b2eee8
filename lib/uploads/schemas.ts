/** What the page and the server say to each other when the last file has arrived. */
import { z } from "zod";
import { RootVerdictSchema } from "@/lib/library/schemas";
import { CheckPrefixSchema } from "@/lib/oss/schemas";
import { Crc64, Path } from "@/lib/oss/upload/wire";

/** As many as an upload may have. */
const FILES_MAX = 20_000;

export const FinishUploadSchema = CheckPrefixSchema.omit({ bucket: true, prefix: true }).extend({
  /** What must lie at the target: path, bytes, and the CRC-64 that the engine has compared (null where it could not). */
  files: z.array(z.tuple([Path, z.number().int().min(0), Crc64.nullable()])).max(FILES_MAX),
  /** The engine's own comparisons are not enough: ask OSS for every sum again. */
  again: z.boolean().default(false),
});

export const FinishUploadReply = z.object({
  missing: z.array(z.string()),
  /** There, but not as sent: somebody else has written meanwhile. */
  different: z.array(z.string()),
  /** The check of what lies there now, with the same rules as before the upload. */
  verdict: RootVerdictSchema,
});
export type FinishedUpload = z.output<typeof FinishUploadReply>;
