import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { EasClient } from "@/lib/eas/client";
import { createQueue } from "@/lib/eas/queue/client";
import { callTarget } from "@/lib/generations/call-target";

/** What waits in front of an asynchronous service, whoever put it there, and what it is working on. */
export async function queueLength(connection: Connection, eas: EasClient, service: string): Promise<number> {
  const { endpoint, token } = await callTarget({ connection, eas, clock: systemClock }, service);
  return (await createQueue(connection, { endpoint, token }).attributes()).length;
}
