import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { createSecretBox } from "@/lib/auth/secret-box";
import { redact } from "@/lib/redact";
import { importFiles, imports } from "@/lib/store/schema/imports";
import { listImports } from "./manage";
import { FileSourceSchema } from "./plan-import";
import { ImportSourceSchema } from "./schemas";
import { fileSeal, importSeal, openJson, shownSource } from "./sealed";
import { sealPlainSources } from "./store";
import { BUCKET, openImportWorld } from "./testing-world";

/** A secret in an address, hunted for everywhere it could have stayed. */

const world = openImportWorld();
const { create, until, start } = world;

const CANARY = "canary5ecret";
const tables = ["imports", "import_files", "import_entries", "audit_entries"];

/** Every row of every table that an import touches, as text. */
async function dump(): Promise<string> {
  const rows = await Promise.all(
    tables.map((table) => world.store.db.execute(sql.raw(`SELECT to_jsonb(t)::text AS row FROM "${table}" t`))),
  );
  return JSON.stringify(rows.map(({ rows }) => rows));
}

describe("a secret in an address", () => {
  test.each([
    ["behind its question mark", (path: string) => `/dir/${path}?Signature=${CANARY}`],
    ["in its path", (path: string) => `/share/${CANARY}/${path}`],
  ])("%s lies sealed in the store and is nowhere to be seen, while it still opens the door", async (_, make) => {
    const address = make("lora.safetensors");
    world.files.pages.set(address, { body: "weights" });
    start();
    const source = { kind: "url", url: world.files.url(address) };
    const { id } = await create({ source, bucket: BUCKET, prefix: "sealed", folder: "lora" });
    const view = await until(id);
    expect(view).toMatchObject({ state: "done" });
    expect(JSON.stringify(view)).not.toContain(CANARY);
    expect(view.source).toEqual({ kind: "url", url: `http://${world.files.host}/…/lora.safetensors` });
    const stored = await dump();
    expect(stored).toContain(id);
    expect(stored).not.toContain(CANARY);
  });

  test("is in no error either, neither in what is shown nor in what is logged", async () => {
    start({ pausesMs: [] });
    const urls = [
      world.files.url(`/absent.bin?token=${CANARY}`),
      `http://127.0.0.1:1/x.bin?token=${CANARY}`,
      `http://no-such-host.invalid/${CANARY}/x.bin`,
    ];
    for (const url of urls) {
      const { id } = await create({ source: { kind: "url", url }, bucket: BUCKET, prefix: "errors" });
      expect(JSON.stringify(await until(id))).not.toContain(CANARY);
    }
    const refused = await create({
      source: { kind: "url", url: `http://[${CANARY}` },
      bucket: BUCKET,
      prefix: "e",
    }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "invalid_input" });
    expect(JSON.stringify(redact(refused))).not.toContain(CANARY);
    expect(await dump()).not.toContain(CANARY);
  });

  test("opens for its own row only", async () => {
    await create({ source: { kind: "url", url: `https://x.example/${CANARY}` }, bucket: BUCKET, prefix: "own" });
    const [row] = await world.store.db.select().from(imports);
    if (!row) throw new Error("no row");
    const open = (box: typeof world.box, context: string) => openJson(box, row.source, ImportSourceSchema, context);
    expect(open(world.box, importSeal(row.id))).toEqual({ kind: "url", url: `https://x.example/${CANARY}` });
    const lost = { code: "invalid_credentials", params: { rule: "imports.errors.keyLost" } };
    expect(() => open(world.box, importSeal("another"))).toThrow(expect.objectContaining(lost));
    const other = createSecretBox(new Uint8Array(32).fill(9));
    expect(() => open(other, importSeal(row.id))).toThrow(expect.objectContaining(lost));
  });

  test("of an earlier release is sealed at the next start, and its import goes on", async () => {
    const path = `/old.safetensors?token=${CANARY}`;
    world.files.pages.set(path, { body: "weights" });
    const plain = { kind: "url", url: world.files.url(path) };
    const row = { connectionId: "test", userId: world.ctx.user.id, bucket: BUCKET, prefix: "old/", folder: "lora" };
    const [{ id } = { id: "" }] = await world.store.db
      .insert(imports)
      .values({ ...row, source: plain, state: "copying" })
      .returning({ id: imports.id });
    await world.store.db.insert(importFiles).values({ importId: id, path: "lora/old.safetensors", source: plain });
    expect((await listImports(world.ctx))[0]?.source).toEqual({
      kind: "url",
      url: `http://${world.files.host}/old.safetensors`,
    });
    expect(await sealPlainSources(world.store.db, world.box)).toBe(2);
    expect(await dump()).not.toContain(CANARY);
    const [file] = await world.store.db.select().from(importFiles);
    const at = fileSeal(id, "lora/old.safetensors");
    expect(openJson(world.box, file?.source, FileSourceSchema, at)).toEqual(plain);
    expect(await sealPlainSources(world.store.db, world.box)).toBe(0);
    start();
    expect(await until(id)).toMatchObject({ state: "done" });
  });
});

test.each([
  ["https://models.example/v1.safetensors", "https://models.example/v1.safetensors"],
  ["https://models.example:8443/a/b/c.zip?x=1#y", "https://models.example:8443/…/c.zip"],
  ["https://models.example/", "https://models.example/"],
  ["nonsense", "https://…"],
])("%s is shown as %s", (url, shown) => {
  expect(shownSource({ kind: "url", url })).toEqual({ kind: "url", url: shown });
});
