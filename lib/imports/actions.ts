"use server";

import type { z } from "zod";
import { action } from "@/lib/action.server";
import { secretBox } from "@/lib/auth/secret-box.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import type { Context } from "@/lib/context.server";
import * as manage from "./manage";
import { importRunner } from "./runner.server";
import { CreateImportSchema, ImportIdSchema } from "./schemas";

/** The runner of this process need not wait for its next look. */
function poking<Input, T>(verb: (ctx: Context, input: Input) => Promise<T>) {
  return async (ctx: Context, input: Input): Promise<T> => {
    const done = await verb(ctx, input);
    importRunner().poke();
    return done;
  };
}

const Order = orderOf(ImportIdSchema);

export const createImport = action(
  orderOf(CreateImportSchema),
  "models.write",
  inPlace(poking((ctx, input: z.output<typeof CreateImportSchema>) => manage.createImport(ctx, secretBox(), input))),
);
export const cancelImport = action(Order, "models.write", inPlace(poking(manage.cancelImport)));
export const retryImport = action(Order, "models.write", inPlace(poking(manage.retryImport)));
export const forgetImport = action(Order, "models.write", inPlace(manage.forgetImport));
