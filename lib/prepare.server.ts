import "server-only";
import { store } from "@/lib/database.server";
import { EnvError, env } from "@/lib/env";
import { rebuildRunner } from "@/lib/gallery/rebuild/runner.server";
import { generationRunner } from "@/lib/generations/runner.server";
import { importRunner } from "@/lib/imports/runner.server";
import { roundsRunner } from "@/lib/jobs/rounds.server";
import { startFollower, storePruner, webhookSender } from "@/lib/jobs/runners.server";
import { leaveInOrder } from "@/lib/leave.server";
import { log } from "@/lib/log.server";
import { migrate, StoreError } from "@/lib/store/migrate";

/** Brings the store to this version. A console without its store is of no use: it ends, and says why. */
export async function prepareServer(): Promise<void> {
  try {
    env();
    const applied = await migrate(store().pool);
    // What was on its way when the last process ended goes on.
    const runners = [
      importRunner(),
      generationRunner(),
      rebuildRunner(),
      startFollower(),
      webhookSender(),
      storePruner(),
      roundsRunner(),
    ];
    // In development Next ends its own processes.
    if (!env().development) leaveInOrder(runners);
    log.info(applied > 0 ? "store migrated" : "store up to date", { migrations: applied });
  } catch (error) {
    const message = reason(error);
    log.error("cannot start", { error });
    // The launcher prints it as its one line.
    process.send?.({ type: "failed", message });
    process.exit(1);
  }
}

function reason(error: unknown): string {
  if (error instanceof EnvError) return error.message.split("\n").join("; ");
  if (error instanceof StoreError) return error.message;
  const message = error instanceof Error ? error.message || error.name : String(error);
  return `the database cannot be prepared: ${message}`;
}
