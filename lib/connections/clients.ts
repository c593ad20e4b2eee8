import { type Circuit, createCircuit } from "@/lib/circuit";
import { systemClock } from "@/lib/clock";
import { accountOf, type Connection } from "@/lib/connection";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { metrics } from "@/lib/metrics";
import { once } from "@/lib/once";
import { createOssClient, type OssClient } from "@/lib/oss/client";

/**
 * Clients for what people and watchers ask: all of one connection share one circuit for each side. Durable jobs have pauses
 * of their own, and a test of a connection is there to ask.
 */
export function openEas(connection: Connection): EasClient {
  return createEasClient(connection, { circuit: circuitOf(connection, "eas") });
}

export function openOss(connection: Connection): OssClient {
  return createOssClient(connection, { circuit: circuitOf(connection, "oss") });
}

/** By the account and the host too: a connection that was changed begins anew. */
function circuitOf(connection: Connection, side: "eas" | "oss"): Circuit {
  const circuits = once("circuits", () => new Map<string, Circuit>());
  const key = [side, connection.id, connection[side].host, accountOf(connection)].join("\n");
  const known = circuits.get(key);
  if (known) return known;
  const onChange = (isOpen: boolean) => metrics().silences.inc({ side }, isOpen ? 1 : -1);
  const circuit = createCircuit({ clock: systemClock, onChange });
  circuits.set(key, circuit);
  return circuit;
}
