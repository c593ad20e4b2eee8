import { openApiDocument } from "@/lib/api/openapi";
import { route } from "@/lib/route.server";

export const GET = route("connections.read", async (_, call) => openApiDocument(call.request.nextUrl.origin));
