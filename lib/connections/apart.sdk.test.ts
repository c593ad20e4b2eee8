import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import { type Context, toContext } from "@/lib/context.server";
import { getCosts } from "@/lib/costs/report";
import { getDraft, listDrafts } from "@/lib/drafts/drafts";
import { connectTo, openTestCloud, type TestCloud, testConfig } from "@/lib/eas/testing";
import { FiltersSchema } from "@/lib/gallery/filters-schema";
import { getPicture } from "@/lib/gallery/get-picture";
import { listFacets } from "@/lib/gallery/list-facets";
import { listTaskIds, listTiles, openGallery } from "@/lib/gallery/list-pictures";
import { tagPictures } from "@/lib/gallery/mark-pictures";
import { getRebuild } from "@/lib/gallery/rebuild/manage";
import { getGeneration } from "@/lib/generations/get-generation";
import { listGenerations } from "@/lib/generations/list-generations";
import { listUnclaimed } from "@/lib/generations/unclaimed";
import { getGuard } from "@/lib/guard/settings";
import { listImports } from "@/lib/imports/manage";
import { listRoots } from "@/lib/library/list-roots";
import { listNotices } from "@/lib/notifications/notices";
import { readPriceList } from "@/lib/prices/price-list";
import { listUsedPrompts } from "@/lib/prompts/used-prompts";
import { callInformation } from "@/lib/services/call-information";
import { getService } from "@/lib/services/get-service";
import { listServices } from "@/lib/services/list-services";
import { listVersions } from "@/lib/services/list-versions";
import { startService } from "@/lib/services/start-service";
import { listTimeline } from "@/lib/services/timeline-store";
import { getSheet, listSheets } from "@/lib/sheets/get-sheet";
import { listGolden } from "@/lib/sheets/golden";
import { users } from "@/lib/store/schema/auth";
import { instanceRuns } from "@/lib/store/schema/costs";
import { drafts } from "@/lib/store/schema/drafts";
import { galleryRebuilds, pictureTags } from "@/lib/store/schema/gallery";
import { generations, unclaimedAnswers } from "@/lib/store/schema/generations";
import { budgets, guardStates } from "@/lib/store/schema/guard";
import { imports } from "@/lib/store/schema/imports";
import { modelRoots } from "@/lib/store/schema/model-roots";
import { notices } from "@/lib/store/schema/notifications";
import { priceLists, prices } from "@/lib/store/schema/prices";
import { goldenPrompts, sheets } from "@/lib/store/schema/sheets";
import { timelineEntries } from "@/lib/store/schema/watches";
import { createTestStore, type TestStore } from "@/lib/store/testing";

/**
 * Two accounts, one person, one store, and in both a service of the same name: whatever the console lists in one place holds
 * nothing of the other, and what lies there cannot be reached by its id.
 */

const PLACES = ["east", "west"] as const;
type Place = (typeof PLACES)[number];
const OTHER = { east: "west", west: "east" } as const;
const SERVICE = "twin";
const VERDICT = { ok: true, kind: "sd15", files: 1, totalBytes: 1, parts: [], errors: 0, warnings: 0 };
const at = new Date("2026-11-30T08:00:00Z");

let store: TestStore;
const clouds = {} as Record<Place, TestCloud>;
const contexts = {} as Record<Place, Context>;
const idOf = (place: Place, kind: number) =>
  `7f6bd6c5-52f4-4f09-9a2b-${place === "east" ? "e" : "a"}${`${kind}`.padStart(11, "0")}`;

beforeAll(async () => {
  store = await createTestStore();
  const [user] = await store.db.insert(users).values({ name: "mei", role: "owner", passwordHash: "-" }).returning();
  const id = user?.id ?? "";
  for (const place of PLACES) {
    clouds[place] = await openTestCloud();
    contexts[place] = toContext({
      connection: connectTo(clouds[place].sandbox, { id: place, name: place }),
      db: store.db,
      clock: systemClock,
      signal: new AbortController().signal,
      user: { id, name: "mei", role: "owner" },
    });
    await seed(place, id);
  }
});
afterAll(async () => {
  await Promise.all(PLACES.map((place) => clouds[place]?.close()));
  await store?.close();
});

