import { randomUUID } from "node:crypto";
import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { forgetPlaces } from "@/lib/auth/access";
import type { SecretBox } from "@/lib/auth/secret-box";
import type { BucketDomain, Connection, Credentials } from "@/lib/connection";
import { AppError } from "@/lib/errors";
import type { Database } from "@/lib/store/database";
import { connections } from "@/lib/store/schema/connections";
import { toRegionalConnection } from "./regional";
import type { SaveConnectionSchema } from "./schemas";

/** Accounts kept in the store, their secrets sealed. */
export interface Vault {
  db: Database;
  box: SecretBox;
}

const SealedSchema = z.object({ accessKeySecret: z.string(), securityToken: z.string().optional() });

type Row = typeof connections.$inferSelect;

export async function listSavedRows(db: Database): Promise<Row[]> {
  return db.select().from(connections).orderBy(asc(connections.createdAt));
}

/** Undefined when there is none; throws `invalid_credentials` when its secret cannot be opened any more. */
export async function findSaved({ db, box }: Vault, id: string): Promise<Connection | undefined> {
  const row = await findRow(db, id);
  return row && toConnection(row, unseal(box, row));
}

/** Adds or changes one; returns its id. */
export async function saveConnection(
  { db, box }: Vault,
  userId: string,
  input: z.output<typeof SaveConnectionSchema>,
): Promise<Connection> {
  const { name, region, accessKeyId } = input;
  const former = input.id ? await findRow(db, input.id) : undefined;
  if (input.id && !former) throw new AppError("not_found");
  const secrets = input.accessKeySecret
    ? { accessKeySecret: input.accessKeySecret, securityToken: input.securityToken }
    : keptSecrets(box, former, input);
  const id = former?.id ?? randomUUID();
  const values = {
    name,
    region,
    accessKeyId,
    sealed: box.seal(JSON.stringify(secrets), connectionSeal(id)),
    domainHost: input.domainHost ?? null,
    domainBucket: input.domainBucket ?? null,
  };
  const [row] = former
    ? await db.update(connections).set(values).where(eq(connections.id, id)).returning()
    : await db
        .insert(connections)
        .values({ id, ...values, createdBy: userId })
        .returning();
  // Removed by somebody else a moment ago.
  if (!row) throw new AppError("not_found");
  return toConnection(row, { accessKeyId, ...secrets });
}

/** False when there is none. */
export async function deleteSaved(db: Database, id: string): Promise<boolean> {
  if (!z.uuid().safeParse(id).success) return false;
  return db.transaction(async (tx) => {
    const deleted = await tx.delete(connections).where(eq(connections.id, id)).returning({ id: connections.id });
    await forgetPlaces(tx, id);
    return deleted.length > 0;
  });
}

/** A secret belongs to its key id: with another id the old one cannot be right. */
function keptSecrets(box: SecretBox, former: Row | undefined, input: z.output<typeof SaveConnectionSchema>) {
  if (!former || former.accessKeyId !== input.accessKeyId) {
    throw new AppError("invalid_input", {
      params: { field: "accessKeySecret", rule: "connections.rules.secretMissing" },
    });
  }
  const { accessKeySecret, securityToken } = unseal(box, former);
  return { accessKeySecret, securityToken: input.securityToken ?? securityToken };
}

async function findRow(db: Database, id: string): Promise<Row | undefined> {
  if (!z.uuid().safeParse(id).success) return undefined;
  const [row] = await db.select().from(connections).where(eq(connections.id, id));
  return row;
}

function unseal(box: SecretBox, row: Row): Credentials {
  try {
    return {
      accessKeyId: row.accessKeyId,
      ...SealedSchema.parse(JSON.parse(box.open(row.sealed, connectionSeal(row.id)))),
    };
  } catch (cause) {
    throw new AppError("invalid_credentials", { params: { rule: "connections.rules.keyLost" }, cause });
  }
}

function toConnection(row: Row, credentials: Credentials): Connection {
  const { id, name, region } = row;
  return toRegionalConnection({ id, kind: "saved", name, region, credentials, bucketDomain: toBucketDomain(row) });
}

export function toBucketDomain({ domainHost, domainBucket }: Row): BucketDomain | undefined {
  return domainHost && domainBucket ? { host: domainHost, bucket: domainBucket } : undefined;
}

/** The hosts that a page may talk to beside Alibaba Cloud's own, with the connection that brings each. */
export async function listBucketDomains(db: Database): Promise<{ id: string; host: string }[]> {
  const rows = await db.select({ id: connections.id, host: connections.domainHost }).from(connections);
  return rows.flatMap(({ id, host }) => (host ? [{ id, host }] : []));
}

/** Which row a sealed value belongs to. */
export function connectionSeal(id: string): string {
  return `connection:${id}`;
}
