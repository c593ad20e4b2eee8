import "server-only";
import { redirect } from "next/navigation";
import { readAccess } from "@/lib/auth/access";
import { type Access, type CurrentUser, can, isConsoleRight, type Right, type Role, roleIn } from "@/lib/auth/rights";
import { currentCaller, requireUser } from "@/lib/auth/session.server";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { chosenConnection, currentAccess, findOwnConnection } from "@/lib/connections/chosen.server";
import { openEas, openOss } from "@/lib/connections/clients";
import { database } from "@/lib/database.server";
import type { EasClient } from "@/lib/eas/client";
import { AppError } from "@/lib/errors";
import type { OssClient } from "@/lib/oss/client";
import { paths } from "@/lib/paths";
import type { Database } from "@/lib/store/database";

/** All that a use case needs, passed down explicitly. Built per request. */
export interface Context {
  /** Throws `not_found` when no connection is configured or chosen. */
  readonly connection: Connection;
  readonly eas: EasClient;
  readonly oss: OssClient;
  readonly db: Database;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly user: CurrentUser;
  /** Where the person calls from, for the audit. */
  readonly address?: string;
}

/**
 * The context of one call, when its right is given: rights over the console go by the person's general role, all others by
 * what they are in the connection. One that does not exist for them answers like one that does not exist.
 */
export async function admit(
  { user, may = can }: Caller,
  right: Right | null,
  signal: AbortSignal,
  connectionId?: string,
): Promise<Context> {
  if (right === null || isConsoleRight(right)) {
    if (right !== null && !may(user.role, right)) throw new AppError("forbidden", { params: { right } });
    return createContext(user, signal, connectionId, () => user.role);
  }
  const ctx = await createContext(user, signal, connectionId);
  // Throws where there is none.
  void ctx.connection;
  if (!may(ctx.user.role, right)) throw new AppError("forbidden", { params: { right } });
  return ctx;
}

export interface Caller {
  user: CurrentUser;
  /** For programs: what the token was made for comes on top. */
  may?: (role: Role, right: Right) => boolean;
}

/** Whether somebody who was admitted to a connection still would be. Needs no request: streams ask long after theirs. */
export async function isStillAdmitted(caller: Caller | undefined, right: Right, connectionId: string) {
  if (!caller) return false;
  const { user, may = can } = caller;
  const role = roleIn(await readAccess(database(), user), connectionId);
  return role !== undefined && may(role, right);
}

/** `connectionId`: the one that a page was made for; without it, the one that this browser chose. */
async function createContext(
  user: CurrentUser,
  signal: AbortSignal,
  connectionId?: string,
  roleOf = (access: Access, id: string) => roleIn(access, id) ?? user.role,
): Promise<Context> {
  const named = connectionId === undefined ? chosenConnection(user) : findOwnConnection(user, connectionId);
  const [connection, { address }, access] = await Promise.all([named, currentCaller(), currentAccess(user)]);
  const role = connection ? roleOf(access, connection.id) : user.role;
  return toContext({ connection, db: database(), clock: systemClock, signal, user: { ...user, role }, address });
}

/**
 * For pages that show the cloud: someone who is not signed in is sent to the sign-in page, and back to `next` afterwards;
 * where there is no connection yet, to the place where one is added.
 */
export async function pageContext(next?: string): Promise<Context> {
  const user = await requireUser(next);
  if (!(await chosenConnection(user))) redirect(paths.settings("connections"));
  return createContext(user, new AbortController().signal);
}

/** Clients are made at first use: most requests need one of them or none. */
export function toContext(
  parts: Omit<Context, "connection" | "eas" | "oss"> & { connection: Connection | undefined },
): Context {
  const { connection: chosen, ...rest } = parts;
  const connection = () => {
    if (!chosen) throw new AppError("not_found", { params: { what: "connection" } });
    return chosen;
  };
  const eas = lazy(() => openEas(connection()));
  const oss = lazy(() => openOss(connection()));
  return {
    ...rest,
    get connection() {
      return connection();
    },
    get eas() {
      return eas();
    },
    get oss() {
      return oss();
    },
  };
}

function lazy<T>(create: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: create() };
    return made.value;
  };
}
