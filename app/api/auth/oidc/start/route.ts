import type { NextRequest } from "next/server";
import { safeNextPath } from "@/lib/auth/next-path";
import { keepFlow, oidc, redirectUri } from "@/lib/auth/oidc/oidc.server";
import { leadTo, refused } from "@/lib/auth/oidc/respond.server";
import { beginSignIn } from "@/lib/auth/oidc/sign-in";
import { currentDoor } from "@/lib/auth/session.server";
import { isSetUp } from "@/lib/auth/set-up";
import { paths } from "@/lib/paths";

/** Open to everyone: sends the browser to the provider. */
export async function GET(request: NextRequest): Promise<Response> {
  const provider = oidc();
  const door = await currentDoor();
  if (!provider) return leadTo(paths.signIn());
  if (!(await isSetUp(door.db))) return leadTo(paths.setUp());
  try {
    const next = safeNextPath(request.nextUrl.searchParams.get("next"));
    const { location, cookie } = await beginSignIn(door, provider, { redirectUri: await redirectUri(), next });
    await keepFlow(cookie);
    return leadTo(location);
  } catch (error) {
    return refused(error);
  }
}
