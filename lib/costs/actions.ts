"use server";

import { z } from "zod";
import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import { roundsRunner } from "@/lib/jobs/rounds.server";
import * as budget from "./budget";
import { makeDue } from "./count-now";
import { SaveBudgetSchema } from "./schemas";

/** Looks at what runs now instead of within a minute. */
export const countNow = action(
  orderOf(z.object({})),
  "services.read",
  inPlace(async (ctx) => {
    await makeDue(ctx);
    roundsRunner().poke();
  }),
);

export const saveBudget = action(orderOf(SaveBudgetSchema), "costs.write", inPlace(budget.saveBudget));
