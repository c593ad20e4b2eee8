import { z } from "zod";

/** A fault that was injected into an instance (CreateFaultInjection), with the arguments as they were given. */
export const InjectedFaultSchema = z.object({
  type: z.enum(["CpuFullloadTask", "MemLoadTask", "NetworkTask", "DiskBurnTask", "DiskFillTask"]),
  args: z.record(z.string(), z.unknown()),
});

export type InjectedFault = z.infer<typeof InjectedFaultSchema>;
export type FaultType = InjectedFault["type"];
