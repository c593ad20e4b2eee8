/** A backup back into a store that is empty, in one transaction: all of it or nothing. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { z } from "zod";
import { migrate, StoreError } from "@/lib/store/migrate";
import { HEADER } from "./backup";
import { migrationsUpTo } from "./migrations-up-to";
import { readTables } from "./tables";

const HeaderSchema = z.object({ format: z.literal(1), version: z.string(), migration: z.number(), at: z.string() });

export interface RestoreReport {
  version: string;
  at: string;
  tables: number;
  /** Applied after the rows were back, where the backup is older than this version. */
  migrations: number;
}

/** Throws StoreError where the file is no backup, is cut off, is of a newer version, or the store holds something. */
export async function restore(url: string, path: string): Promise<RestoreReport> {
  const source = linesOf(createReadStream(path).pipe(createGunzip()));
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: "easel restore" });
  try {
    const header = readHeader(await nextLine(source));
    await demandEmpty(pool);
    await migrationsUpTo(header.migration, (folder) => migrate(pool, folder));
    const client = await pool.connect();
    let tables = 0;
    try {
      tables = await readInto(client, source);
    } finally {
      // A transaction that is open ends with its connection.
      client.release(true);
    }
    return { version: header.version, at: header.at, tables, migrations: await migrate(pool) };
  } finally {
    await source.return(undefined);
    await pool.end();
  }
}

async function readInto(client: pg.PoolClient, source: AsyncIterator<Buffer>): Promise<number> {
  const known = new Map((await readTables(client)).map((table) => [table.name, table]));
  let tables = 0;
  for (;;) {
    const line = await nextLine(source);
    if (line === "COMMIT;") {
      await client.query(line);
      return tables;
    }
    const [, name = ""] = /^COPY "((?:[^"]|"")+)" \(.*\) FROM stdin;$/.exec(line) ?? [];
    if (name) {
      if (!known.has(name.replaceAll('""', '"')))
        throw new StoreError(`The backup holds a table ${name} that this version lacks.`);
      await pipeline(Readable.from(rowsOf(source)), client.query(copyFrom(line.slice(0, -1))));
      tables += 1;
    } else if (
      line === "BEGIN;" ||
      /^SELECT setval\('"\w+"', \(SELECT coalesce\(max\("\w+"\), 0\) \+ 1 FROM "\w+"\), false\);$/.test(line)
    ) {
      await client.query(line);
    } else throw new StoreError("The file is no backup of Easel, or it was changed.");
  }
}

async function* rowsOf(source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (;;) {
    const line = await nextBytes(source);
    if (line.equals(END_OF_ROWS)) return;
    yield Buffer.concat([line, NEWLINE]);
  }
}

const END_OF_ROWS = Buffer.from("\\.");
const NEWLINE = Buffer.from("\n");

/** Split at line feeds alone: `readline` would also split at U+2028, which a prompt may hold. */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.subarray(0, end);
      rest = rest.subarray(end + 1);
    }
  }
}

async function nextLine(source: AsyncIterator<Buffer>): Promise<string> {
  return (await nextBytes(source)).toString("utf8");
}

async function nextBytes(source: AsyncIterator<Buffer>): Promise<Buffer> {
  try {
    const { done, value } = await source.next();
    if (!done) return value;
  } catch (cause) {
    throw new StoreError("The file cannot be read, is no gzipped backup, or is cut off.", { cause });
  }
  throw new StoreError("The backup is cut off. Nothing was restored.");
}

function readHeader(line: string) {
  const header = line.startsWith(HEADER) ? HeaderSchema.safeParse(parseJson(line.slice(HEADER.length))) : undefined;
  if (!header?.success) throw new StoreError("The file is no backup of Easel.");
  return header.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** People are what a store in use has. */
async function demandEmpty(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query("SELECT to_regclass('public.users') AS name");
  if (rows[0]?.name === null) return;
  const people = await pool.query("SELECT 1 FROM users LIMIT 1");
  if (people.rowCount) {
    throw new StoreError("The store is in use. Restore into an empty one: another EASEL_DATA or another database.");
  }
}
