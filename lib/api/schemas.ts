/** What programs send and get. The same schemas parse their requests and describe the API. */
import { z } from "zod";
import { GenerateInputSchema } from "@/lib/playground/input";
import { isTaskId } from "@/lib/playground/task-id";

export const ConnectionsSchema = z.array(z.object({ id: z.string(), name: z.string(), region: z.string() }));

export const DeploySchema = z.object({
  /** The service's JSON, as EAS takes it. */
  config: z.record(z.string(), z.unknown()),
  workspaceId: z.string().max(64).optional(),
  /** Has the service make one picture as soon as it answers. */
  firstPicture: z.boolean().default(false),
});

export const DeployedSchema = z.object({ name: z.string(), outcome: z.enum(["created", "existing"]) });

export const GenerateSchema = z.object({
  requests: z
    .array(
      z.object({
        /** Chosen by the caller: a request that is sent again with the same one asks for no second picture. */
        taskId: z.string().refine(isTaskId).optional(),
        input: GenerateInputSchema,
      }),
    )
    .min(1)
    .max(64),
});

export const DoneSchema = z.object({ ok: z.literal(true) });
export const GenerationIdSchema = z.object({ id: z.uuid() });
