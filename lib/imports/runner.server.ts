import "server-only";
import { secretBox } from "@/lib/auth/secret-box.server";
import { systemClock } from "@/lib/clock";
import { findConnection } from "@/lib/connections/chosen.server";
import { database, exchange } from "@/lib/database.server";
import { env } from "@/lib/env";
import type { Runner } from "@/lib/jobs/runner";
import { log } from "@/lib/log.server";
import { once } from "@/lib/once";
import { createOssClient } from "@/lib/oss/client";
import { checkImported } from "./check-imported.server";
import type { Hubs } from "./plan-import";
import { createRemote, type Remote } from "./remote";
import { startImportRunner } from "./runner";

/** How this process reads from elsewhere. */
export function elsewhere(): { remote: Remote; hubs: Hubs } {
  return once("import-remote", () => {
    const { imports: settings } = env();
    return { remote: createRemote({ allowedHosts: settings.allowedHosts }), hubs: settings.hubs };
  });
}

/** The one runner of this process. */
export function importRunner(): Runner {
  return once("import-runner", () => {
    return startImportRunner({
      exchange: exchange(),
      world: {
        db: database(),
        clock: systemClock,
        box: secretBox(),
        ...elsewhere(),
        async openOss(connectionId) {
          const connection = await findConnection(connectionId);
          return connection && createOssClient(connection);
        },
        // That the files are there stands, whatever becomes of the look at them.
        onDone: (row) =>
          checkImported(row).catch((error: unknown) => log.warn("an imported model was not checked", { error })),
      },
      onError: (error) => log.warn("an import could not be worked on", { error }),
    });
  });
}
