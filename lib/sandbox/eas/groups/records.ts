import { z } from "zod";

/** A service group as it stands on disk. Times are milliseconds since the epoch. */
export const GroupRecordSchema = z.object({
  name: z.string(),
  /** Opens the group's address; not a member's token. */
  token: z.string(),
  /** `auto`: by number of instances; `customized`: by the weights that ReleaseService sets. */
  trafficMode: z.enum(["auto", "customized"]),
  labels: z.record(z.string(), z.string()),
  network: z
    .object({ gatewayId: z.string(), vpcId: z.string(), vSwitchId: z.string(), securityGroupId: z.string() })
    .partial(),
  workspaceId: z.string().optional(),
  /** The asynchronous service that it came with and goes with. */
  queueOf: z.string().optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
});

export type GroupRecord = z.infer<typeof GroupRecordSchema>;
