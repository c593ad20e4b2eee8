import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OssClient } from "@/lib/oss/client";
import { type GenerateInput, GenerateInputSchema } from "@/lib/playground/input";
import { resultSize } from "@/lib/playground/limits";
import { pictureStars, pictureTags } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { FiltersSchema } from "./filters-schema";
import { listFacets } from "./list-facets";
import { listLandmarks, listTaskIds, listTiles, neighboursOf, openGallery } from "./list-pictures";
import { PAGE } from "./view";

/** Filters and pages on a real database. */

let store: TestStore;
let ctx: Parameters<typeof listTiles>[0];
const HERE = "here";
const day = (n: number, hour = 12) => new Date(Date.UTC(2026, 10, n, hour));

interface Given {
  name: string;
  at: Date;
  prompt?: string;
  negativePrompt?: string;
  drawn?: string;
  func?: string;
  service?: string;
  by?: string;
  model?: { bucket: string; folder: string };
  status?: "succeeded" | "failed" | "running";
  connectionId?: string;
  isForeign?: boolean;
  keys?: string[];
}

const toRow = (given: Given) => ({
  connectionId: given.connectionId ?? HERE,
  service: given.service ?? "sd15",
  userName: given.by ?? "mei",
  taskId: given.name,
  status: given.status ?? ("succeeded" as const),
  input: given.isForeign
    ? null
    : { func: given.func ?? "t2i", prompt: given.prompt ?? "a cat", negativePrompt: given.negativePrompt ?? "" },
  served: given.model ? { model: given.model } : null,
  answer: { prompt: given.drawn, isNsfw: [false] },
  bucket: "results",
  keys: given.keys ?? [`out/result/${given.name}_20261101_120000_0.png`],
  createdAt: given.at,
});

const CATS: Given[] = [
  { name: "plain", at: day(1), prompt: "a red cat" },
  {
    name: "chinese",
    at: day(2),
    prompt: "雨后的江南水乡，油纸伞",
    drawn: "a water town after rain, oil paper umbrella",
  },
  { name: "negative", at: day(3), prompt: "a dog", negativePrompt: "blurry hands" },
  { name: "literal", at: day(4), prompt: "100% wool_scarf, back\\slash" },
  { name: "i2i", at: day(5), func: "i2i", service: "anime", by: "jun", model: { bucket: "models", folder: "anime/" } },
  { name: "foreign", at: day(6), isForeign: true, service: "", keys: ["out/holiday.png"] },
  { name: "failed", at: day(7), status: "failed", keys: [] },
  { name: "running", at: day(8), status: "running", keys: [] },
  { name: "empty", at: day(9), keys: [] },
  { name: "other", at: day(10), connectionId: "elsewhere" },
];

beforeAll(async () => {
  store = await createTestStore();
  const oss: Partial<OssClient> = {
    presignGet: async (bucket, key, { process }) => `https://${bucket}.example/${key}${process ? "?small" : ""}`,
  };
  ctx = { db: store.db, oss, connection: { id: HERE } } as typeof ctx;
  await store.db.insert(generations).values(CATS.map(toRow));
  await store.db.insert(pictureStars).values([{ taskId: "plain" }, { taskId: "other" }]);
  await store.db.insert(pictureTags).values([
    { taskId: "chinese", tag: "封面" },
    { taskId: "i2i", tag: "draft" },
    { taskId: "other", tag: "not here" },
  ]);
});
afterAll(() => store.close());

const found = (query: Record<string, string>) => listTaskIds(ctx, FiltersSchema.parse(query));