/** One of each thing that the store keeps, and a service with a bucket in the account. Every text names its place. */
async function seed(place: Place, userId: string): Promise<void> {
  const { db } = store;
  const { eas, oss } = contexts[place];
  const here = { connectionId: place, service: SERVICE };
  await eas.createService(testConfig(SERVICE, { labels: { place: `in-${place}` } }));
  await eas.createService(testConfig(`only_${place}`));
  await oss.createBucket(`bucket-${place}`);
  const input = { func: "t2i", prompt: `in-${place}` };
  await db.insert(generations).values({
    id: idOf(place, 1),
    ...here,
    userId,
    userName: `in-${place}`,
    taskId: `in-${place}`,
    status: "succeeded",
    input,
    bucket: `bucket-${place}`,
    keys: [`out/in-${place}.png`],
    createdAt: at,
    settledAt: at,
  });
  await db.insert(pictureTags).values({ taskId: `in-${place}`, tag: `in-${place}` });
  await db.insert(drafts).values({ id: idOf(place, 2), userId, connectionId: place, data: {} });
  await db.insert(imports).values({
    id: idOf(place, 3),
    connectionId: place,
    userId,
    source: { kind: "url", url: "https://models.example/model.zip" },
    bucket: `bucket-${place}`,
    prefix: "models/",
    folder: `in-${place}`,
    state: "done",
  });
  const root = { bucket: `bucket-${place}`, prefix: "models/", manifest: [], checkedBy: `in-${place}`, checkedAt: at };
  await db.insert(modelRoots).values({ connectionId: place, ...root, verdict: VERDICT });
  await db.insert(notices).values({ ...here, kind: "ready", details: { version: `in-${place}` }, at });
  await db.insert(priceLists).values({
    connectionId: place,
    region: "cn-hangzhou",
    currency: "CNY",
    revision: 1,
    updatedAt: at,
    updatedBy: `in-${place}`,
  });
  await db.insert(prices).values({
    connectionId: place,
    region: "cn-hangzhou",
    instanceType: "ml.gu7i.c8m30.1-gu30",
    since: "2026-01-01",
    perHour: 1,
    source: `in-${place}`,
  });
  await db.insert(budgets).values({ connectionId: place, amount: place === "east" ? 1 : 2 });
  await db.insert(instanceRuns).values({
    ...here,
    serviceId: `in-${place}`,
    owner: `in-${place}`,
    instance: "i-1",
    ownResources: false,
    fromAt: new Date(Date.now() - 3_600_000),
    untilAt: new Date(),
  });
  await db
    .insert(guardStates)
    .values({ ...here, serviceId: "eas-m-1", stage: "warned", heldBy: `in-${place}`, checkedAt: at });
  await db.insert(sheets).values({
    id: idOf(place, 4),
    ...here,
    userName: `in-${place}`,
    kind: "grid",
    labels: { rows: [`in-${place}`], columns: [""] },
    taskIds: [`in-${place}`],
  });
  await db.insert(goldenPrompts).values({ ...here, userName: `in-${place}`, input, taskId: `in-${place}` });
  await db.insert(unclaimedAnswers).values({ ...here, requestId: "1", tags: {}, body: `in-${place}` });
  await db.insert(timelineEntries).values({
    ...here,
    at,
    kind: "event",
    level: "info",
    code: "Created",
    text: `in-${place}`,
    fingerprint: "one",
  });
  await db.insert(galleryRebuilds).values({ connectionId: place, state: "done", by: `in-${place}` });
}

const filters = FiltersSchema.parse({});

