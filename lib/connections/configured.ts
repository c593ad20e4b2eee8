import type { Connection } from "@/lib/connection";
import type { Env } from "@/lib/env";
import { embeddedConnection } from "./embedded";
import { toRegionalConnection } from "./regional";

const NONE_YET = { accessKeyId: "", accessKeySecret: "" };

/** What the process was started with: the account from the environment first, then the embedded cloud. */
export function configuredConnections(env: Env): Connection[] {
  const connections: Connection[] = [];
  if (env.cloud) {
    const { region, bucketDomain, credentials } = env.cloud;
    const shared = { id: "environment", kind: "environment", name: region, region, bucketDomain } as const;
    connections.push(
      credentials === "chain"
        ? { ...toRegionalConnection({ ...shared, credentials: NONE_YET }), chained: true }
        : toRegionalConnection({ ...shared, credentials }),
    );
  }
  const embedded = embeddedConnection(env);
  if (embedded) connections.push(embedded);
  return connections;
}
