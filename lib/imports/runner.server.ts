import "server-only";
import { systemClock } from "@/lib/clock";
import { findConnection } from "@/lib/connections/chosen.server";
import { database, exchange } from "@/lib/database.server";
import { env } from "@/lib/env";
import type { Runner } from "@/lib/jobs/runner";
import { log } from "@/lib/log.server";
import { once } from "@/lib/once";
import { createOssClient } from "@/lib/oss/client";
import { createRemote } from "./remote";
import { startImportRunner } from "./runner";

/** The one runner of this process. */
export function importRunner(): Runner {
  return once("import-runner", () => {
    const { imports: settings } = env();
    return startImportRunner({
      exchange: exchange(),
      world: {
        db: database(),
        clock: systemClock,
        remote: createRemote({ allowedHosts: settings.allowedHosts }),
        hubs: settings.hubs,
        async openOss(connectionId) {
          const connection = await findConnection(connectionId);
          return connection && createOssClient(connection);
        },
      },
      onError: (error) => log.warn("an import could not be worked on", { error }),
    });
  });
}
