import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAudit } from "@/lib/auth/audit";
import { begin } from "@/lib/auth/second-factor";
import { createSecretBox } from "@/lib/auth/secret-box";
import { createManualClock } from "@/lib/clock";
import { connectionSeal, findSaved, saveConnection } from "@/lib/connections/saved";
import { draftSeal } from "@/lib/drafts/seal";
import { sealSource } from "@/lib/imports/sealed";
import { createWebhook } from "@/lib/notifications/webhooks";
import { users } from "@/lib/store/schema/auth";
import { connections } from "@/lib/store/schema/connections";
import { drafts } from "@/lib/store/schema/drafts";
import { generations } from "@/lib/store/schema/generations";
import { imports } from "@/lib/store/schema/imports";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { backUp } from "./backup";
import { restore } from "./restore";
import { countSealed, rotateKey, SEALED_PLACES } from "./rotate-key";

const HEAD = { version: "0.1.0", at: "2026-01-02T03:04:05.000Z" };
/** Signs that have undone many a text format. */
const STRANGE = '水彩\t\\N \\. \r\n\u2028 \u0001 "quoted" \'single\' \\\\ 🎨\n\\.\nCOPY "users" FROM stdin;\n';

let store: TestStore;
let other: TestStore;
let folder: string;
beforeEach(async () => {
  [store, other] = await Promise.all([createTestStore(), createTestStore({ migrated: false })]);
  folder = await mkdtemp(join(tmpdir(), "easel-cli-"));
});
afterEach(async () => {
  await Promise.all([store.close(), other.close(), rm(folder, { recursive: true })]);
});

const oldBox = createSecretBox(new Uint8Array(32).fill(1));
const newBox = createSecretBox(new Uint8Array(32).fill(2));

async function fill(): Promise<{ connectionId: string }> {
  const { db } = store;
  const clock = createManualClock();
  const [mei] = await db.insert(users).values({ name: "mei", role: "owner", passwordHash: "-" }).returning();
  const user = { id: mei?.id ?? "", name: "mei", role: "owner" as const };
  for (let at = 0; at < 300; at++) {
    await writeAudit(db, clock, { action: "services.create", target: `${at} ${STRANGE}`, user, address: "::1" });
  }
  const { id } = await saveConnection({ db, box: oldBox }, user.id, {
    name: STRANGE,
    region: "cn-hangzhou",
    accessKeyId: "LTAIexample",
    accessKeySecret: "the secret",
  });
  await db.insert(drafts).values({
    id: "00000000-0000-4000-8000-000000000001",
    userId: user.id,
    connectionId: id,
    data: {
      name: STRANGE,
      sealedConfig: oldBox.seal("{}", draftSeal("00000000-0000-4000-8000-000000000001")),
    },
  });
  await db.insert(imports).values({
    id: "00000000-0000-4000-8000-000000000002",
    connectionId: id,
    userId: user.id,
    source: sealSource(
      oldBox,
      { kind: "url", url: "https://example.com/a.zip?signature=x" },
      "00000000-0000-4000-8000-000000000002",
    ),
    bucket: "b",
    prefix: "p/",
    folder: "base_model",
  });
  await db.insert(generations).values({
    connectionId: id,
    service: "sd15",
    taskId: "abcdefgh12345678",
    status: "succeeded",
    input: { func: "t2i", prompt: STRANGE },
    seed: "18446744073709551615",
    keys: ["a.png", "b\u2028.png"],
  });
  const ctx = { db, clock, user, address: "::1" };
  await createWebhook(ctx, oldBox, {
    name: "chat",
    url: "https://hooks.example.com/k/secret",
    kinds: ["ready"],
  });
  await begin(ctx, oldBox);
  return { connectionId: id };
}

