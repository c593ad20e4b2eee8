"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import * as change from "./change-sheet";
import * as golden from "./golden";
import * as schemas from "./schemas";
import * as submit from "./submit-sheet";

export const submitSheet = action(orderOf(schemas.SubmitSheetSchema), "generate", inPlace(submit.submitSheet));
export const tryElsewhere = action(orderOf(schemas.TryElsewhereSchema), "generate", inPlace(submit.tryElsewhere));
export const cancelSheet = action(orderOf(schemas.SheetIdSchema), "generate", inPlace(change.cancelSheet));
export const retrySheet = action(orderOf(schemas.RetrySheetSchema), "generate", inPlace(change.retrySheet));
export const addGolden = action(orderOf(schemas.AddGoldenSchema), "generate", inPlace(golden.addGolden));
export const removeGolden = action(orderOf(schemas.GoldenIdSchema), "generate", inPlace(golden.removeGolden));
export const runGolden = action(orderOf(schemas.RunGoldenSchema), "generate", inPlace(golden.runGolden));
export const acceptGolden = action(orderOf(schemas.AcceptGoldenSchema), "generate", inPlace(golden.acceptGolden));
