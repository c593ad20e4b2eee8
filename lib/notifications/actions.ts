"use server";

import { action } from "@/lib/action.server";
import { secretBox } from "@/lib/auth/secret-box.server";
import { webhookSender } from "@/lib/jobs/runners.server";
import * as schemas from "./schemas";
import * as webhooks from "./webhooks";

export const createWebhook = action(schemas.SaveWebhookSchema, "notifications.write", (ctx, input) =>
  webhooks.createWebhook(ctx, secretBox(), input),
);
export const toggleWebhook = action(schemas.ToggleWebhookSchema, "notifications.write", webhooks.toggleWebhook);
export const deleteWebhook = action(schemas.WebhookIdSchema, "notifications.write", webhooks.deleteWebhook);
export const testWebhook = action(schemas.WebhookIdSchema, "notifications.write", async (ctx, input) => {
  await webhooks.testWebhook(ctx, input);
  webhookSender().poke();
});
