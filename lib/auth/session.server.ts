import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { systemClock } from "@/lib/clock";
import { database } from "@/lib/database.server";
import { paths } from "@/lib/paths";
import { nearestAddress } from "./address";
import { findToken } from "./api-tokens";
import { bookAttempt } from "./back-off";
import { SESSION_COOKIE } from "./cookie";
import type { Door } from "./door";
import { safeNextPath } from "./next-path";
import type { CurrentUser } from "./rights";
import { secretBox } from "./secret-box.server";
import { type Caller, findSession, LIFETIME_MS, listSessions, type Session, type SessionView } from "./sessions";
import { isSetUp } from "./set-up";

/** Looked up once per request. */
export const currentSession = cache(async (): Promise<Session | undefined> => {
  const token = (await cookies()).get(SESSION_COOKIE)?.value;
  return token ? findSession(database(), systemClock, token) : undefined;
});

export async function currentUser(): Promise<CurrentUser | undefined> {
  return (await currentSession())?.user;
}

/** For whom a program calls, by the token in its `Authorization` header. */
export const currentToken = cache(async () => {
  const [, token] = /^Bearer +(\S+)$/i.exec((await headers()).get("authorization") ?? "") ?? [];
  if (!token) return undefined;
  const door = await currentDoor();
  const address = { kind: "address", value: door.caller.address } as const;
  const found = await findToken(door.db, door.clock, token);
  // Nobody guesses 256 bits, but whoever tries need not be answered quickly.
  if (!found) await bookAttempt(door.db, door.clock, address);
  return found && { ...found, secret: token };
});

/** For pages and layouts: sends to set-up or sign-in, and back to `next` afterwards. */
export async function requireUser(next?: string): Promise<CurrentUser> {
  const user = await currentUser();
  if (user) return user;
  const target = safeNextPath(next);
  redirect((await isSetUp(database())) ? paths.signIn(target === "/" ? undefined : target) : paths.setUp());
}

export async function keepSession(token: string): Promise<void> {
  (await cookies()).set(SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: "lax",
    secure: await isOverTls(),
    path: "/",
    maxAge: LIFETIME_MS / 1000,
  });
}

/** Whether the browser reaches us by TLS, so that a cookie may be kept for that alone. */
export async function isOverTls(): Promise<boolean> {
  // Next sets x-forwarded-proto itself when no proxy did.
  return (await headers()).get("x-forwarded-proto")?.split(",")[0] === "https";
}

export async function forgetSession(): Promise<void> {
  (await cookies()).delete(SESSION_COOKIE);
}

/** Where the request comes from. */
export async function currentCaller(): Promise<Caller> {
  const all = await headers();
  return {
    address: nearestAddress(all.get("x-forwarded-for")),
    userAgent: all.get("user-agent") ?? "",
  };
}

export async function currentDoor(): Promise<Door> {
  return { db: database(), clock: systemClock, box: secretBox(), caller: await currentCaller() };
}

/** One's own sessions, the latest used first, for the settings page. */
export async function mySessions(): Promise<SessionView[]> {
  const session = await currentSession();
  return session ? listSessions(database(), systemClock, session) : [];
}
