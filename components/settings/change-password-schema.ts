import { z } from "zod";
import { ChangePasswordSchema } from "@/lib/auth/schemas";

/** The server's schema, with the second entry that only the screen asks for. */
export const ChangePasswordFormSchema = z
  .intersection(ChangePasswordSchema, z.object({ confirm: z.string().min(1, "auth.rules.confirmMissing") }))
  .refine((value) => value.next === value.confirm, { path: ["confirm"], message: "auth.rules.confirmDiffers" });
