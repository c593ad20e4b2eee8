import { z } from "zod";
import { MAX_INSTANCES } from "@/lib/services/scaling-metrics";

export const InstancesSchema = z.object({ instances: z.number().int().min(0).max(MAX_INSTANCES) });
