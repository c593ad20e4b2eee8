import { secretBox } from "@/lib/auth/secret-box.server";
import { listWebhooks } from "@/lib/notifications/webhooks";
import { route } from "@/lib/route.server";

export const GET = route("notifications.write", (ctx) => listWebhooks(ctx, secretBox()));
