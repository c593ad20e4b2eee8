import { z } from "zod";
import type { Cloud } from "@/lib/sandbox/eas/cloud";

/* A service that has run for long: a log and a list of events as nobody wants to wait for. */

export const NoiseSchema = z.object({
  service: z.string().min(1),
  /** Of each of its instances. */
  lines: z.number().int().min(0).max(100_000).default(0),
  events: z.number().int().min(0).max(1_000).default(0),
});

const SECOND_MS = 1000;

/** False when there is no such service. */
export async function makeNoise(cloud: Cloud, noise: z.output<typeof NoiseSchema>): Promise<boolean> {
  const service = cloud.services.get(noise.service);
  if (!service) return false;
  const now = cloud.clock.now();
  for (const { name, run } of service.instances)
    for (let line = 1; line <= noise.lines; line++)
      cloud.logs.append(service.name, name, { at: now, run, text: `[INFO] request ${line} was answered` });
  for (let event = noise.events; event >= 1; event--)
    service.events.push({
      at: now - event * SECOND_MS,
      type: "Normal",
      resource: "Service",
      reason: "Updated",
      message: `Event ${event} of ${noise.events}`,
    });
  await cloud.services.flush();
  return true;
}
