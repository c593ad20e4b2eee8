/** Looks at what the console stands on, and says what is wrong with it. Changes nothing. */
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { createSecretBox, readKey, type SecretBox } from "@/lib/auth/secret-box";
import { systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { withCredentials } from "@/lib/connections/chain";
import { configuredConnections } from "@/lib/connections/configured";
import { probeConnection } from "@/lib/connections/probe";
import { findSaved, listSavedRows } from "@/lib/connections/saved";
import { createEasClient } from "@/lib/eas/client";
import type { Env } from "@/lib/env";
import { createOssClient } from "@/lib/oss/client";
import { knownMigrations, newestMigration } from "@/lib/store/migrate";
import { openStore } from "@/lib/store/pool";
import { countSealed } from "./rotate-key";

export interface Finding {
  level: "ok" | "warn" | "bad";
  what: string;
  says: string;
}

const FREE_BYTES_WANTED = 2e9;

export async function examine(env: Env, databaseUrl: string | undefined): Promise<Finding[]> {
  const key = examineKey(env);
  const store = await examineStore(databaseUrl, key.box);
  return [
    examineNode(),
    examineFolder(env.dataDir),
    key.finding,
    ...store,
    ...(await examineClouds(env, databaseUrl, key.box)),
  ];
}

function examineNode(): Finding {
  return { level: "ok", what: "Node.js", says: `${process.version} on ${process.platform} ${process.arch}` };
}

function examineFolder(dataDir: string): Finding {
  const what = "data folder";
  try {
    accessSync(dataDir, constants.W_OK);
    const { bavail, bsize } = statfsSync(dataDir);
    const free = bavail * bsize;
    const says = `${dataDir}, ${(free / 1e9).toFixed(1)} GB free`;
    return { level: free < FREE_BYTES_WANTED ? "warn" : "ok", what, says };
  } catch (error) {
    return { level: "bad", what, says: `${dataDir} cannot be written: ${reason(error)}. Set EASEL_DATA.` };
  }
}

function examineKey({ secretKeyFile, dataDir }: Env): { finding: Finding; box?: SecretBox } {
  const what = "key of the secrets";
  const path = secretKeyFile ?? join(dataDir, "secret.key");
  if (!secretKeyFile && !existsSync(path)) {
    return { finding: { level: "ok", what, says: "is made at the first start" } };
  }
  if (existsSync(`${path}.next`)) {
    const says = `${path}.next is there: a rotation was interrupted. Run rotate-key again.`;
    return { finding: { level: "bad", what, says } };
  }
  try {
    const box = createSecretBox(readKey(path));
    const isOpen = process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
    return {
      box,
      finding: isOpen
        ? { level: "warn", what, says: `${path} can be read by other people of this machine: chmod 600` }
        : { level: "ok", what, says: path },
    };
  } catch (error) {
    return { finding: { level: "bad", what, says: reason(error) } };
  }
}

async function examineStore(url: string | undefined, box: SecretBox | undefined): Promise<Finding[]> {
  if (!url) return [{ level: "warn", what: "database", says: "there is none yet: npm start makes it" }];
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    application_name: "easel doctor",
  });
  try {
    const begun = Date.now();
    await client.connect();
    const { rows } = await client.query("SHOW server_version");
    const answered: Finding = {
      level: "ok",
      what: "database",
      says: `PostgreSQL ${rows[0]?.server_version}, answered in ${Date.now() - begun} ms`,
    };
    const applied = await newestMigration(client);
    const known = knownMigrations();
    const missing = known.filter((when) => when > applied).length;
    const schema: Finding =
      applied > (known.at(-1) ?? 0)
        ? { level: "bad", what: "tables", says: "were written by a newer version of Easel" }
        : {
            level: "ok",
            what: "tables",
            says: missing ? `${missing} migrations are due at the next start` : "are of this version",
          };
    return [answered, schema, ...(applied > 0 && missing === 0 && box ? [await examineSealed(client, box)] : [])];
  } catch (error) {
    return [{ level: "bad", what: "database", says: reason(error) }];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function examineSealed(client: pg.Client, box: SecretBox): Promise<Finding> {
  const { opened, lost } = await countSealed(client, box);
  return lost.length > 0
    ? { level: "bad", what: "sealed secrets", says: `${lost.length} do not open with this key: ${lost.join(", ")}` }
    : { level: "ok", what: "sealed secrets", says: `${opened} open with the key` };
}

async function examineClouds(env: Env, url: string | undefined, box: SecretBox | undefined): Promise<Finding[]> {
  const findings: Finding[] = [];
  // The embedded cloud runs with the console only.
  const connections: Connection[] = [];
  for (const configured of configuredConnections(env).filter(({ id }) => id === "environment")) {
    try {
      connections.push(await withCredentials(configured));
    } catch {
      const says = "no credentials: none of the places in which the chain looks has any";
      findings.push({ level: "bad", what: `connection ${configured.name}`, says });
    }
  }
  if (url && box) connections.push(...(await savedConnections(url, box)));
  for (const connection of connections) {
    const what = `connection ${connection.name || connection.id}`;
    const result = await probeConnection(
      { eas: createEasClient(connection), oss: createOssClient(connection) },
      systemClock,
    );
    for (const side of ["eas", "oss"] as const) {
      const answer = result[side];
      findings.push(
        answer.ok
          ? { level: "ok", what: `${what}, ${side.toUpperCase()}`, says: `answered in ${answer.elapsedMs} ms` }
          : {
              level: "bad",
              what: `${what}, ${side.toUpperCase()}`,
              says: answer.error.vendor?.message ?? answer.error.code,
            },
      );
    }
  }
  return findings;
}

async function savedConnections(url: string, box: SecretBox): Promise<Connection[]> {
  const { pool, db } = openStore(url, () => {}, 2);
  try {
    const rows = await listSavedRows(db);
    // One that does not open is among the sealed secrets already.
    const found = await Promise.all(rows.map(({ id }) => findSaved({ db, box }, id).catch(() => undefined)));
    return found.filter((one) => one !== undefined);
  } catch {
    return [];
  } finally {
    await pool.end();
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
