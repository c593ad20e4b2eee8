import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import yauzl from "yauzl";
import { systemClock } from "@/lib/clock";
import { sideCarKey } from "@/lib/generations/side-car";
import { ask, openStudio, type Studio, settled } from "@/lib/generations/testing";
import { auditEntries } from "@/lib/store/schema/audit";
import { galleryRebuilds, pictureStars, pictureTags } from "@/lib/store/schema/gallery";
import { generations } from "@/lib/store/schema/generations";
import { deletePictures } from "./delete-pictures";
import { FiltersSchema } from "./filters-schema";
import { getPicture } from "./get-picture";
import { listTaskIds, listTiles } from "./list-pictures";
import { starPictures, tagPictures } from "./mark-pictures";
import { cancelRebuild, getRebuild, startRebuild } from "./rebuild/manage";
import { dueRebuilds, type RebuildWorld, runRebuild } from "./rebuild/run-rebuild";
import { zipPictures } from "./zip-pictures";

/** The gallery against the imitated cloud: what is built from the bucket, deleted from it and packed out of it. */

const BUCKET = "models";
const ALL = FiltersSchema.parse({});
let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
  await studio.cloud.create("sync");
  await studio.cloud.until("sync", "Running");
  studio.open();
});
afterEach(() => studio.cloud.control.reset());
afterAll(() => studio.close());

const db = () => studio.store.db;
const rows = () => db().select().from(generations);
const objects = async (prefix = "out/") =>
  (await studio.ctx.oss.listAllObjects(BUCKET, prefix, 1000)).objects.map(({ key }) => key);

/** Made by the service, with its side-car in the bucket. */
async function make(count: number, prompt = "a cat"): Promise<string[]> {
  const asked = await ask(studio, "sync", count, { prompt });
  for (const { taskId } of asked) await settled(studio.ctx, taskId);
  const isWritten = async () => (await rows()).every(({ sideCar }) => sideCar === null || sideCar === "written");
  await expect.poll(isWritten, { timeout: 15_000 }).toBe(true);
  return asked.map(({ taskId }) => taskId);
}

const world = (change: Partial<RebuildWorld> = {}): RebuildWorld => ({
  db: db(),
  clock: systemClock,
  openCloud: async () => studio.ctx,
  pageSize: 3,
  ...change,
});

async function rebuild(change: Partial<RebuildWorld> = {}) {
  await startRebuild(studio.ctx);
  await go(change);
  return getRebuild(studio.ctx);
}

async function go(change: Partial<RebuildWorld> = {}, signal = new AbortController().signal) {
  for (const id of await dueRebuilds(db(), new Date(Date.now() + 3_600_000)))
    await runRebuild(world(change), id, signal);
}

