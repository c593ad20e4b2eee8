import "server-only";
import { cookies } from "next/headers";
import { cache } from "react";
import type { Connection } from "@/lib/connection";
import { env } from "@/lib/env";
import { configuredConnections } from "./configured";

export const CONNECTION_COOKIE = "easel-connection";

/** The connection that this browser chose; the first one when it chose none or its choice is gone. */
export const chosenConnection = cache(async (): Promise<Connection | undefined> => {
  const id = (await cookies()).get(CONNECTION_COOKIE)?.value;
  const configured = configuredConnections(env());
  return configured.find((connection) => connection.id === id) ?? configured[0];
});
