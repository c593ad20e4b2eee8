import { z } from "zod";
import { NOTICE_KINDS } from "./kinds";

export const SaveWebhookSchema = z.object({
  name: z.string().trim().min(1).max(80),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  kinds: z.array(z.enum(NOTICE_KINDS)).min(1),
});

export const WebhookIdSchema = z.object({ id: z.uuid() });
export const ToggleWebhookSchema = WebhookIdSchema.extend({ enabled: z.boolean() });

const DeliverySchema = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(["waiting", "delivered", "failed"]),
  attempts: z.number(),
  status: z.number().optional(),
  error: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const WebhookSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  kinds: z.array(z.enum(NOTICE_KINDS)),
  enabled: z.boolean(),
  createdAt: z.string(),
  /** Newest first. */
  deliveries: z.array(DeliverySchema),
});
export type WebhookView = z.infer<typeof WebhookSchema>;

export const NoticeSchema = z.object({
  /** 64 bits. */
  id: z.string(),
  connectionId: z.string(),
  service: z.string(),
  kind: z.enum(NOTICE_KINDS),
  details: z.record(z.string(), z.string()),
  at: z.string(),
});
export type Notice = z.infer<typeof NoticeSchema>;

/** `newest`: where to go on from; the first answer has no notices, only that. */
export const NoticesSchema = z.object({ newest: z.string(), notices: z.array(NoticeSchema) });
export type Notices = z.infer<typeof NoticesSchema>;
