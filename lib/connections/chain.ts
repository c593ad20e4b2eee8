import type { Connection } from "@/lib/connection";
import { chainedCredentials } from "@/lib/eas/credentials-chain";

/** With the credentials of the moment, where they are those of a role. */
export async function withCredentials(connection: Connection): Promise<Connection> {
  return connection.chained ? { ...connection, credentials: await chainedCredentials() } : connection;
}
