import { z } from "zod";

/** Any service of the account, ours or not: what EAS may have accepted at some time. Never a path. */
export const ServiceNameInputSchema = z.object({ name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,127}$/) });
export type ServiceNameInput = z.infer<typeof ServiceNameInputSchema>;
