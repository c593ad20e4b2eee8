import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { generations } from "@/lib/store/schema/generations";
import { type Generation, GenerationSchema } from "./view";

/** Long enough to look at a page, short enough for a link that leaks. */
const PICTURE_URL_SECONDS = 3600;
/** Twice the widest thumbnail that is shown, for dense displays. */
const THUMBNAIL = "image/resize,l_384";

export const StoredAnswerSchema = z.object({
  prompt: z.string().optional(),
  useBlade: z.boolean().optional(),
  isNsfw: z.array(z.boolean()).catch([]),
  ossUrls: z.array(z.string()).catch([]),
  inAnswerBytes: z.number().optional(),
  serviceError: GenerationSchema.shape.serviceError.catch(undefined),
});

const ServedVersionSchema = z.object({ version: z.number() });

/** A row with links to its pictures, signed now. */
export async function toGeneration(
  ctx: Pick<Context, "oss">,
  row: typeof generations.$inferSelect,
): Promise<Generation> {
  const answer = StoredAnswerSchema.catch({ isNsfw: [], ossUrls: [], serviceError: undefined }).parse(row.answer ?? {});
  const { bucket } = row;
  const pictures = await Promise.all(
    (bucket ? row.keys : []).map(async (key, index) => ({
      ...(await signPicture(ctx, bucket ?? "", key)),
      isNsfw: answer.isNsfw[index] ?? false,
    })),
  );
  return {
    id: row.id,
    taskId: row.taskId,
    service: row.service,
    status: row.status,
    purpose: row.purpose,
    by: row.userName ?? undefined,
    waitReason: row.waitReason ?? undefined,
    place: row.place ?? undefined,
    working: row.working,
    input: GenerationSchema.shape.input.parse(row.input),
    createdAt: row.createdAt.toISOString(),
    version: ServedVersionSchema.safeParse(row.served).data?.version,
    sentAt: row.sentAt?.toISOString(),
    elapsedMs: row.elapsedMs ?? undefined,
    seed: row.seed ?? undefined,
    promptDrawn: answer.prompt,
    useBlade: answer.useBlade,
    inAnswerBytes: answer.inAnswerBytes,
    recovered: row.recovered,
    repeated: new Set(answer.ossUrls).size < answer.ossUrls.length,
    sideCarRefused: row.sideCar === "refused",
    pictures,
    serviceError: answer.serviceError,
    error: GenerationSchema.shape.error.catch(undefined).parse(row.error ?? undefined),
  };
}

export async function signPicture(ctx: Pick<Context, "oss">, bucket: string, key: string) {
  const [url, thumbnailUrl] = await Promise.all([
    ctx.oss.presignGet(bucket, key, { expiresSeconds: PICTURE_URL_SECONDS }),
    ctx.oss.presignGet(bucket, key, { expiresSeconds: PICTURE_URL_SECONDS, process: THUMBNAIL }),
  ]);
  return { bucket, key, url, thumbnailUrl };
}
