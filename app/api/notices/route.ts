import { listNotices, NoticesQuerySchema } from "@/lib/notifications/notices";
import { route } from "@/lib/route.server";

export const GET = route("services.read", async (ctx, call) => listNotices(ctx, call.query(NoticesQuerySchema)));
