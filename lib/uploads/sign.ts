import type { z } from "zod";
import type { Context } from "@/lib/context.server";
import { keyBelow } from "@/lib/oss/names";
import { FORM_MAX_BYTES } from "@/lib/oss/upload/plan";
import type { FormReply, SignReply, SignSchema } from "@/lib/oss/upload/wire";
import { uploadTarget } from "./target";

/** Time to start each request of a batch; a URL that leaks is of no use soon after. */
const EXPIRES_SECONDS = 15 * 60;

/** One URL per request, in order: each for one key below the target and exactly its number of bytes. */
export async function signUpload(
  context: Context,
  id: string,
  { requests }: z.output<typeof SignSchema>,
): Promise<z.output<typeof SignReply>> {
  const { oss } = context;
  const { bucket, prefix } = await uploadTarget(context, id);
  const expiresSeconds = EXPIRES_SECONDS;
  const urls = await Promise.all(
    requests.map(async ({ path, sizeBytes, part }) => {
      const key = keyBelow(prefix, path);
      if (!part) return oss.presignPut(bucket, key, { sizeBytes, expiresSeconds });
      const parts = [{ number: part.number, sizeBytes }];
      const [url = ""] = await oss.presignParts(bucket, key, { uploadId: part.uploadId, parts, expiresSeconds });
      return url;
    }),
  );
  return { urls, expiresSeconds };
}

/** Permission to post any number of small files below the target, as forms. */
export async function signUploadForm(context: Context, id: string): Promise<z.output<typeof FormReply>> {
  const { bucket, prefix } = await uploadTarget(context, id);
  const limits = { prefix, maxBytes: FORM_MAX_BYTES, expiresSeconds: EXPIRES_SECONDS };
  return { ...context.oss.signForm(bucket, limits), ...limits };
}
