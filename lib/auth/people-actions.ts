"use server";

import { action } from "@/lib/action.server";
import { listConnections } from "@/lib/connections/chosen.server";
import { AppError } from "@/lib/errors";
import * as access from "./access";
import * as tokens from "./api-tokens";
import * as inviting from "./invitations";
import * as people from "./people";
import {
  ChangeRoleSchema,
  CreateTokenSchema,
  InviteSchema,
  PersonIdSchema,
  SetClosedSchema,
  SetDisabledSchema,
  SetPlaceSchema,
} from "./schemas";
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

export const setPlace = action(SetPlaceSchema, "users.write", async (ctx, { id, connectionId, role }) => {
  await access.setPlace(ctx, { id, connection: await named(connectionId), role });
  return null;
});

/** Whether a connection is there for those only who have a role in it by name. */
export const setClosed = action(SetClosedSchema, "users.write", async (ctx, { connectionId, closed }) => {
  await access.setClosed(ctx, { connection: await named(connectionId), closed });
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

async function named(connectionId: string) {
  const found = (await listConnections()).find(({ id }) => id === connectionId);
  if (!found) throw new AppError("not_found", { params: { what: "connection" } });
  return found;
}