/** Every table's rows as one sum. */
async function sums(of: TestStore): Promise<Record<string, string>> {
  const { rows: tables } = await of.pool.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  const all: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await of.pool.query(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS sum FROM "${name}" t`,
    );
    all[name] = rows[0].sum;
  }
  return all;
}

describe("backup and restore", () => {
  test("every row of every table comes back, and new ones get new numbers", async () => {
    await fill();
    const path = join(folder, "easel.sql.gz");
    const report = await backUp(store.url, path, HEAD);
    expect(report.rows).toBeGreaterThan(300);
    expect(await restore(other.url, path)).toMatchObject({ ...HEAD, tables: report.tables, migrations: 0 });
    expect(await sums(other)).toEqual(await sums(store));
    await writeAudit(other.db, createManualClock(), {
      action: "auth.sign_in",
      target: "mei",
      user: { name: "mei" },
      address: "::1",
    });
    const { rows } = await other.db.execute(
      sql`SELECT count(*)::int AS count, max(id)::int AS newest FROM audit_entries`,
    );
    expect(rows).toEqual([{ count: 302, newest: 302 }]);
  });

  test("no secret lies open in it", async () => {
    await fill();
    const path = join(folder, "easel.sql.gz");
    await backUp(store.url, path, HEAD);
    const text = gunzipSync(await readFile(path)).toString("utf8");
    for (const secret of ["the secret", "signature=x", "/k/secret"]) expect(text).not.toContain(secret);
  });

  test("a store in use is not touched", async () => {
    await fill();
    const path = join(folder, "easel.sql.gz");
    await backUp(store.url, path, HEAD);
    const before = await sums(store);
    await expect(restore(store.url, path)).rejects.toThrow(/in use/);
    expect(await sums(store)).toEqual(before);
  });

  test.each([
    ["cut off between rows", (text: string) => text.slice(0, text.indexOf("\n", text.length / 2) + 1), /cut off/],
    ["without its end", (text: string) => text.replace(/COMMIT;\n$/, ""), /cut off/],
    ["with a foreign statement", (text: string) => text.replace("BEGIN;", "DROP TABLE users;"), /no backup/],
    [
      "of a newer version",
      (text: string) => text.replace(/"migration":\d+/, '"migration":9999999999999'),
      /newer version/,
    ],
    ["that is none", () => "hello\n", /no backup/],
    ["that is empty", () => "", /cut off/],
  ])("a file %s restores nothing", async (_, change, says) => {
    await fill();
    const path = join(folder, "easel.sql.gz");
    await backUp(store.url, path, HEAD);
    await writeFile(path, gzipSync(change(gunzipSync(await readFile(path)).toString("utf8"))));
    await expect(restore(other.url, path)).rejects.toThrow(says);
    const { rows } = await other.pool.query("SELECT to_regclass('public.users') AS name");
    if (rows[0]?.name) expect((await other.pool.query("SELECT 1 FROM users")).rowCount).toBe(0);
  });

  test("what is no gzip is refused", async () => {
    await writeFile(join(folder, "plain"), "-- Easel backup {}\n");
    await expect(restore(other.url, join(folder, "plain"))).rejects.toThrow(/no gzipped backup/);
  });
});

describe("a new key", () => {
  test("every sealed value opens with it afterwards and with the old one no more", async () => {
    const { connectionId } = await fill();
    const report = await rotateKey(store.url, oldBox, newBox);
    expect(report).toEqual({ sealedAnew: 6, already: 0, lost: [] });
    const client = await store.pool.connect();
    expect(await countSealed(client, newBox)).toEqual({ opened: 6, lost: [] });
    expect((await countSealed(client, oldBox)).opened).toBe(0);
    client.release();
    expect(await findSaved({ db: store.db, box: newBox }, connectionId)).toMatchObject({
      credentials: { accessKeySecret: "the secret" },
    });
    expect(await rotateKey(store.url, oldBox, newBox)).toEqual({ sealedAnew: 0, already: 6, lost: [] });
  });

  test("what opens under neither key is named and stays as it is", async () => {
    const { connectionId } = await fill();
    const sealed = createSecretBox(new Uint8Array(32).fill(9)).seal("{}", connectionSeal(connectionId));
    await store.db.update(connections).set({ sealed });
    expect(await rotateKey(store.url, oldBox, newBox)).toMatchObject({
      sealedAnew: 5,
      lost: [`connections ${connectionId}`],
    });
    expect(await store.db.select({ sealed: connections.sealed }).from(connections)).toEqual([{ sealed }]);
  });

  test("every place that holds something sealed is known to the rotation", async () => {
    await fill();
    const known = new Set(SEALED_PLACES.map(({ table, column }) => `${table}.${column}`));
    const { rows } = await store.pool.query(
      "SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb')",
    );
    for (const { table, column } of rows) {
      const found = await store.pool.query(
        `SELECT 1 FROM "${table}" WHERE "${column}"::text ~ 'v1\\.[A-Za-z0-9_-]{16}\\.[A-Za-z0-9_-]{22}\\.' LIMIT 1`,
      );
      if (found.rowCount) expect(known).toContain(`${table}.${column}`);
    }
  });
});