/** Each list of the console, and what of its own place it must show. */
const LISTS: [string, (ctx: Context, place: Place) => Promise<unknown>, (place: Place) => string][] = [
  ["services", (ctx) => listServices(ctx), (place) => `only_${place}`],
  ["a service", (ctx) => getService(ctx, { name: SERVICE }), (place) => `in-${place}`],
  ["call information", (ctx) => callInformation(ctx, { name: SERVICE }), () => SERVICE],
  ["versions", (ctx) => listVersions(ctx, { name: SERVICE }), () => '"number":1'],
  ["timeline", (ctx) => listTimeline(ctx, { name: SERVICE, limit: 10 }), (place) => `in-${place}`],
  ["buckets", (ctx) => ctx.oss.listBuckets(), (place) => `bucket-${place}`],
  ["models", (ctx) => listRoots(ctx), (place) => `bucket-${place}`],
  ["imports", (ctx) => listImports(ctx), (place) => `in-${place}`],
  ["drafts", (ctx) => listDrafts(ctx), (place) => idOf(place, 2)],
  ["gallery", (ctx) => openGallery(ctx, filters), (place) => `in-${place}`],
  [
    "tiles",
    async (ctx) => listTiles(ctx, { ...filters, cursor: `${Date.parse("2030-01-01")}_${idOf("west", 9)}`, count: 10 }),
    (place) => `in-${place}`,
  ],
  ["task ids", (ctx) => listTaskIds(ctx, filters), (place) => `in-${place}`],
  ["facets", (ctx) => listFacets(ctx), (place) => `in-${place}`],
  ["rebuild", (ctx) => getRebuild(ctx), (place) => `in-${place}`],
  ["a picture", (ctx, place) => getPicture(ctx, { taskId: `in-${place}`, ...filters }), (place) => `in-${place}`],
  ["generations", (ctx) => listGenerations(ctx, { service: SERVICE, limit: 10 }), (place) => `in-${place}`],
  ["unclaimed answers", (ctx) => listUnclaimed(ctx, { service: SERVICE }), (place) => `in-${place}`],
  ["prompts", (ctx) => listUsedPrompts(ctx, { search: "" }), (place) => `in-${place}`],
  ["sheets", (ctx) => listSheets(ctx, { service: SERVICE }), (place) => idOf(place, 4)],
  ["golden prompts", (ctx) => listGolden(ctx, { service: SERVICE }), (place) => `in-${place}`],
  ["notices", (ctx) => listNotices(ctx, { after: "0" }), (place) => `in-${place}`],
  ["prices", (ctx) => readPriceList(ctx.db, ctx.connection), (place) => `in-${place}`],
  ["costs", (ctx) => getCosts(ctx, { period: "today" }), (place) => `in-${place}`],
  ["guard", (ctx) => getGuard(ctx, { serviceId: "eas-m-1" }), (place) => `in-${place}`],
];

describe.each(PLACES)("in %s", (place) => {
  test.each(LISTS)("%s: all of this place, nothing of the other", async (_, read, own) => {
    const answer = JSON.stringify(await read(contexts[place], place));
    expect(answer).toContain(own(place));
    for (const foreign of [`in-${OTHER[place]}`, `only_${OTHER[place]}`, `bucket-${OTHER[place]}`]) {
      expect(answer).not.toContain(foreign);
    }
    expect(answer).not.toMatch(new RegExp(idOf(OTHER[place], 0).slice(0, 26)));
  });

  const unknown = { code: "not_found" };
  test("what lies in the other is not found by its id", async () => {
    const ctx = contexts[place];
    const there = OTHER[place];
    await expect(getService(ctx, { name: `only_${there}` })).rejects.toMatchObject(unknown);
    await expect(getDraft(ctx, { id: idOf(there, 2) })).rejects.toMatchObject(unknown);
    await expect(getGeneration(ctx, { id: idOf(there, 1) })).rejects.toMatchObject(unknown);
    await expect(getPicture(ctx, { taskId: `in-${there}`, ...filters })).rejects.toMatchObject(unknown);
    await expect(getSheet(ctx, { id: idOf(there, 4), service: SERVICE })).rejects.toMatchObject(unknown);
  });

  test("a deed in one leaves the other as it was", async () => {
    const ctx = contexts[place];
    const there = contexts[OTHER[place]];
    const before = JSON.stringify(await listFacets(there));
    await tagPictures(ctx, { taskIds: [`in-${OTHER[place]}`], add: ["foreign"], remove: [`in-${OTHER[place]}`] });
    await startService(ctx, { name: `only_${OTHER[place]}` }).catch((error: unknown) => {
      expect(error).toMatchObject(unknown);
    });
    expect(JSON.stringify(await listFacets(there))).toBe(before);
  });
});
