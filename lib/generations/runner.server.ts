import "server-only";
import { systemClock } from "@/lib/clock";
import { findConnection } from "@/lib/connections/chosen.server";
import { database, exchange } from "@/lib/database.server";
import { createEasClient } from "@/lib/eas/client";
import type { Runner } from "@/lib/jobs/runner";
import { log } from "@/lib/log.server";
import { once } from "@/lib/once";
import { createOssClient } from "@/lib/oss/client";
import { installationId } from "./installation";
import { startGenerationRunner } from "./runner";

/** The one runner of this process. */
export function generationRunner(): Runner {
  return once("generation-runner", () => {
    const db = database();
    let installation: Promise<string> | undefined;
    return startGenerationRunner({
      exchange: exchange(),
      world: {
        db,
        clock: systemClock,
        exchange: exchange(),
        installation() {
          installation ??= installationId(db).catch((error: unknown) => {
            installation = undefined;
            throw error;
          });
          return installation;
        },
        async openCloud(connectionId) {
          const connection = await findConnection(connectionId);
          return connection && { connection, eas: createEasClient(connection), oss: createOssClient(connection) };
        },
        onError: (error) => log.warn("pictures could not be worked on", { error }),
      },
    });
  });
}
