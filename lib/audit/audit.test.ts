import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeAudit } from "@/lib/auth/audit";
import { createManualClock } from "@/lib/clock";
import { auditEntries } from "@/lib/store/schema/audit";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { auditLines, csvCell } from "./export";
import { type AuditFilter, AuditPageSchema, auditFacets, eachAudit, listAudit } from "./list";

const START = Date.UTC(2026, 0, 31, 23, 0);
const ENTRIES = [
  ["auth.sign_in", "mei", "mei", {}],
  ["services.create", "mei", "sd15_demo", { version: 1 }],
  ["services.stop", "lin", "水彩_服务", { reason: "too 100% dear" }],
  ["people.change_role", "mei", "lin", { from: "artist", to: "deployer" }],
] as const;

let store: TestStore;
beforeAll(async () => {
  store = await createTestStore();
  const clock = createManualClock(START);
  for (const [action, name, target, details] of ENTRIES) {
    await writeAudit(store.db, clock, { action, target, user: { name }, address: "192.0.2.7", details });
    await clock.advance(30 * 60_000);
  }
});
afterAll(() => store.close());

const found = async (filter: AuditFilter) => (await listAudit(store.db, filter)).entries.map(({ action }) => action);

describe("what is found", () => {
  test.each<[AuditFilter, string[]]>([
    [{}, ["people.change_role", "services.stop", "services.create", "auth.sign_in"]],
    [{ q: "水彩" }, ["services.stop"]],
    [{ q: "MEI services" }, ["services.create"]],
    [{ q: "100%" }, ["services.stop"]],
    [{ q: "deployer" }, ["people.change_role"]],
    [{ q: "_____________________" }, []],
    [{ room: "services" }, ["services.stop", "services.create"]],
    [{ person: "lin" }, ["services.stop"]],
    [{ from: "2026-02-01" }, ["people.change_role", "services.stop"]],
    [{ to: "2026-01-31" }, ["services.create", "auth.sign_in"]],
    [{ from: "2026-02-01", to: "2026-02-01", person: "mei" }, ["people.change_role"]],
  ])("%j", async (filter, actions) => {
    expect(await found(filter)).toEqual(actions);
  });

  test("page by page, each entry once", async () => {
    const first = await listAudit(store.db, {}, 3);
    const second = await listAudit(store.db, { before: first.older }, 3);
    expect([...first.entries, ...second.entries].map(({ action }) => action)).toEqual(await found({}));
    expect(second.older).toBeUndefined();
    const all = [];
    for await (const { action } of eachAudit(store.db, {}, 1)) all.push(action);
    expect(all).toEqual(await found({}));
  });

  test("what cannot be meant is left out", () => {
    const strange = { q: ["a", "b"], room: "'; --", from: "2026-13-45", before: "-1", person: "" };
    expect(AuditPageSchema.parse(strange)).toEqual({});
  });

  test("rooms and people for the filters", async () => {
    expect(await auditFacets(store.db)).toEqual({ rooms: ["auth", "people", "services"], people: ["lin", "mei"] });
  });
});

describe("as a file", () => {
  test("one line an entry, in both forms", async () => {
    const lines = async (format: "csv" | "jsonl") => {
      const text = [];
      for await (const line of auditLines(eachAudit(store.db, {}), format)) text.push(line);
      return text;
    };
    const csv = await lines("csv");
    expect(csv).toHaveLength(ENTRIES.length + 1);
    expect(csv[2]).toContain('lin,services.stop,水彩_服务,,192.0.2.7,"{""reason"":""too 100% dear""}"');
    expect((await lines("jsonl")).map((line) => JSON.parse(line).target)).toEqual([
      "lin",
      "水彩_服务",
      "sd15_demo",
      "mei",
    ]);
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["-2", "'-2"],
    ['a "b", c', '"a ""b"", c"'],
    ["two\nlines", '"two\nlines"'],
    [null, ""],
    ["水", "水"],
  ])("cell %j", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});

test("the application can neither change nor delete an entry", async () => {
  await expect(store.db.update(auditEntries).set({ target: "x" })).rejects.toThrow();
  await expect(store.db.delete(auditEntries)).rejects.toThrow();
  expect(await found({})).toHaveLength(ENTRIES.length);
});
