import { route } from "@/lib/route.server";
import { listWorkspaces } from "@/lib/services/list-workspaces";

export const GET = route("services.read", (ctx) => listWorkspaces(ctx));
