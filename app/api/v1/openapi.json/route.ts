import { describeApi } from "@/lib/api/describe.server";
import { route } from "@/lib/route.server";

export const GET = route("connections.read", describeApi);
