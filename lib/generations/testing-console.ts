import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { createEasClient } from "@/lib/eas/client";
import type { Runner } from "@/lib/jobs/runner";
import { createOssClient } from "@/lib/oss/client";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import type { Store } from "@/lib/store/pool";
import type { Patience } from "./lane/world";
import { startGenerationRunner } from "./runner";

/** What a console does for pictures, in a test's own process or in one that it kills. */

/** As the real one, only shorter. */
export const HASTY: Partial<Patience> = {
  notCallableMs: 3_000,
  coldStartMs: 30_000,
  busyMs: 3_000,
  searchLongMs: 4_000,
  searchShortMs: 1_500,
  orphanMs: 3_000,
  pauseMs: 100,
  unsureMs: 300,
  missingMs: 1_000,
  finishMs: 0,
};

export interface Console {
  runner: Runner;
  exchange: Exchange;
  /** As if the process ended: nothing that is under way is finished. */
  end(): Promise<void>;
}

export function openConsole(
  { db, pool }: Store,
  connection: Connection,
  patience: Partial<Patience>,
  onError: (error: unknown) => void,
): Console {
  const exchange = openExchange(pool);
  const runner = startGenerationRunner({
    exchange,
    everyMs: 200,
    world: {
      db,
      clock: systemClock,
      exchange,
      patience,
      installation: async () => "this-installation",
      openCloud: async () => ({
        connection,
        eas: createEasClient(connection),
        oss: createOssClient(connection),
      }),
      onError,
    },
  });
  return {
    runner,
    exchange,
    async end() {
      await runner.stop();
      await exchange.close();
    },
  };
}
