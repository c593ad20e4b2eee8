import { z } from "zod";
import { ChangePasswordSchema, SetUpSchema } from "@/lib/auth/schemas";

/** The server's schemas, with the second entry that only the screen asks for. */

const Confirm = z.object({ confirm: z.string().min(1, "auth.rules.confirmMissing") });
const DIFFERS = { path: ["confirm"], message: "auth.rules.confirmDiffers" };

export const SetUpFormSchema = z
  .intersection(SetUpSchema, Confirm)
  .refine((value) => value.password === value.confirm, DIFFERS);

export const ChangePasswordFormSchema = z
  .intersection(ChangePasswordSchema, Confirm)
  .refine((value) => value.next === value.confirm, DIFFERS);
