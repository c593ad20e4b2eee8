import { listConnections } from "@/lib/connections/chosen.server";
import { route } from "@/lib/route.server";

export const GET = route("connections.read", async () =>
  (await listConnections()).map(({ id, name, region }) => ({ id, name, region })),
);
