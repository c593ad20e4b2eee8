import { and, eq } from "drizzle-orm";
import type { Context } from "@/lib/context.server";
import { AppError } from "@/lib/errors";
import { type GenerateInput, TextToImageSchema } from "@/lib/playground/input";
import { generations } from "@/lib/store/schema/generations";
import { isOpen } from "./states";
import { submitGenerations } from "./submit";
import { toGeneration } from "./to-generation";
import type { Generation } from "./view";

export interface ProofInput {
  service: string;
  /** The same one again, after a restart, goes on with the same picture. */
  taskId: string;
  /** Where the service makes no picture from text alone. */
  input?: GenerateInput;
}

const LOOK_MS = 500;

/** Small and quick: it shows that the service draws and that its pictures arrive. */
const PROOF = TextToImageSchema.parse({
  func: "t2i",
  prompt: "a small house by a lake, morning light",
  negativePrompt: "",
  steps: 20,
  cfgScale: 7,
  width: 512,
  height: 512,
  imageNum: 1,
  seed: "20260101",
});

/**
 * Has a service make one picture, synchronous or through its queue, without anybody signed in, and returns how it ended: a
 * generation that succeeded or failed with its reason. Waits out a service that is not callable yet. Rejects when the signal
 * ends; the picture is made all the same.
 */
export async function proveWithPicture(
  { connection, db, oss, clock, signal }: Pick<Context, "connection" | "db" | "oss" | "clock" | "signal">,
  { service, taskId, input = PROOF }: ProofInput,
): Promise<Generation> {
  // Without whoever the caller's context may belong to: the console itself asks.
  const ctx = { connection, db, oss, clock };
  await submitGenerations(ctx, { service, requests: [{ taskId, input }] }, "proof");
  for (;;) {
    const [row] = await db
      .select()
      .from(generations)
      .where(and(eq(generations.connectionId, connection.id), eq(generations.taskId, taskId)));
    if (row?.service !== service) throw new AppError("conflict", { params: { what: "task", name: taskId } });
    if (!isOpen(row.status)) return toGeneration(ctx, row);
    await clock.sleep(LOOK_MS, signal);
  }
}
