import { type NextRequest, NextResponse } from "next/server";
import { readAccess } from "@/lib/auth/access";
import { SESSION_COOKIE } from "@/lib/auth/cookie";
import { roleIn } from "@/lib/auth/rights";
import { findSession } from "@/lib/auth/sessions";
import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { configuredConnections } from "@/lib/connections/configured";
import { listBucketDomains } from "@/lib/connections/saved";
import { contentSecurityPolicy } from "@/lib/content-security-policy";
import { database } from "@/lib/database.server";
import { env } from "@/lib/env";
import { paths } from "@/lib/paths";

/** Pages that are there for people without a session. */
const OPEN: readonly string[] = [paths.signIn(), paths.setUp(), paths.help()];
const isOpen = (pathname: string) =>
  OPEN.includes(pathname) || [paths.invitation(""), paths.help("")].some((folder) => pathname.startsWith(folder));

/**
 * Before a page is rendered: people without a session go to the sign-in page, and where they wanted to go is remembered,
 * which a layout cannot know (a convenience: whether a session is valid is asked behind every page, action and route);
 * and the answer gets its content security policy, whose nonce Next finds in the request.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && !isOpen(pathname) && !request.cookies.has(SESSION_COOKIE)) {
    const next = `${pathname}${search}`;
    return NextResponse.redirect(new URL(paths.signIn(next === "/" ? undefined : next), request.nextUrl));
  }
  const configured = configuredConnections(env());
  const policy = contentSecurityPolicy({
    nonce: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64"),
    buckets: configured.map(({ oss }) => oss),
    domains: await ownDomains(configured, request.cookies.get(SESSION_COOKIE)?.value).catch(() => []),
    development: env().development,
  });
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

/** Of the connections that exist for this person: strangers, and people without access, learn of no domain. */
async function ownDomains(configured: readonly Connection[], token: string | undefined): Promise<string[]> {
  const domains = [
    ...configured.flatMap(({ id, bucketDomain }) => (bucketDomain ? [{ id, host: bucketDomain.host }] : [])),
    ...(await listBucketDomains(database())),
  ];
  // Hardly anybody has one: then nobody needs to be known here.
  if (domains.length === 0 || token === undefined) return [];
  const session = await findSession(database(), systemClock, token);
  if (!session) return [];
  const access = await readAccess(database(), session.user);
  return domains.filter(({ id }) => roleIn(access, id) !== undefined).map(({ host }) => host);
}

export const config = {
  // Not the API (it answers 401, and bodies that pass here are cut at 10 MB), not what is public, no files.
  matcher: ["/((?!api/|_next/|.*\\.).*)"],
};
