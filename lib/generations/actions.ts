"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import * as cancel from "./cancel";
import * as late from "./late-picture";
import * as submit from "./submit";
import * as unclaimed from "./unclaimed";

export const submitGenerations = action(
  orderOf(submit.SubmitSchema),
  "generate",
  inPlace((ctx, input) => submit.submitGenerations(ctx, input)),
);
export const cancelGeneration = action(orderOf(cancel.CancelSchema), "generate", inPlace(cancel.cancelGeneration));
export const lookAgain = action(orderOf(late.LookAgainSchema), "generate", inPlace(late.lookAgain));
export const setKeepUnclaimed = action(
  orderOf(unclaimed.KeepUnclaimedSchema),
  "services.write",
  inPlace(unclaimed.setKeepUnclaimed),
);
