"use server";

import { action } from "@/lib/action.server";
import * as tokens from "./api-tokens";
import * as inviting from "./invitations";
import * as people from "./people";
import { ChangeRoleSchema, CreateTokenSchema, InviteSchema, PersonIdSchema, SetDisabledSchema } from "./schemas";
import { takeOff } from "./second-factor";

/** Answers the secret of the link, this once. */
export const invite = action(InviteSchema, "users.write", async (ctx, input) => ({
  token: await inviting.invite(ctx, input),
}));

/** Answers the secret of a link by which this person chooses a new password. */
export const offerNewPassword = action(PersonIdSchema, "users.write", async (ctx, { id }) => ({
  token: await inviting.offerNewPassword(ctx, id),
}));

export const withdrawInvitation = action(PersonIdSchema, "users.write", async (ctx, { id }) => {
  await inviting.withdrawInvitation(ctx, id);
  return null;
});

export const changeRole = action(ChangeRoleSchema, "users.write", async (ctx, { id, role }) => {
  await people.changeRole(ctx, id, role);
  return null;
});

export const setDisabled = action(SetDisabledSchema, "users.write", async (ctx, { id, disabled }) => {
  await people.setDisabled(ctx, id, disabled);
  return null;
});

export const signOutEverywhere = action(PersonIdSchema, "users.write", async (ctx, { id }) => ({
  sessions: await people.signOutEverywhere(ctx, id),
}));

export const takeOffSecondFactor = action(PersonIdSchema, "users.write", async (ctx, { id }) => {
  await takeOff(ctx, id);
  return null;
});

/** Answers the token, this once. */
export const createToken = action(CreateTokenSchema, null, async (ctx, input) => ({
  token: await tokens.createToken(ctx, input),
}));

export const revokeToken = action(PersonIdSchema, null, async (ctx, { id }) => {
  await tokens.revokeToken(ctx, id);
  return null;
});
