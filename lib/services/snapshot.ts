import { z } from "zod";
import { ERROR_CODES } from "@/lib/errors";
import { REASON_CODES } from "./failure-signatures";
import { STAGE_IDS } from "./stage-id";
import { ACTIVITIES } from "./stages";
import { ServiceDetailSchema } from "./view";

/** What everybody who watches a service sees of one moment. */

const InstanceSchema = z.object({
  name: z.string(),
  status: z.string(),
  reason: z.string(),
  restartCount: z.number(),
  ready: z.object({ processes: z.number(), total: z.number() }),
  createdAt: z.string().optional(),
  startedAt: z.string().optional(),
  instanceType: z.string().optional(),
  role: z.string().optional(),
  zone: z.string().optional(),
  isSpot: z.boolean(),
  /** Runs the newest version; absent where EAS does not say. */
  isLatest: z.boolean().optional(),
  /** Gets no traffic. */
  isolated: z.boolean(),
  /** How its process ended before it was started again. */
  lastExit: z.object({ code: z.number().optional(), reason: z.string(), at: z.string().optional() }).optional(),
  containers: z.array(
    z.object({
      name: z.string(),
      ready: z.boolean(),
      restartCount: z.number(),
      status: z.string(),
      reason: z.string(),
      since: z.string().optional(),
    }),
  ),
});

const EventSchema = z.object({
  time: z.string(),
  type: z.string(),
  reason: z.string(),
  /** The sentence, taken out of its JSON where it comes in one. */
  message: z.string(),
  resource: z.string(),
});

const StageSchema = z.object({
  id: z.enum(STAGE_IDS),
  state: z.enum(["done", "current", "waiting", "failed"]),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  activity: z.enum(ACTIVITIES).optional(),
  usualMs: z.number().optional(),
});

const ProofSchema = z.object({
  source: z.enum(["log", "event", "service", "instance", "diagnosis", "call"]),
  text: z.string(),
  time: z.string().optional(),
});

export const FIRST_PICTURE_STATES = ["waiting", "making", "made", "failed"] as const;

/** The picture that proves this version of the service, or why there is none. */
const FirstPictureSchema = z.object({
  state: z.enum(FIRST_PICTURE_STATES),
  version: z.number(),
  attempts: z.number(),
  startedAt: z.string(),
  updatedAt: z.string(),
  taskId: z.string().optional(),
  elapsedMs: z.number().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

const FailureSchema = z.object({
  code: z.enum(REASON_CODES),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  stage: z.enum(STAGE_IDS),
  retrying: z.boolean(),
  proof: ProofSchema,
  serving: z.boolean().optional(),
  facts: z.array(ProofSchema).optional(),
});

export const SnapshotSchema = z.object({
  /** The service was there and is no longer, or never was. */
  isGone: z.boolean(),
  service: ServiceDetailSchema.optional(),
  instances: z.array(InstanceSchema),
  /** Newest first. */
  events: z.array(EventSchema),
  /** The last lines of the instance that matters now. */
  log: z.object({ instance: z.string().optional(), lines: z.array(z.string()) }),
  stages: z.array(StageSchema),
  failure: FailureSchema.optional(),
  firstPicture: FirstPictureSchema.optional(),
  /** While a restart goes on that was asked for here: how many instances of how many are new and answer. */
  restart: z.object({ done: z.number(), count: z.number() }).optional(),
  /** Of the newest entry of the timeline: 64 bits. */
  timelineId: z.string().optional(),
  /** What lies in optimized_model/, where the service uses Blade. */
  optimizedModel: z.array(z.object({ name: z.string(), sizeBytes: z.number(), at: z.string() })).optional(),
  /** Why what is shown may be old. */
  stale: z.object({ code: z.enum(ERROR_CODES), since: z.string() }).optional(),
});
export type Snapshot = z.infer<typeof SnapshotSchema>;

export const EMPTY_SNAPSHOT: Snapshot = { isGone: false, instances: [], events: [], log: { lines: [] }, stages: [] };

/** One message of the live stream. */
export interface WatchEvent {
  /** Grows by one with every change. */
  id: number;
  snapshot: Snapshot;
}
