import { type Runner, startRunner } from "@/lib/jobs/runner";
import type { Exchange } from "@/lib/store/exchange";
import { dueLanes, runLane } from "./lane/run-lane";
import type { GenerationWorld } from "./lane/world";
import { GENERATIONS_TOPIC, parseNews } from "./news";

interface GenerationRunnerOptions {
  exchange: Exchange;
  world: GenerationWorld;
  everyMs?: number;
}

/** Lanes mostly wait for the cloud; this many services at a time no account has used yet. */
const AT_ONCE = 64;

/** Makes the pictures that somebody wants: each service's by one process, whichever asked. */
export function startGenerationRunner({ exchange, world, everyMs }: GenerationRunnerOptions): Runner {
  const runner = startRunner({
    kind: "generations",
    exchange,
    clock: world.clock,
    due: () => dueLanes(world),
    run: (id, signal) => runLane(world, id, signal),
    onError: world.onError,
    atOnce: AT_ONCE,
    everyMs,
  });
  const unsubscribe = exchange.subscribe(GENERATIONS_TOPIC, (text) => {
    if (parseNews(text)?.kind === "new") runner.poke();
  });
  return {
    poke: () => runner.poke(),
    stop() {
      unsubscribe();
      return runner.stop();
    },
  };
}
