import { z } from "zod";
import { ServiceNameInputSchema } from "@/lib/services/names";
import { GUARD_MODES, LEAST_IDLE_MINUTES, parseEnd } from "./rule";

const GuardDefaultSchema = z.object({
  mode: z.enum(GUARD_MODES),
  idleMinutes: z
    .number("guard.rules.minutes")
    .int()
    .min(LEAST_IDLE_MINUTES, "guard.rules.minutes")
    .max(43_200, "guard.rules.minutes"),
  remindDays: z.number("guard.rules.days").int().min(0, "guard.rules.days").max(365, "guard.rules.days"),
});

export const SaveGuardDefaultSchema = GuardDefaultSchema;

const MAX_KEEP_HOURS = 72;
export const KeepRunningSchema = ServiceNameInputSchema.extend({
  serviceId: z.string().max(200),
  hours: z.number().int().min(1).max(MAX_KEEP_HOURS),
});

/** The labels of one service, as people edit them; an empty text takes a label away. */
export const ServiceGuardSchema = z.object({
  idle: z.string().max(20),
  ttl: z
    .string()
    .trim()
    .refine((text) => text === "" || parseEnd(text, 0) !== undefined, "guard.service.ttlRule"),
});

export const GuardViewSchema = z.object({
  standard: GuardDefaultSchema,
  /** Where the guard has looked at the service. */
  state: z
    .object({
      stage: z.enum(["watching", "warned", "stopping", "stopped", "reminded"]),
      reason: z.enum(["idle", "ttl"]).optional(),
      idleSince: z.string().optional(),
      stopsAt: z.string().optional(),
      heldBy: z.string().optional(),
      keepUntil: z.string().optional(),
      stoppedAt: z.string().optional(),
      checkedAt: z.string(),
    })
    .optional(),
});
export type GuardView = z.infer<typeof GuardViewSchema>;