describe("built from the bucket", () => {
  test("rows that were lost come back with all that made them, their stars and tags, and once", async () => {
    const [taskId = ""] = await make(5, "雨后的江南");
    await starPictures(studio.ctx, { taskIds: [taskId], starred: true });
    await tagPictures(studio.ctx, { taskIds: [taskId], add: ["封面"], remove: [] });
    const before = await rows();
    const picture = await getPicture(studio.ctx, { ...ALL, taskId });
    await db().delete(generations);

    expect(await rebuild()).toMatchObject({ state: "done", added: 5, foreign: 0, by: "mei" });
    const after = await rows();
    const said = ({
      taskId,
      service,
      userName,
      input,
      request,
      served,
      seed,
      bucket,
      keys,
      createdAt,
      func,
      search,
    }: (typeof after)[number]) => ({
      ...{ taskId, service, userName, input, request, served, seed, bucket, keys, createdAt, func, search },
    });
    const sorted = (list: typeof after) => list.map(said).sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
    expect(sorted(after)).toEqual(sorted(before));
    const again = await getPicture(studio.ctx, { ...ALL, taskId });
    expect(again).toMatchObject({
      tags: ["封面"],
      prints: picture.prints,
      tile: { starred: true, prompt: "雨后的江南" },
    });
    expect(again.prints.model.length).toBeGreaterThan(0);

    expect(await rebuild()).toMatchObject({ state: "done", added: 0 });
    expect(await rows()).toHaveLength(5);
  });

  test("pictures of other clients, without settings, are found too; inputs and other files are not", async () => {
    const png = Buffer.from("89504e470d0a1a0a", "hex");
    const put = (key: string, body: Buffer) => studio.ctx.oss.putObject(BUCKET, key, body);
    await put("out/result/curl_20261101_120000_0.png", png);
    await put("out/holiday/beach.JPG", png);
    await put("out/easel-inputs/mine.png", png);
    await put("out/result/notes.txt", png);
    await put("out/result/empty.png", Buffer.alloc(0));
    await put("elsewhere/secret.png", png);
    // Side-cars that are broken, of another version, and that speak for another picture.
    await put("out/result/broken_20261101_120000_0.png", png);
    await put("out/result/broken_20261101_120000_0.json", Buffer.from("{"));
    const [ours] = await rows();
    const stolen = await studio.ctx.oss.getObjectRange(BUCKET, sideCarKey(ours?.keys[0] ?? ""), 0, 100_000);
    await put("out/result/forged00_20261101_120000_0.png", png);
    await put("out/result/forged00_20261101_120000_0.json", Buffer.from(stolen));

    expect(await rebuild()).toMatchObject({ state: "done", added: 4, foreign: 4 });
    const foreign = await listTaskIds(studio.ctx, FiltersSchema.parse({ func: "unknown" }));
    const found = await Promise.all(foreign.map((taskId) => getPicture(studio.ctx, { ...ALL, taskId })));
    expect(found.map(({ key }) => key).sort()).toEqual([
      "out/holiday/beach.JPG",
      "out/result/broken_20261101_120000_0.png",
      "out/result/curl_20261101_120000_0.png",
      "out/result/forged00_20261101_120000_0.png",
    ]);
    expect(found[0]).toMatchObject({ generation: undefined, tile: { service: "sync", prompt: "" } });
    expect(await rebuild()).toMatchObject({ added: 0 });
  });

  test("a picture that was drawn twice is shown once, by whichever of both is there", async () => {
    const [taskId = "", alone = ""] = await make(2);
    const oss = studio.ctx.oss;
    const double = async (of: string) => {
      const [row] = await db().select().from(generations).where(eq(generations.taskId, of));
      const key = row?.keys[0] ?? "";
      const other = `out/result/${of}_20261101_120000_7.png`;
      await oss.putObject(BUCKET, other, await oss.getObjectRange(BUCKET, key, 0, 1_000_000));
      return { key, other };
    };
    const [twice, survivor] = [await double(taskId), await double(alone)];
    await oss.deleteObject(BUCKET, survivor.key);
    await db().delete(generations);
    await rebuild();
    const known = await rows();
    expect(known.filter(({ keys }) => keys.some((key) => key.includes(taskId)))).toMatchObject([
      { taskId, keys: [twice.key] },
    ]);
    expect(known.filter(({ keys }) => keys.some((key) => key.includes(alone)))).toMatchObject([
      { taskId: alone, keys: [survivor.other], input: { prompt: "a cat" } },
    ]);
    expect(await rebuild()).toMatchObject({ added: 0 });
    // Deleted, it does not come back by its double.
    await deletePictures(studio.ctx, { taskIds: [taskId] });
    expect((await objects()).filter((key) => key.includes(taskId))).toEqual([]);
  });

  test("the shape of another client's picture is read from its file, turned as it is shown", async () => {
    const plain = sharp({ create: { width: 40, height: 20, channels: 3, background: "teal" } });
    await studio.ctx.oss.putObject(BUCKET, "out/wide.png", await plain.clone().png().toBuffer());
    const turned = await plain.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    await studio.ctx.oss.putObject(BUCKET, "out/upright.jpg", turned);
    await rebuild();
    const shapes = Object.fromEntries((await rows()).map(({ keys, aspect }) => [keys[0], aspect]));
    expect(shapes).toMatchObject({ "out/wide.png": 2000, "out/upright.jpg": 500 });
  });

  test("a picture that is just being made is not taken for somebody else's", async () => {
    const [taskId = ""] = await make(1);
    await db()
      .update(generations)
      .set({ keys: [], bucket: null, status: "running" })
      .where(eq(generations.taskId, taskId));
    expect(await rebuild()).toMatchObject({ added: 0 });
    await db().delete(generations).where(eq(generations.taskId, taskId));
    expect(await rebuild()).toMatchObject({ added: 1, foreign: 0 });
  });

  test.each([
    ["failed", { code: "timeout", params: {}, retryable: true }],
    ["cancelled", null],
  ] as const)("the picture of a request that had %s before it came is given to it", async (status, error) => {
    const [taskId = ""] = await make(1);
    const [made] = await db().select().from(generations).where(eq(generations.taskId, taskId));
    await db()
      .update(generations)
      .set({ keys: [], bucket: null, status, error, answer: null, sideCar: null })
      .where(eq(generations.taskId, taskId));
    expect(await rebuild()).toMatchObject({ added: 1, foreign: 0 });
    const found = async () => (await db().select().from(generations).where(eq(generations.taskId, taskId)))[0];
    expect(await found()).toMatchObject({
      ...{ id: made?.id, status: "succeeded", recovered: true, error: null, bucket: BUCKET, keys: made?.keys },
    });
    await expect.poll(async () => (await found())?.sideCar, { timeout: 15_000 }).toBe("written");
    expect(await rebuild()).toMatchObject({ added: 0 });
  });

  test("a walk that was broken off goes on where it was, by whoever comes", async () => {
    await make(4);
    await db().delete(generations);
    await startRebuild(studio.ctx);
    const stopping = new AbortController();
    let listings = 0;
    const oss = {
      ...studio.ctx.oss,
      listObjects: (...args: Parameters<typeof studio.ctx.oss.listObjects>) => {
        if (++listings === 2) stopping.abort();
        return studio.ctx.oss.listObjects(...args);
      },
    };
    const { connection, eas } = studio.ctx;
    await go({ openCloud: async () => ({ connection, eas, oss }) }, stopping.signal);
    const half = await getRebuild(studio.ctx);
    expect(half).toMatchObject({ state: "walking", seen: 6 });
    await go();
    const whole = await getRebuild(studio.ctx);
    expect(whole).toMatchObject({ state: "done", seen: (await objects()).length });
    expect(whole?.added).toBe((await rows()).length);
  });

  test("a bucket that fails for a while is waited for; one that refuses ends it with the reason", async () => {
    await startRebuild(studio.ctx);
    await studio.cloud.control.add({ kind: "vendor-error", scope: { server: "oss", bucket: BUCKET } });
    await go();
    expect(await getRebuild(studio.ctx)).toMatchObject({ state: "walking", error: { retryable: true } });
    await studio.cloud.control.reset();
    await go();
    expect(await getRebuild(studio.ctx)).toMatchObject({ state: "done", error: undefined });
    const refusing = async () => ({
      ...studio.ctx,
      connection: studio.ctx.connection,
      eas: studio.ctx.eas,
      oss: { ...studio.ctx.oss, listObjects: () => studio.ctx.oss.listObjects("no-such-bucket-here") },
    });
    expect(await rebuild({ openCloud: refusing })).toMatchObject({ state: "failed", error: { code: "not_found" } });
    expect(await rebuild()).toMatchObject({ state: "done", error: undefined });
  });

  test("a folder whose bucket is gone, or closed to the account, is named, and the others are read all the same", async () => {
    const [taskId = ""] = await make(1);
    const [row] = await rows();
    await db()
      .insert(generations)
      .values({
        ...row,
        id: randomUUID(),
        taskId: "elsewhere1",
        bucket: "a-bucket-that-is-gone",
        keys: ["out/result/x.png"],
      } as typeof generations.$inferInsert);
    await db().delete(generations).where(eq(generations.taskId, taskId));
    expect(await rebuild()).toMatchObject({
      state: "done",
      added: expect.any(Number),
      missed: ["oss://a-bucket-that-is-gone/out/result/"],
    });
    expect((await rows()).map((one) => one.taskId)).toContain(taskId);
    await db().delete(generations).where(eq(generations.taskId, "elsewhere1"));
  });

  test("it can be stopped, and begun anew", async () => {
    await startRebuild(studio.ctx);
    await cancelRebuild(studio.ctx);
    await go();
    expect(await getRebuild(studio.ctx)).toMatchObject({ state: "cancelled" });
    expect(await rebuild()).toMatchObject({ state: "done" });
    expect(await db().select().from(galleryRebuilds)).toHaveLength(1);
  });
});

