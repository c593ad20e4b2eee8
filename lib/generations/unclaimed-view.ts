import { z } from "zod";

/** What the browser gets to see of other clients' answers. */
export const UnclaimedSchema = z.object({
  /** Whether they are taken out and kept here. */
  keep: z.boolean(),
  /** Answers in the output queue now; undefined while it cannot be asked. */
  inQueue: z.number().optional(),
  items: z.array(
    z.object({
      requestId: z.string(),
      prompt: z.string().optional(),
      /** RFC 3339 UTC. */
      receivedAt: z.string(),
      /** As it came, cut. */
      body: z.string(),
      pictures: z.array(z.object({ key: z.string(), url: z.string(), thumbnailUrl: z.string() })),
    }),
  ),
});
export type Unclaimed = z.infer<typeof UnclaimedSchema>;
