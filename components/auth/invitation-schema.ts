import { z } from "zod";
import { AcceptInvitationSchema } from "@/lib/auth/schemas";

/** The server's schema, with the second entry that only the screen asks for. */
export const InvitationFormSchema = z
  .intersection(AcceptInvitationSchema, z.object({ confirm: z.string().min(1, "auth.rules.confirmMissing") }))
  .refine((value) => value.password === value.confirm, { path: ["confirm"], message: "auth.rules.confirmDiffers" });
