import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { freshTask, openStudio, SMALL, type Studio, settled } from "@/lib/generations/testing";
import { generations } from "@/lib/store/schema/generations";
import { goldenPrompts, sheets } from "@/lib/store/schema/sheets";
import { cancelSheet, retrySheet } from "./change-sheet";
import { getSheet, listSheets } from "./get-sheet";
import { acceptGolden, addGolden, listGolden, removeGolden, runGolden } from "./golden";
import { submitSheet, tryElsewhere } from "./submit-sheet";

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
  for (const name of ["one", "other"]) await studio.cloud.create(name);
  await studio.cloud.create("queued", { isAsync: true });
  for (const name of ["one", "other", "queued"]) await studio.cloud.until(name, "Running");
});
beforeEach(() => studio.cloud.control.reset());
afterAll(() => studio.close());

const request = (change = {}) => ({ taskId: freshTask(), input: { ...SMALL, seed: "7", ...change } });
const grid = (service: string, requests = [request({ steps: 2 }), request({ steps: 3 })]) => ({
  id: randomUUID(),
  service,
  kind: "grid" as const,
  labels: { x: { parameter: "steps" as const, values: ["2", "3"] } },
  requests,
});

describe("a grid", () => {
  test("is written down with its pictures, once, and read in its order", async () => {
    const own = studio.open();
    const asked = grid("one");
    await Promise.all([submitSheet(studio.ctx, asked), submitSheet(studio.ctx, asked)]);
    for (const { taskId } of asked.requests) await settled(studio.ctx, taskId);
    const sheet = await getSheet(studio.ctx, { id: asked.id, service: "one" });
    expect(sheet).toMatchObject({ kind: "grid", by: "mei", labels: asked.labels });
    expect(sheet.cells.map((cell) => [cell?.status, cell?.input.steps, cell?.seed, cell?.version])).toEqual([
      ["succeeded", 2, "7", 1],
      ["succeeded", 3, "7", 1],
    ]);
    expect(await listSheets(studio.ctx, { service: "one" })).toMatchObject([
      { id: asked.id, total: 2, done: 2, failed: 0, open: 0, prompt: "a cat" },
    ]);
    await own.end();
  });

  test("is nothing at all where one of its pictures cannot be written down", async () => {
    const id = randomUUID();
    const bad = { ...grid("one"), id, requests: [request(), { ...request(), input: { ...SMALL, prompt: "\0" } }] };
    await expect(submitSheet(studio.ctx, bad)).rejects.toThrow();
    expect(await studio.store.db.select().from(sheets).where(eq(sheets.id, id))).toEqual([]);
    const [first] = bad.requests;
    expect(
      await studio.store.db
        .select()
        .from(generations)
        .where(eq(generations.taskId, first?.taskId ?? "")),
    ).toEqual([]);
  });

  test("belongs to its service and its connection", async () => {
    const asked = grid("one");
    await submitSheet(studio.ctx, asked);
    await expect(getSheet(studio.ctx, { id: asked.id, service: "other" })).rejects.toMatchObject({ code: "not_found" });
    const elsewhere = { ...studio.ctx, connection: { ...studio.connection, id: "elsewhere" } };
    await expect(getSheet(elsewhere, { id: asked.id, service: "one" })).rejects.toMatchObject({ code: "not_found" });
    await cancelSheet(studio.ctx, asked);
  });

  test("keeps the place of a picture that is gone", async () => {
    const asked = grid("one");
    await submitSheet(studio.ctx, asked);
    await cancelSheet(studio.ctx, asked);
    const [first] = asked.requests;
    await studio.store.db.delete(generations).where(eq(generations.taskId, first?.taskId ?? ""));
    const { cells } = await getSheet(studio.ctx, { id: asked.id, service: "one" });
    expect(cells).toMatchObject([null, { status: "cancelled" }]);
  });
});

