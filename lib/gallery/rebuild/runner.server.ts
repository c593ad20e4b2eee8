import "server-only";
import { systemClock } from "@/lib/clock";
import { findConnection } from "@/lib/connections/chosen.server";
import { database, exchange } from "@/lib/database.server";
import { createEasClient } from "@/lib/eas/client";
import { type Runner, startRunner } from "@/lib/jobs/runner";
import { log } from "@/lib/log.server";
import { once } from "@/lib/once";
import { createOssClient } from "@/lib/oss/client";
import { dueRebuilds, runRebuild } from "./run-rebuild";

/** One connection's walk waits for OSS most of the time. */
const AT_ONCE = 4;

/** The one runner of this process. */
export function rebuildRunner(): Runner {
  return once("gallery-rebuild-runner", () => {
    const world = {
      db: database(),
      clock: systemClock,
      async openCloud(connectionId: string) {
        const connection = await findConnection(connectionId);
        return connection && { connection, eas: createEasClient(connection), oss: createOssClient(connection) };
      },
    };
    return startRunner({
      kind: "gallery-rebuild",
      exchange: exchange(),
      clock: systemClock,
      due: () => dueRebuilds(database(), new Date(systemClock.now())),
      run: (id, signal) => runRebuild(world, id, signal),
      onError: (error) => log.warn("a gallery could not be built from its bucket", { error }),
      atOnce: AT_ONCE,
    });
  });
}
