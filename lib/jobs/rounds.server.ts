import "server-only";
import { systemClock } from "@/lib/clock";
import { findConnection, listConnections } from "@/lib/connections/chosen.server";
import { openEas } from "@/lib/connections/clients";
import { database, exchange } from "@/lib/database.server";
import { queueLength } from "@/lib/guard/queue-length";
import { log } from "@/lib/log.server";
import { once } from "@/lib/once";
import { listServices } from "@/lib/services/list-services";
import { serviceSweeps } from "@/lib/services/sweep";
import { dueRounds, goRound, type RoundsWorld } from "./rounds";
import { type Runner, startRunner } from "./runner";
import { sharedWatchers, webhookSender } from "./runners.server";

const AT_ONCE = 4;
/** A look at the clock is one short query. */
const LOOK_MS = 5_000;

/** Looks at each connection once a minute, whoever looks on. */
export function roundsRunner(): Runner {
  return once("rounds", () => {
    const world: RoundsWorld = {
      db: database(),
      clock: systemClock,
      findConnection,
      listConnectionIds: async () => (await listConnections()).map(({ id }) => id),
      openMeter: (connection) => {
        const eas = openEas(connection);
        return {
          listServices: async () => (await listServices({ connection, eas, db: database() })).items,
          listInstances: async (name) => (await eas.listServiceInstances(name)).items,
        };
      },
      openGuard: (connection) => {
        const eas = openEas(connection);
        return {
          eas,
          queueLength: (service) => queueLength(connection, eas, service),
          onActed: (service) => {
            sharedWatchers().poke(connection, service);
            serviceSweeps().poke(connection);
            webhookSender().poke();
          },
        };
      },
    };
    return startRunner({
      kind: "round",
      exchange: exchange(),
      clock: systemClock,
      due: () => dueRounds(world),
      run: (id) => goRound(world, id),
      onError: (error) => log.warn("running times could not be counted", { error }),
      atOnce: AT_ONCE,
      everyMs: LOOK_MS,
    });
  });
}
