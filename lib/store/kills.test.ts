import type { ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import { completePostgres, findPostgres, initialise, postgresUser, startPostgres } from "@/lib/launcher/postgres.mjs";
import { migrate } from "./migrate";
import { openStore, type Store } from "./pool";
import { auditEntries } from "./schema/audit";
import { timelineEntries, watchStates } from "./schema/watches";

/**
 * The embedded store under kill -9, while it is written to. As part of the tests there are a few rounds; `npm run
 * chaos:store` asks for three hundred, and says what it took.
 */

const ROUNDS = Number(process.env.EASEL_STORE_KILLS || 15);
const WRITERS = 4;
const WRITE_MS = 150;
const SERVICE = "killed";

/** What is killed: the server itself, which orphans its workers; all of it at one stroke; one worker. */
const WAYS = ["server", "all", "worker"] as const;
type Way = (typeof WAYS)[number];

let folder: string;
let options: { native: string; dataDir: string; user: { uid: number; gid: number } | undefined };
let password: string;
let server: { child: ChildProcess; port: number };
let store: Store;
/** The last transaction of each writer that was acknowledged, and the last that was begun. */
const acknowledged: number[] = Array(WRITERS).fill(0);
const begun: number[] = Array(WRITERS).fill(0);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "easel-store-kills-"));
  options = { native: findPostgres(), dataDir: join(folder, "data"), user: postgresUser() };
  password = randomBytes(12).toString("hex");
  writeFileSync(join(folder, "password"), password);
  completePostgres(options.native);
  await initialise({ ...options, password });
  await start();
  await migrate(store.pool);
  await store.pool.query("CREATE EXTENSION amcheck");
});
afterAll(async () => {
  await store?.pool.end();
  server?.child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  server = await startPostgres(options);
  store = openStore(`postgres://easel:${password}@127.0.0.1:${server.port}/postgres`, () => {}, WRITERS + 1);
}

/** One thing that leaves traces in three tables; all of them, or none. */
async function write(writer: number): Promise<void> {
  const number = (acknowledged[writer] ?? 0) + 1;
  begun[writer] = number;
  // Some fit a page of the table, some do not.
  const payload = randomBytes(20 + Math.floor(Math.random() * 9_000)).toString("base64");
  const at = new Date();
  const name = `${writer}:${number}`;
  await store.db.transaction(async (tx) => {
    const details = { writer, number, payload, sum: sumOf(payload) };
    await tx
      .insert(auditEntries)
      .values({ at, userName: "writer", action: "write", target: name, address: "", details });
    await tx.insert(timelineEntries).values({
      connectionId: "kills",
      service: SERVICE,
      at,
      kind: "action",
      level: "info",
      code: `${writer}`,
      text: payload,
      fingerprint: name,
    });
    await tx
      .insert(watchStates)
      .values({ key: `writer-${writer}`, id: number, state: `${number}`, updatedAt: at })
      .onConflictDoUpdate({
        target: watchStates.key,
        set: { id: sql`${watchStates.id} + 1`, state: `${number}`, updatedAt: at },
      });
  });
  acknowledged[writer] = number;
}

const sumOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** Goes on until the store is gone. */
async function writeOn(writer: number): Promise<void> {
  try {
    for (;;) await write(writer);
  } catch {
    // Killed in the middle.
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

/** Helpers of the server come and go. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function kill(way: Way): Promise<void> {
  const pid = server.child.pid ?? 0;
  if (way === "worker") {
    // A writer's own: the server ends all others too, and recovers by itself.
    const { rows } = await store.pool.query(
      "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1",
    );
    process.kill(rows[0].pid, "SIGKILL");
    return;
  }
  const exited = new Promise((resolve) => server.child.once("exit", resolve));
  for (const each of way === "all" ? childrenOf(pid) : []) killIfThere(each);
  process.kill(pid, "SIGKILL");
  await exited;
}

async function comeBack(way: Way): Promise<void> {
  // Its connections are dead, which may keep its end waiting for ever.
  store.pool.end().catch(() => undefined);
  if (way !== "worker") return start();
  store = openStore(`postgres://easel:${password}@127.0.0.1:${server.port}/postgres`, () => {}, WRITERS + 1);
  for (const deadline = Date.now() + 10_000; ; ) {
    try {
      await store.pool.query("SELECT 1");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await systemClock.sleep(20);
    }
  }
}

/** Everything acknowledged is there, nothing is there in part, and what was begun last is there whole or not at all. */
async function check(): Promise<void> {
  for (let writer = 0; writer < WRITERS; writer++) {
    const { rows } = await store.pool.query(
      `SELECT (SELECT count(*)::int FROM audit_entries WHERE details->>'writer' = $1) AS audit,
              (SELECT coalesce(max((details->>'number')::int), 0) FROM audit_entries WHERE details->>'writer' = $1) AS newest,
              (SELECT count(*)::int FROM timeline_entries WHERE code = $1) AS timeline,
              coalesce((SELECT id::int FROM watch_states WHERE key = 'writer-' || $1), 0) AS counted,
              coalesce((SELECT state FROM watch_states WHERE key = 'writer-' || $1), '0') AS state`,
      [`${writer}`],
    );
    const { audit, newest, timeline, counted, state } = rows[0];
    expect({ writer, newest, timeline, counted, state }).toEqual({
      writer,
      newest: audit,
      timeline: audit,
      counted: audit,
      state: `${audit}`,
    });
    expect(audit).toBeGreaterThanOrEqual(acknowledged[writer] ?? 0);
    expect(audit).toBeLessThanOrEqual(begun[writer] ?? 0);
    acknowledged[writer] = audit;
  }
}

/** What was written is what is read, and PostgreSQL itself finds its tables and indexes sound. */
async function checkAll(): Promise<void> {
  const rows = await store.db
    .select({ details: auditEntries.details, text: timelineEntries.text })
    .from(auditEntries)
    .innerJoin(timelineEntries, eq(timelineEntries.fingerprint, auditEntries.target));
  expect(rows).toHaveLength(acknowledged.reduce((sum, number) => sum + number, 0));
  for (const { details, text } of rows) {
    expect(sumOf(`${details.payload}`)).toBe(details.sum);
    expect(text).toBe(details.payload);
  }
  const heap = await store.pool.query(
    "SELECT c.relname, found.* FROM pg_class c, verify_heapam(c.oid) AS found WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
  );
  expect(heap.rows).toEqual([]);
  const indexes = await store.pool.query(
    `SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
     WHERE c.relkind = 'i' AND a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace`,
  );
  expect(indexes.rows.length).toBeGreaterThan(20);
}

test(
  `whatever was acknowledged survives ${ROUNDS} kills, and nothing is there in part`,
  async () => {
    const began = Date.now();
    for (let round = 0; round < ROUNDS; round++) {
      const way = WAYS[round % WAYS.length] ?? "server";
      const writing = Array.from({ length: WRITERS }, (_, writer) => writeOn(writer));
      await systemClock.sleep(WRITE_MS * (0.5 + Math.random()));
      await kill(way);
      await Promise.all(writing);
      await comeBack(way);
      await check();
    }
    await checkAll();
    if (process.env.EASEL_STORE_KILLS) {
      const written = acknowledged.reduce((sum, number) => sum + number, 0);
      const seconds = ((Date.now() - began) / 1000).toFixed(0);
      console.log(
        `${ROUNDS} kills, ${written} acknowledged transactions of three rows each, ${seconds} s: all are there`,
      );
    }
  },
  ROUNDS * 15_000,
);