describe("deleted", () => {
  test("picture, side-car, row and marks go; what is gone already is no failure; others stay", async () => {
    const [one = "", two = "", kept = ""] = await make(3);
    await starPictures(studio.ctx, { taskIds: [one, kept], starred: true });
    await tagPictures(studio.ctx, { taskIds: [one, kept], add: ["x"], remove: [] });
    const [gone] = await db().select().from(generations).where(eq(generations.taskId, two));
    await studio.ctx.oss.deleteObject(BUCKET, gone?.keys[0] ?? "");

    expect(await deletePictures(studio.ctx, { taskIds: [one, two, "nothere00"] })).toEqual({ deleted: 2, failed: [] });
    expect((await objects()).filter((key) => key.includes(one) || key.includes(two))).toEqual([]);
    expect((await objects()).filter((key) => key.includes(kept))).toHaveLength(2);
    expect((await db().select().from(pictureStars)).map(({ taskId }) => taskId)).not.toContain(one);
    expect((await db().select().from(pictureTags)).map(({ taskId }) => taskId)).not.toContain(one);
    const ids = await listTaskIds(studio.ctx, ALL);
    expect(ids).toContain(kept);
    expect(ids).not.toContain(one);
    const audited = await db().select().from(auditEntries).where(eq(auditEntries.action, "generations.delete"));
    expect(audited.at(-1)).toMatchObject({ userName: "mei", details: { pictures: 2 } });
    expect(await rebuild()).toMatchObject({ added: 0 });
  });

  test("a bucket that refuses keeps the row, and the failure is named", async () => {
    const [taskId = ""] = await make(1);
    const real = studio.ctx.oss;
    const oss = { ...real, deleteObjects: () => real.deleteObjects("no-such-bucket-here", ["x"]) };
    const { connection, clock, user, signal } = studio.ctx;
    const ctx = { connection, clock, user, signal, db: db(), eas: studio.ctx.eas, oss };
    const { deleted, failed } = await deletePictures(ctx, { taskIds: [taskId] });
    expect(deleted).toBe(0);
    expect(failed).toEqual([
      expect.objectContaining({ taskId, code: "not_found", name: expect.stringContaining(taskId) }),
    ]);
    expect(await listTaskIds(studio.ctx, ALL)).toContain(taskId);
  });

  test("one that is being made, and one of another connection, are left alone", async () => {
    const [taskId = ""] = await make(1);
    await db().update(generations).set({ status: "running" }).where(eq(generations.taskId, taskId));
    expect(await deletePictures(studio.ctx, { taskIds: [taskId] })).toMatchObject({ deleted: 0 });
    await db()
      .update(generations)
      .set({ status: "succeeded", connectionId: "other" })
      .where(eq(generations.taskId, taskId));
    expect(await deletePictures(studio.ctx, { taskIds: [taskId] })).toMatchObject({ deleted: 0 });
    expect((await objects()).filter((key) => key.includes(taskId))).toHaveLength(2);
    await db().delete(generations).where(eq(generations.taskId, taskId));
  });

  test("keys that are no pictures of a result folder are not touched, wherever they come from", async () => {
    const [taskId = ""] = await make(1);
    await studio.ctx.oss.putObject(BUCKET, "precious.safetensors", Buffer.from("weights"));
    await db()
      .update(generations)
      .set({ keys: ["precious.safetensors", "out/../precious.png"] })
      .where(eq(generations.taskId, taskId));
    await deletePictures(studio.ctx, { taskIds: [taskId] });
    expect(await objects("precious")).toEqual(["precious.safetensors"]);
  });
});

