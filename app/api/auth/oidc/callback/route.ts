import type { NextRequest } from "next/server";
import { oidc, takeFlow } from "@/lib/auth/oidc/oidc.server";
import { leadTo, refused } from "@/lib/auth/oidc/respond.server";
import { finishSignIn } from "@/lib/auth/oidc/sign-in";
import { currentDoor, currentSession, keepSession } from "@/lib/auth/session.server";
import { endSession } from "@/lib/auth/sessions";
import { isSetUp } from "@/lib/auth/set-up";
import { paths } from "@/lib/paths";

/** Open to everyone: the provider sends the browser here. */
export async function GET(request: NextRequest): Promise<Response> {
  const provider = oidc();
  const door = await currentDoor();
  if (!provider) return leadTo(paths.signIn());
  if (!(await isSetUp(door.db))) return leadTo(paths.setUp());
  try {
    const cookie = await takeFlow();
    const { token, next } = await finishSignIn(door, provider, { cookie, search: request.nextUrl.search });
    const former = await currentSession();
    if (former) await endSession(door.db, former.user.id, former.id);
    await keepSession(token);
    return leadTo(next);
  } catch (error) {
    return refused(error);
  }
}
