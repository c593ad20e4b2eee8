import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { generations } from "@/lib/store/schema/generations";
import { type Generation, GenerationSchema } from "./view";

/** Long enough to look at a page, short enough for a link that leaks. */
const PICTURE_URL_SECONDS = 3600;

const StoredAnswerSchema = z.object({
  prompt: z.string().optional(),
  useBlade: z.boolean().optional(),
  isNsfw: z.array(z.boolean()).catch([]),
  serviceError: GenerationSchema.shape.serviceError.catch(undefined),
});

/** A row with links to its pictures, signed now. */
export async function toGeneration(
  ctx: Pick<Context, "oss">,
  row: typeof generations.$inferSelect,
): Promise<Generation> {
  const answer = StoredAnswerSchema.catch({ isNsfw: [], serviceError: undefined }).parse(row.answer ?? {});
  const { bucket } = row;
  const pictures = await Promise.all(
    (bucket ? row.keys : []).map(async (key, index) => ({
      bucket: bucket ?? "",
      key,
      url: await ctx.oss.presignGet(bucket ?? "", key, { expiresSeconds: PICTURE_URL_SECONDS }),
      isNsfw: answer.isNsfw[index] ?? false,
    })),
  );
  return {
    id: row.id,
    taskId: row.taskId,
    service: row.service,
    status: row.status,
    input: GenerationSchema.shape.input.parse(row.input),
    createdAt: row.createdAt.toISOString(),
    elapsedMs: row.elapsedMs ?? undefined,
    seed: row.seed ?? undefined,
    promptDrawn: answer.prompt,
    useBlade: answer.useBlade,
    pictures,
    serviceError: answer.serviceError,
    error: GenerationSchema.shape.error.catch(undefined).parse(row.error ?? undefined),
  };
}
