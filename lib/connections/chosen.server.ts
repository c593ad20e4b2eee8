import "server-only";
import { cookies } from "next/headers";
import { cache } from "react";
import { readAccess } from "@/lib/auth/access";
import { type CurrentUser, roleIn } from "@/lib/auth/rights";
import { secretBox } from "@/lib/auth/secret-box.server";
import { isOverTls } from "@/lib/auth/session.server";
import { type Connection, toConnectionView } from "@/lib/connection";
import { database } from "@/lib/database.server";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log.server";
import { withCredentials } from "./chain";
import { configuredConnections } from "./configured";
import { findSaved, listSavedRows, toBucketDomain, type Vault } from "./saved";
import { type ConnectionDetails, maskKeyId } from "./view";

const COOKIE = "easel-connection";

export function vault(): Vault {
  return { db: database(), box: secretBox() };
}

/** Asked once per request. */
export const currentAccess = cache((user: CurrentUser) => readAccess(database(), user));

/** Those that exist for this person. */
export async function listOwnConnections(user: CurrentUser): Promise<ConnectionDetails[]> {
  const [all, access] = await Promise.all([listConnections(), currentAccess(user)]);
  return all.filter(({ id }) => roleIn(access, id) !== undefined);
}

/** Undefined too when it does not exist for this person. */
export async function findOwnConnection(user: CurrentUser, id: string): Promise<Connection | undefined> {
  return roleIn(await currentAccess(user), id) === undefined ? undefined : findConnection(id);
}

/** Every connection; secrets stay sealed. For the console's own work: people are shown `listOwnConnections`. */
export async function listConnections(): Promise<ConnectionDetails[]> {
  const configured = configuredConnections(env()).map((connection) => ({
    ...toConnectionView(connection),
    accessKeyId: connection.chained ? undefined : maskKeyId(connection.credentials.accessKeyId),
  }));
  const saved = (await listSavedRows(database())).map((row) => ({
    id: row.id,
    kind: "saved" as const,
    name: row.name,
    region: row.region,
    bucketDomain: toBucketDomain(row),
    accessKeyId: maskKeyId(row.accessKeyId),
  }));
  return [...configured, ...saved];
}

/** Undefined when there is none of that id. For the console's own work: people ask `findOwnConnection`. */
export async function findConnection(id: string): Promise<Connection | undefined> {
  const configured = configuredConnections(env()).find((connection) => connection.id === id);
  return configured ? withCredentials(configured) : findSaved(vault(), id);
}

/** The connection that this browser chose; the first one when it chose none or its choice is gone, or gone for this person. */
export const chosenConnection = cache(async (user: CurrentUser): Promise<Connection | undefined> => {
  try {
    const id = (await cookies()).get(COOKIE)?.value;
    const chosen = id ? await findOwnConnection(user, id) : undefined;
    if (chosen) return chosen;
    const [first] = await listOwnConnections(user);
    return first && (await findConnection(first.id));
  } catch (error) {
    // Its key is lost. Another connection instead would show foreign data under the same screens.
    if (!(error instanceof AppError)) throw error;
    log.error("the chosen connection cannot be opened", { error });
    return undefined;
  }
});

export async function rememberConnection(id: string): Promise<void> {
  const secure = await isOverTls();
  (await cookies()).set(COOKIE, id, { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: 365 * 24 * 60 * 60 });
}
