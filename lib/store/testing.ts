import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { z } from "zod";
import type { Database } from "./database";
import { migrate } from "./migrate";
import { openStore } from "./pool";

export interface TestStore {
  db: Database;
  pool: pg.Pool;
  url: string;
  close(): Promise<void>;
}

const ServerSchema = z.object({ url: z.string() });

/**
 * A database of its own with every table, empty. One real PostgreSQL serves the whole test run: the first test that asks
 * starts it, a keeper ends it with the run. It is our own, or with EASEL_TEST_POSTGRES the one in that folder.
 */
export async function createTestStore({ migrated = true } = {}): Promise<TestStore> {
  const server = await testServer();
  const name = `t_${randomUUID().replaceAll("-", "")}`;
  await asAdmin(server.url, async (client) => {
    // A copy of a migrated template is several times quicker than the migrations.
    await client.query(
      `CREATE DATABASE ${name} TEMPLATE ${migrated ? "easel_template" : "template1"} STRATEGY FILE_COPY`,
    );
  });
  const url = withDatabase(server.url, name);
  const { pool, db } = openStore(url, () => {}, 6);
  return {
    db,
    pool,
    url,
    close: async () => {
      await pool.end();
      await asAdmin(server.url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** The runner's main process is the parent of every worker: its number names the server of this run. */
async function testServer(): Promise<z.infer<typeof ServerSchema>> {
  const folder = join(tmpdir(), `easel-test-store-${process.ppid}`);
  const ready = join(folder, "server.json");
  const template = join(folder, "template.json");
  mkdirSync(folder, { recursive: true });
  if (takes(join(folder, "starter"))) {
    const password = randomBytes(12).toString("hex");
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    const options = {
      dataDir: join(folder, "data"),
      passwordFile,
      sync: false,
      whilePid: process.ppid,
      readyFile: ready,
      cleanUp: folder,
      native: process.env.EASEL_TEST_POSTGRES || undefined,
    };
    const keeper = fileURLToPath(new URL("../launcher/postgres-keeper.mjs", import.meta.url));
    const child = spawn(process.execPath, [keeper, JSON.stringify(options)], {
      detached: true,
      stdio: "ignore",
    });
    child.unref();
    const started = z
      .object({ type: z.string(), port: z.number().optional(), message: z.string().optional() })
      .parse(JSON.parse(await contentOf(ready)));
    if (!started.port) throw new Error(`test store: ${started.message}`);
    const url = `postgres://easel:${password}@127.0.0.1:${started.port}/postgres`;
    await asAdmin(url, (client) => client.query("CREATE DATABASE easel_template"));
    const { pool } = openStore(withDatabase(url, "easel_template"), () => {});
    await migrate(pool);
    await pool.end();
    writeFileSync(`${template}.tmp`, JSON.stringify({ url }), { mode: 0o600 });
    renameSync(`${template}.tmp`, template);
  }
  return ServerSchema.parse(JSON.parse(await contentOf(template)));
}

function takes(lock: string): boolean {
  try {
    openSync(lock, "wx");
    return true;
  } catch {
    return false;
  }
}

async function contentOf(path: string): Promise<string> {
  const deadline = Date.now() + 45_000;
  while (!existsSync(path)) {
    if (Date.now() > deadline) throw new Error(`test store: ${path} did not appear`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return readFileSync(path, "utf8");
}

async function asAdmin(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.toString();
}
