import { listOwnConnections } from "@/lib/connections/chosen.server";
import { route } from "@/lib/route.server";

export const GET = route("connections.read", async ({ user }) =>
  (await listOwnConnections(user)).map(({ id, name, region }) => ({ id, name, region })),
);
