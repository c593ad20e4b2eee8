import type { Connection } from "@/lib/connection";
import type { Env } from "@/lib/env";

/** The embedded cloud differs from any other by endpoints and credentials only; this is the one place that knows them. */
export function embeddedConnection({ sandbox }: Env): Connection | undefined {
  const { on, accessKeyId, accessKeySecret, region, ports } = sandbox;
  // The launcher makes the account and hands it down; without one there is nothing to sign with.
  if (!on || !accessKeyId || !accessKeySecret) return undefined;
  return {
    id: "embedded",
    kind: "embedded",
    name: region,
    region,
    credentials: { accessKeyId, accessKeySecret },
    eas: { protocol: "http", host: `localhost:${ports.eas}` },
    workspace: { protocol: "http", host: `localhost:${ports.eas}` },
    sts: { protocol: "http", host: `localhost:${ports.sts}` },
    oss: { protocol: "http", host: `localhost:${ports.oss}`, pathStyle: true },
    gatewayHosts: [`localhost:${ports.gateway}`, `127.0.0.1:${ports.gateway}`],
  };
}
