import { type Runner, startRunner } from "@/lib/jobs/runner";
import type { Exchange } from "@/lib/store/exchange";
import { type ImportWorld, runImport } from "./run-import";
import { dueImports } from "./store";

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
  return startRunner({
    kind: "import",
    exchange,
    clock: world.clock,
    due: () => dueImports(world.db, new Date(world.clock.now())),
    run: (id, signal) => runImport(world, id, signal),
    onError,
    atOnce: AT_ONCE,
    everyMs,
  });
}
