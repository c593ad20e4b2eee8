import { type Runner, startRunner } from "@/lib/jobs/runner";
import type { Exchange } from "@/lib/store/exchange";
import { type ImportWorld, runImport } from "./run-import";
import { dueImports, sealPlainSources } from "./store";

interface ImportRunnerOptions {
  exchange: Exchange;
  world: ImportWorld;
  onError(error: unknown): void;
  everyMs?: number;
}

/** More would share one line; each may hold two parts of 16 MiB in memory. */
const AT_ONCE = 2;

/** Takes up imports wherever they stopped, once over all processes. */
export function startImportRunner({ exchange, world, onError, everyMs }: ImportRunnerOptions): Runner {
  // Before the first look, and once: other releases may have left addresses as they were.
  let sealing: Promise<unknown> | undefined;
  return startRunner({
    kind: "import",
    exchange,
    clock: world.clock,
    async due() {
      sealing ??= sealPlainSources(world.db, world.box).catch(onError);
      await sealing;
      return dueImports(world.db, new Date(world.clock.now()));
    },
    run: (id, signal) => runImport(world, id, signal),
    onError,
    atOnce: AT_ONCE,
    everyMs,
  });
}