describe("filters", () => {
  test.each<[string, Record<string, string>, string[]]>([
    ["nothing: every picture, the newest first", {}, ["foreign", "i2i", "literal", "negative", "chinese", "plain"]],
    ["a Chinese substring", { q: "江南" }, ["chinese"]],
    ["a single Chinese sign", { q: "伞" }, ["chinese"]],
    ["the translated prompt", { q: "umbrella" }, ["chinese"]],
    ["the negative prompt", { q: "BLURRY" }, ["negative"]],
    ["every word, in any order", { q: "cat red" }, ["plain"]],
    ["a word too many", { q: "cat blue" }, []],
    ["signs that mean something to LIKE", { q: "100%" }, ["literal"]],
    ["an underscore is itself", { q: "d_g" }, []],
    ["a backslash", { q: "back\\sl" }, ["literal"]],
    ["the name of a file", { q: "holiday" }, ["foreign"]],
    ["a task id", { q: "negative_2026" }, ["negative"]],
    ["a service", { service: "anime" }, ["i2i"]],
    ["no known service", { service: "unknown" }, ["foreign"]],
    ["a person", { by: "jun" }, ["i2i"]],
    ["a function", { func: "i2i" }, ["i2i"]],
    ["an unknown function", { func: "unknown" }, ["foreign"]],
    ["a model", { model: "models/anime/" }, ["i2i"]],
    ["a star", { starred: "1" }, ["plain"]],
    ["a tag", { tag: "封面" }, ["chinese"]],
    ["from a moment on", { from: day(5).toISOString() }, ["foreign", "i2i"]],
    ["before a moment", { to: day(2).toISOString() }, ["plain"]],
    ["both", { from: day(2).toISOString(), to: day(3).toISOString() }, ["chinese"]],
    ["failed ones only", { failed: "1" }, ["failed"]],
    ["several at once", { q: "cat", func: "i2i", by: "jun" }, ["i2i"]],
  ])("%s", async (_, query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test("what can be chosen from is what pictures of this connection have", async () => {
    expect(await listFacets(ctx)).toEqual({
      services: ["anime", "sd15"],
      people: ["jun", "mei"],
      models: ["models/anime/"],
      tags: ["draft", "封面"],
    });
  });
});

describe("the shape of a tile", () => {
  const image = { key: "out/easel-inputs/a.png", width: 500, height: 333 };
  const expand = { left: 128, right: 0, up: 7, down: 64 };
  const given = (input: object) => ({ input: GenerateInputSchema.parse({ prompt: "a cat", ...input }) });
  const size = { width: 712, height: 456 };

  test.each<[string, Partial<typeof generations.$inferInsert>, number | "as the result"]>([
    ["text to image", given({ func: "t2i", ...size }), "as the result"],
    ["image to image, cut to steps of 32", given({ func: "i2i", image, ...size }), "as the result"],
    ["inpaint", given({ func: "inpaint", image, mask: image, ...size }), "as the result"],
    ["outpaint: the picture and its borders", given({ func: "outpaint", image, expand, ...size }), "as the result"],
    ["controlnet", given({ func: "controlnet", image, ...size }), "as the result"],
    ["measured, of another client", { input: null, measured: { width: 300, height: 400 } }, 750],
    ["of another client, unmeasured", { input: null }, 1000],
    ["blacked out: a card", { ...given({ func: "t2i", ...size }), answer: { isNsfw: [true] } }, 1000],
    ["failed: a card", { ...given({ func: "t2i", ...size }), status: "failed" }, 1000],
  ])("%s", async (_, change, expected) => {
    const there = { ...ctx, connection: { ...ctx.connection, id: randomUUID() } };
    const row = toRow({ name: randomUUID(), at: day(1), connectionId: there.connection.id });
    await store.db.insert(generations).values({ ...row, ...change });
    const filters = FiltersSchema.parse(change.status === "failed" ? { failed: "1" } : {});
    const { pages } = await listLandmarks(there, filters);
    const { width, height } =
      expected === "as the result" ? resultSize(change.input as GenerateInput) : { width: expected, height: 1000 };
    expect(pages).toMatchObject([{ count: 1, aspects: [Math.round((1000 * width) / height)] }]);
  });
});

describe("pages", () => {
  const PAGES = "pages";
  const many = 2 * PAGE + 7;
  const there = () => ({ ...ctx, connection: { ...ctx.connection, id: PAGES } });
  const all = FiltersSchema.parse({});
  /** Several of one moment, so that the id decides. */
  const numbered = (n: number) =>
    toRow({ name: `n${n}`, at: new Date(day(1).getTime() + Math.floor(n / 5)), connectionId: PAGES });

  beforeAll(async () => {
    await store.db.insert(generations).values(Array.from({ length: many }, (_, n) => numbered(n)));
  });

  async function walk() {
    const { total, pages } = await listLandmarks(there(), all);
    const tiles = await Promise.all(
      pages.map(({ from, count }) => listTiles(there(), { ...all, cursor: from, count })),
    );
    return { total, pages, tiles: tiles.map((page) => page.map(({ taskId }) => taskId)) };
  }

  test("come with the pictures of the first", async () => {
    const { first, ...landmarks } = await openGallery(there(), all);
    const { pages, total, tiles } = await walk();
    expect(landmarks).toEqual({ pages, total });
    expect(first.map(({ taskId }) => taskId)).toEqual(tiles[0]);
  });

  test("hold every picture once, in the order of the list", async () => {
    const { total, pages, tiles } = await walk();
    expect(total).toBe(many);
    expect(pages.map(({ count }) => count)).toEqual([7, PAGE, PAGE]);
    expect(tiles.flat()).toEqual(await listTaskIds(there(), all));
  });

  test("stay as they are when new pictures come, but for the first", async () => {
    const before = await walk();
    await store.db
      .insert(generations)
      .values(Array.from({ length: PAGE }, (_, n) => ({ ...numbered(many + n), createdAt: day(20 + (n % 5)) })));
    const after = await walk();
    expect(after.pages.slice(-2)).toEqual(before.pages.slice(-2));
    expect(after.tiles.flat()).toEqual(await listTaskIds(there(), all));
    expect(after.pages.map(({ count }) => count)).toEqual([7, PAGE, PAGE, PAGE]);
  });

  test("each picture has the neighbours that the list gives it", async () => {
    const ids = await listTaskIds(there(), all);
    const rows = await store.db.select().from(generations);
    for (const at of [0, 1, 60, ids.length - 1]) {
      const row = rows.find(({ taskId }) => taskId === ids[at]);
      if (!row) throw new Error("no row");
      expect(await neighboursOf(there(), all, row)).toEqual({ newer: ids[at - 1], older: ids[at + 1] });
    }
  });

  test("nothing fits: no page", async () => {
    const nothing = { ...ctx, connection: { ...ctx.connection, id: randomUUID() } };
    expect(await openGallery(nothing, all)).toEqual({ total: 0, pages: [], first: [] });
  });
});
