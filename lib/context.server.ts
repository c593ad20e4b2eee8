import "server-only";
import { redirect } from "next/navigation";
import type { CurrentUser } from "@/lib/auth/rights";
import { currentCaller, requireUser } from "@/lib/auth/session.server";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { chosenConnection, findConnection } from "@/lib/connections/chosen.server";
import { database } from "@/lib/database.server";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { AppError } from "@/lib/errors";
import { createOssClient, type OssClient } from "@/lib/oss/client";
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

/** `connectionId`: the one that a page was made for; without it, the one that this browser chose. */
export async function createContext(user: CurrentUser, signal: AbortSignal, connectionId?: string): Promise<Context> {
  const named = connectionId === undefined ? chosenConnection() : findConnection(connectionId);
  const [connection, { address }] = await Promise.all([named, currentCaller()]);
  return toContext({ connection, db: database(), clock: systemClock, signal, user, address });
}

/**
 * For pages that show the cloud: someone who is not signed in is sent to the sign-in page, and back to `next` afterwards;
 * where there is no connection yet, to the place where one is added.
 */
export async function pageContext(next?: string): Promise<Context> {
  const user = await requireUser(next);
  if (!(await chosenConnection())) redirect(paths.settings("connections"));
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
  const eas = lazy(() => createEasClient(connection()));
  const oss = lazy(() => createOssClient(connection()));
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
