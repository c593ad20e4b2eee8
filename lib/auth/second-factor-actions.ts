"use server";

import { z } from "zod";
import { action } from "@/lib/action.server";
import { ConfirmSecondFactorSchema, RemoveSecondFactorSchema, RenewRecoveryCodesSchema } from "./schemas";
import * as secondFactor from "./second-factor";
import { secretBox } from "./secret-box.server";

/** Answers what the device needs, as text and as the address in the picture. */
export const beginSecondFactor = action(z.object({}), null, async (ctx) => secondFactor.begin(ctx, secretBox()));

/** Answers the recovery codes, this once. */
export const confirmSecondFactor = action(ConfirmSecondFactorSchema, null, async (ctx, { code }) => ({
  recoveryCodes: await secondFactor.confirm(ctx, secretBox(), code),
}));

/** Answers the new codes, this once. */
export const renewRecoveryCodes = action(RenewRecoveryCodesSchema, null, async (ctx, { code }) => ({
  recoveryCodes: await secondFactor.renewRecoveryCodes(ctx, secretBox(), code),
}));

export const removeSecondFactor = action(RemoveSecondFactorSchema, null, async (ctx, { password }) => {
  await secondFactor.switchOff(ctx, password);
  return null;
});
