import { z } from "zod";
import { CreateTokenSchema } from "@/lib/auth/schemas";

/** The server's schema; a select speaks in strings. */
export const TokenFormSchema = CreateTokenSchema.extend({
  days: z
    .string()
    .transform((days) => (days === "never" ? null : Number(days)))
    .pipe(CreateTokenSchema.shape.days),
});
