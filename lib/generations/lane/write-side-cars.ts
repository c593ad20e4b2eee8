import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { ServedSchema, SIDE_CAR_VERSION, type SideCar, SideCarSchema, sideCarKey } from "@/lib/generations/side-car";
import { StoredAnswerSchema } from "@/lib/generations/to-generation";
import { generations } from "@/lib/store/schema/generations";
import { dropDoubles } from "./doubles";
import { fingerprint, modelFingerprints } from "./fingerprints";
import type { Lane, Row } from "./world";

/** The JSON beside each picture, written once it is settled; a crash in between leaves it due. */

const BATCH = 20;
const IDLE_MS = 5_000;

export async function writeSideCars(lane: Lane, signal: AbortSignal): Promise<void> {
  const nap = lane.napper();
  while (!signal.aborted) {
    const written = await writeDue(lane, signal);
    if (written === 0) await nap(IDLE_MS, signal);
  }
}

/** How many there were to write. */
export async function writeDue(lane: Lane, signal: AbortSignal): Promise<number> {
  const { world, connectionId, service } = lane;
  const due = await world.db
    .select()
    .from(generations)
    .where(
      and(eq(generations.connectionId, connectionId), eq(generations.service, service), eq(generations.sideCar, "due")),
    )
    .limit(BATCH);
  for (const row of due) {
    if (signal.aborted) break;
    await writeOne(lane, row, signal);
  }
  return due.length;
}

/** A bucket that refuses is no reason to lose the picture: it is noted, and said with the picture. */
async function writeOne(lane: Lane, row: Row, signal: AbortSignal): Promise<void> {
  const { oss } = lane.cloud;
  try {
    const text = JSON.stringify(await toSideCar(lane, row), null, 2);
    for (const key of row.keys)
      await oss.putObject(row.bucket ?? "", sideCarKey(key), Buffer.from(text), "application/json");
    // Whoever took it from the queue first may have ended after the picture, and before its answer.
    if (ServedSchema.safeParse(row.served).data?.isAsync) await dropDoubles(lane, row);
    await lane.change(row.id, ["succeeded"], { sideCar: "written" });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.retryable)
      return void (await lane.world.clock.sleep(lane.patience.pauseMs, signal).catch(() => undefined));
    await lane.change(row.id, ["succeeded"], { sideCar: "refused" });
  }
}

const RequestSchema = z.record(z.string(), z.unknown());
const WeightsSchema = z.object({
  controlnet_path: z.string().optional().catch(undefined),
  lora_path: z.union([z.string().transform((path) => [path]), z.array(z.string())]).catch([]),
  lora_attn: z.array(z.number()).catch([]),
});

async function toSideCar(lane: Lane, row: Row): Promise<SideCar> {
  const served = ServedSchema.safeParse(row.served).data;
  const request = RequestSchema.catch({}).parse(row.request ?? {});
  const answer = StoredAnswerSchema.catch({ isNsfw: [], ossUrls: [], serviceError: undefined }).parse(row.answer ?? {});
  const { controlnet_path: control, lora_path: paths, lora_attn: weights } = WeightsSchema.parse(request);
  const model = served?.model;
  const loras = await Promise.all(
    paths.map(async (path, at) => {
      const print = model && (await fingerprint(lane, model, path));
      return print ? [{ ...print, weight: weights[at] }] : [];
    }),
  );
  // Through the schema: what it does not know does not get into the bucket.
  return SideCarSchema.parse({
    easel: SIDE_CAR_VERSION,
    taskId: row.taskId,
    input: row.input,
    request,
    seed: row.seed ?? "",
    promptDrawn: answer.prompt,
    useBlade: answer.useBlade,
    isNsfw: answer.isNsfw[0],
    recovered: row.recovered,
    service: { ...served, name: row.service, region: lane.cloud.connection.region },
    model: model ? await modelFingerprints(lane, model, control) : [],
    loras: loras.flat(),
    by: row.userName ?? undefined,
    askedAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString(),
    doneAt: row.settledAt?.toISOString(),
    elapsedMs: row.elapsedMs ?? undefined,
  });
}
