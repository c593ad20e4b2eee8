"use server";

import { z } from "zod";
import { action, publicAction } from "@/lib/action.server";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { writeAudit } from "./audit";
import * as changing from "./change-password";
import * as inviting from "./invitations";
import { AcceptInvitationSchema, ChangePasswordSchema, SessionIdSchema, SetUpSchema, SignInSchema } from "./schemas";
import { currentDoor, currentSession, forgetSession, keepSession } from "./session.server";
import { endSession } from "./sessions";
import * as settingUp from "./set-up";
import * as signingIn from "./sign-in";

/** Creates the owner and signs in. */
export const setUpOwner = publicAction(SetUpSchema, async (input) => {
  await keepSession(await settingUp.setUpOwner(await currentDoor(), env().setupCode, input));
  return null;
});

export const signIn = publicAction(SignInSchema, async (input) => {
  const door = await currentDoor();
  const token = await signingIn.signIn(door, input);
  // A browser has one session: the one it replaces must not live on unseen.
  const former = await currentSession();
  if (former) await endSession(door.db, former.user.id, former.id);
  await keepSession(token);
  return null;
});

/** Lets the holder of a link in and signs them in, unless a code is asked for too. */
export const acceptInvitation = publicAction(AcceptInvitationSchema, async (input) => {
  const door = await currentDoor();
  const token = await inviting.acceptInvitation(door, input);
  const former = await currentSession();
  if (former) await endSession(door.db, former.user.id, former.id);
  if (token) await keepSession(token);
  else await forgetSession();
  return { signedIn: token !== undefined };
});

/** Never fails for somebody who is already signed out. */
export const signOut = publicAction(z.object({}), async () => {
  const session = await currentSession();
  if (session) {
    const { db, clock, caller } = await currentDoor();
    await endSession(db, session.user.id, session.id);
    await writeAudit(db, clock, {
      action: "auth.sign_out",
      target: session.user.name,
      user: session.user,
      address: caller.address,
    });
  }
  await forgetSession();
  return null;
});

export const changePassword = action(ChangePasswordSchema, null, async (_, input) => {
  const session = await currentSession();
  if (!session) throw new AppError("not_signed_in");
  await changing.changePassword(await currentDoor(), session, input);
  return null;
});

/** Ends one of one's own sessions, this one included. */
export const revokeSession = action(SessionIdSchema, null, async ({ user }, { id }) => {
  const { db, clock, caller } = await currentDoor();
  if (!(await endSession(db, user.id, id))) throw new AppError("not_found");
  await writeAudit(db, clock, { action: "auth.revoke_session", target: id, user, address: caller.address });
  return null;
});
