/**
 * The store as one gzipped SQL text, the way pg_dump writes data: psql can read it into a store of the same migrations.
 * Taken from one snapshot, so a console that runs meanwhile does no harm. Secrets in it are sealed; their key is not in it.
 */
import { createWriteStream, renameSync, rmSync } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { newestMigration } from "@/lib/store/migrate";
import { quoted, readSequences, readTables } from "./tables";

export const HEADER = "-- Easel backup ";

export interface BackupHeader {
  format: 1;
  version: string;
  /** The newest migration that the store has. */
  migration: number;
  /** RFC 3339 UTC. */
  at: string;
}

export interface BackupReport {
  tables: number;
  rows: number;
}

/** Never leaves half a file under the name: it is put there when it is whole. Readable by its owner only. */
export async function backUp(url: string, path: string, head: { version: string; at: string }): Promise<BackupReport> {
  const client = new pg.Client({ connectionString: url, application_name: "easel backup" });
  await client.connect();
  const unfinished = `${path}.unfinished`;
  const report: BackupReport = { tables: 0, rows: 0 };
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const migration = await newestMigration(client);
    const text = Readable.from(dump(client, { format: 1, ...head, migration }, report));
    await pipeline(text, createGzip(), createWriteStream(unfinished, { mode: 0o600, flush: true }));
    await client.query("COMMIT");
    renameSync(unfinished, path);
    return report;
  } finally {
    rmSync(unfinished, { force: true });
    await client.end();
  }
}

async function* dump(client: pg.Client, header: BackupHeader, report: BackupReport): AsyncGenerator<string | Buffer> {
  yield `${HEADER}${JSON.stringify(header)}\nBEGIN;\n`;
  for (const { name, columns } of await readTables(client)) {
    const list = columns.map(quoted).join(", ");
    yield `COPY ${quoted(name)} (${list}) FROM stdin;\n`;
    const copy = client.query(copyTo(`COPY ${quoted(name)} (${list}) TO STDOUT`));
    // Rows come in chunks of any size; each ends its line, so the mark below stands on its own.
    for await (const chunk of copy.pipe(new Transform({ transform: (part, _, done) => done(null, part) }))) yield chunk;
    yield "\\.\n";
    report.tables += 1;
    report.rows += copy.rowCount ?? 0;
  }
  for (const { name, table, column } of await readSequences(client)) {
    yield `SELECT setval('${quoted(name)}', (SELECT coalesce(max(${quoted(column)}), 0) + 1 FROM ${quoted(table)}), false);\n`;
  }
  yield "COMMIT;\n";
}
