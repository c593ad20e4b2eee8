import { z } from "zod";

/** EAS itself goes further with dedicated resources; more cards than this are asked for in the PAI console. */
export const InstancesSchema = z.object({ instances: z.number().int().min(0).max(100) });
