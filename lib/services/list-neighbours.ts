import { z } from "zod";
import type { Context } from "@/lib/context.server";
import type { Service } from "@/lib/eas/types";
import { readConfig } from "@/lib/service-config/config-facts";
import { MODEL_MOUNT } from "@/lib/service-config/config-view";

/** A service of the region, as far as it matters to another one's configuration. */
export const NeighbourSchema = z.object({
  name: z.string(),
  status: z.string(),
  modelUri: z.string().optional(),
  optimises: z.boolean(),
});
type Neighbour = z.infer<typeof NeighbourSchema>;

/** Replies of the list may come without configurations; each missing one costs a call. */
const AT_ONCE = 8;

export async function listNeighbours({ eas }: Pick<Context, "eas">): Promise<Neighbour[]> {
  const { items } = await eas.listAllServices({});
  const services = items.filter(({ role }) => role !== "Queue");
  const neighbours: Neighbour[] = [];
  for (let from = 0; from < services.length; from += AT_ONCE)
    neighbours.push(...(await Promise.all(services.slice(from, from + AT_ONCE).map((one) => toNeighbour(eas, one)))));
  return neighbours;
}

async function toNeighbour(eas: Context["eas"], service: Service): Promise<Neighbour> {
  // A service may be gone since the list was made.
  const config = service.config ?? (await eas.describeService(service.name).catch(() => undefined))?.config;
  const { mounts, isDiffusers, parsed } = readConfig(config);
  return {
    name: service.name,
    status: service.status,
    modelUri: mounts.find(({ mountPath }) => mountPath === MODEL_MOUNT)?.path,
    optimises: isDiffusers && parsed?.flags.blade === true,
  };
}