describe("packed", () => {
  test("pictures with their side-cars, by names that sort; what is missing is named", async () => {
    const taskIds = await make(3);
    const [lost] = await db()
      .select()
      .from(generations)
      .where(eq(generations.taskId, taskIds[1] ?? ""));
    await studio.ctx.oss.deleteObjects(BUCKET, [lost?.keys[0] ?? "", sideCarKey(lost?.keys[0] ?? "")]);
    const parts: Uint8Array[] = [];
    for await (const part of zipPictures(studio.ctx, { taskIds })) parts.push(part);
    const archive = await yauzl.fromBufferPromise(Buffer.concat(parts));
    const names: string[] = [];
    for await (const entry of archive.eachEntry()) names.push(entry.fileName);
    expect(names).toHaveLength(5);
    expect(names.at(-1)).toBe("missing.txt");
    for (const taskId of [taskIds[0], taskIds[2]])
      for (const kind of ["png", "json"])
        expect(names).toContainEqual(
          expect.stringMatching(new RegExp(`^\\d{8}-\\d{6}_${taskId}_\\d{8}_\\d{6}_\\d+\\.${kind}$`)),
        );
  });

  test("nothing of another connection", async () => {
    const [taskId = ""] = await make(1);
    await db().update(generations).set({ connectionId: "other" }).where(eq(generations.taskId, taskId));
    const parts: Uint8Array[] = [];
    for await (const part of zipPictures(studio.ctx, { taskIds: [taskId] })) parts.push(part);
    expect((await yauzl.fromBufferPromise(Buffer.concat(parts))).entryCount).toBe(0);
  });
});

test("links of tiles show the picture, small and whole", async () => {
  const [taskId] = await make(1);
  const [newest] = await db()
    .select()
    .from(generations)
    .where(eq(generations.taskId, taskId ?? ""));
  const cursor = `${newest?.createdAt.getTime()}_${newest?.id}`;
  const [tile] = await listTiles(studio.ctx, { ...ALL, cursor, count: 1 });
  for (const url of [tile?.thumbnailUrl, tile?.url]) {
    const answer = await fetch(url ?? "");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^image\//);
  }
});