test.each(["one", "queued"])(
  "what %s has not begun is withdrawn together, and tried again in its place",
  async (name) => {
    // A queue without room for answers stops the service; a call that is slow stops the line before it.
    const [fault, untilBegun] =
      name === "queued"
        ? [{ kind: "queue-full", parameters: { queue: "sink" }, scope: { service: name } } as const, "queued"]
        : [{ kind: "latency", parameters: { delayMs: 1500 }, scope: { server: "gateway" } } as const, "running"];
    const { id } = await studio.cloud.control.add(fault);
    const own = studio.open();
    const requests = Array.from({ length: 8 }, (_, at) => request({ steps: at + 1 }));
    const asked = { ...grid(name, requests), labels: {} };
    await submitSheet(studio.ctx, asked);
    const states = async () =>
      (await getSheet(studio.ctx, { id: asked.id, service: name })).cells.map((c) => c?.status);
    await vi.waitFor(async () => expect((await states())[0]).toBe(untilBegun), 10_000);
    // The queue's own consumer has taken what it keeps.
    await vi.waitFor(async () =>
      expect((await states()).filter((state) => state === "waiting").length).toBeLessThan(8),
    );
    await cancelSheet(studio.ctx, asked);
    const after = await states();
    expect(after.at(-1)).toBe("cancelled");
    expect(after[0]).toBe(untilBegun);
    await studio.cloud.control.remove(id);
    const again = [{ taskId: requests.at(-1)?.taskId ?? "", by: freshTask() }];
    await retrySheet(studio.ctx, { id: asked.id, again });
    // A cell that has a picture, or is being made, is left alone.
    await retrySheet(studio.ctx, { id: asked.id, again: [{ taskId: requests[0]?.taskId ?? "", by: freshTask() }] });
    await settled(studio.ctx, again[0]?.by ?? "");
    const { cells } = await getSheet(studio.ctx, { id: asked.id, service: name });
    expect(cells.at(-1)).toMatchObject({ taskId: again[0]?.by, status: "succeeded", input: { steps: 8 }, seed: "7" });
    expect(cells[0]).toMatchObject({ taskId: requests[0]?.taskId });
    await own.end();
  },
);

test("the same wish goes to other services, beside the picture that is there", async () => {
  const own = studio.open();
  const asked = grid("one", [request()]);
  await submitSheet(studio.ctx, asked);
  const given = asked.requests[0]?.taskId ?? "";
  await settled(studio.ctx, given);
  const id = randomUUID();
  const taskId = freshTask();
  await tryElsewhere(studio.ctx, { id, taskId: given, others: [{ service: "other", taskId }] });
  await settled(studio.ctx, taskId);
  const sheet = await getSheet(studio.ctx, { id, service: "one" });
  expect(sheet.labels.services).toEqual(["one", "other"]);
  expect(sheet.cells.map((cell) => [cell?.service, cell?.seed, cell?.status])).toEqual([
    ["one", "7", "succeeded"],
    ["other", "7", "succeeded"],
  ]);
  await own.end();
});

test("golden prompts are drawn again and compared with what they gave, until the new ones are accepted", async () => {
  const own = studio.open();
  const asked = grid("one");
  await submitSheet(studio.ctx, asked);
  for (const { taskId } of asked.requests) await settled(studio.ctx, taskId);
  const { cells } = await getSheet(studio.ctx, { id: asked.id, service: "one" });
  for (const cell of cells) await addGolden(studio.ctx, { generationId: cell?.id ?? "" });
  await addGolden(studio.ctx, { generationId: cells[0]?.id ?? "" });
  const kept = await listGolden(studio.ctx, { service: "one" });
  expect(kept).toMatchObject([
    { taskId: cells[0]?.taskId, version: 1, input: { steps: 2, seed: "7" }, picture: { isNsfw: false } },
    { taskId: cells[1]?.taskId, version: 1 },
  ]);
  expect(await listGolden(studio.ctx, { service: "other" })).toEqual([]);

  // As after an update: they were made by an earlier version.
  await studio.store.db.update(goldenPrompts).set({ version: 0 });
  const id = randomUUID();
  await runGolden(studio.ctx, { id, service: "one" });
  await vi.waitFor(async () => {
    const sheet = await getSheet(studio.ctx, { id, service: "one" });
    expect(sheet.cells.map((cell) => cell?.status)).toEqual(["succeeded", "succeeded"]);
  }, 15_000);
  const sheet = await getSheet(studio.ctx, { id, service: "one" });
  expect(sheet.before?.map((cell) => cell?.taskId)).toEqual(cells.map((cell) => cell?.taskId));
  await acceptGolden(studio.ctx, { sheetId: id });
  expect(await listGolden(studio.ctx, { service: "one" })).toMatchObject(
    sheet.cells.map((cell) => ({ taskId: cell?.taskId, version: 1 })),
  );
  // What was compared then stays what it was.
  expect((await getSheet(studio.ctx, { id, service: "one" })).before).toEqual(
    expect.arrayContaining([expect.objectContaining({ taskId: cells[0]?.taskId })]),
  );
  await removeGolden(studio.ctx, { id: kept[0]?.id ?? "" });
  expect(await listGolden(studio.ctx, { service: "one" })).toHaveLength(1);
  await own.end();
});
