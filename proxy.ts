import { type NextRequest, NextResponse } from "next/server";
import { SESSION_COOKIE } from "@/lib/auth/cookie";
import { paths } from "@/lib/paths";

/**
 * Sends people without a session to the sign-in page before anything is rendered, and remembers where they wanted to go,
 * which a layout cannot know. This is a convenience: whether a session is valid is asked behind every page, action and
 * route.
 */
export function proxy(request: NextRequest): NextResponse {
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || request.cookies.has(SESSION_COOKIE)) return NextResponse.next();
  const { pathname, search } = request.nextUrl;
  const next = `${pathname}${search}`;
  return NextResponse.redirect(new URL(paths.signIn(next === "/" ? undefined : next), request.nextUrl));
}

export const config = {
  // Not the API (it answers 401, and bodies that pass here are cut at 10 MB), not what is public, no files.
  matcher: ["/((?!api/|_next/|sign-in|set-up|.*\\.).*)"],
};
