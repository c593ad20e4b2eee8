import { z } from "zod";

/** A service group and who belongs to it, as the browser gets to see it. */

const MemberSchema = z.object({
  name: z.string(),
  status: z.string(),
  instances: z.object({ total: z.number(), running: z.number(), pending: z.number() }),
  version: z.number(),
  trafficState: z.string(),
  weight: z.number().optional(),
  safetyLock: z.string().optional(),
});
export type GroupMember = z.infer<typeof MemberSchema>;

export const GroupViewSchema = z.object({
  name: z.string(),
  /** `auto`: by number of instances; `customized`: by weight. */
  trafficMode: z.string(),
  endpoint: z.string().optional(),
  /** It came with an asynchronous service and goes with it. */
  hasQueue: z.boolean(),
  members: z.array(MemberSchema),
});
export type GroupView = z.infer<typeof GroupViewSchema>;

/** The reply for a service without a group. */
export const MaybeGroupSchema = GroupViewSchema.nullable();
