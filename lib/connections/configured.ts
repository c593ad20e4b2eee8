import type { Connection } from "@/lib/connection";
import type { Env } from "@/lib/env";
import { embeddedConnection } from "./embedded";
import { toRegionalConnection } from "./regional";

/** What the process was started with: the account from the environment first, then the embedded cloud. */
export function configuredConnections(env: Env): Connection[] {
  const connections: Connection[] = [];
  if (env.cloud) {
    const { region, ...credentials } = env.cloud;
    connections.push(
      toRegionalConnection({ id: "environment", kind: "environment", name: region, region, credentials }),
    );
  }
  const embedded = embeddedConnection(env);
  if (embedded) connections.push(embedded);
  return connections;
}
