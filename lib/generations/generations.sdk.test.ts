import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createQueue, sinkOf } from "@/lib/eas/queue/client";
import { TOKEN } from "@/lib/sandbox/control/testing";
import { generations, queueSettings, unclaimedAnswers } from "@/lib/store/schema/generations";
import { cancelGeneration } from "./cancel";
import { lookAgain } from "./late-picture";
import { proveWithPicture } from "./prove-with-picture";
import { SideCarSchema } from "./side-car";
import { submitGenerations } from "./submit";
import { ask, freshTask, openStudio, SMALL, type Studio } from "./testing";
import type { Console } from "./testing-console";

/** Pictures are made by the server and never lost: against the imitated cloud, with its troubles. */

let studio: Studio;
let own: Console | undefined;
beforeAll(async () => {
  studio = await openStudio();
  await studio.cloud.create("sync");
  await studio.cloud.create("queued", { isAsync: true });
  await studio.cloud.until("sync", "Running");
  await studio.cloud.until("queued", "Running");
});
afterEach(async () => {
  await own?.end();
  own = undefined;
  await studio.cloud.control.reset();
  expect(studio.errors.splice(0)).toEqual([]);
});
afterAll(() => studio.close());

const PATIENCE = { timeout: 15_000, interval: 50 };
const rowOf = async (id: string) => {
  const [row] = await studio.store.db.select().from(generations).where(eq(generations.id, id));
  if (!row) throw new Error("no such row");
  return row;
};
const until = (id: string, expected: object) =>
  vi.waitFor(async () => {
    const row = await rowOf(id);
    expect(row).toMatchObject(expected);
    return row;
  }, PATIENCE);
const objects = async (taskId: string) =>
  (await studio.ctx.oss.listAllObjects("models", `out/result/${taskId}`, 100)).objects.map(({ key }) => key);
const queue = (of: "input" | "sink", service = "queued") => {
  const endpoint = `http://localhost:${studio.cloud.sandbox.ports.gateway}/api/predict/${service}`;
  return createQueue(studio.connection, { endpoint: of === "sink" ? sinkOf(endpoint) : endpoint, token: TOKEN });
};
const one = async (service: string, change = {}) => {
  const [made] = await ask(studio, service, 1, change);
  if (!made) throw new Error("not submitted");
  return made;
};

describe.each(["sync", "queued"])("a picture from the %s service", (service) => {
  test("is made with a seed that is known before, and has its settings beside it", async () => {
    own = studio.open();
    const made = await one(service);
    expect(made).toMatchObject({ status: "waiting", by: "mei", pictures: [] });
    expect(made.seed).toMatch(/^\d+$/);
    const row = await until(made.id, { status: "succeeded", sideCar: "written" });
    expect(row.seed).toBe(made.seed);
    expect(row.elapsedMs).toBeGreaterThan(0);
    const [json, picture] = await objects(made.taskId);
    expect(row.keys).toEqual([picture]);
    expect(json).toBe(picture?.replace(".png", ".json"));
    const text = Buffer.from(await studio.ctx.oss.getObjectRange("models", json ?? "", 0, 100_000)).toString();
    const sideCar = SideCarSchema.parse(JSON.parse(text));
    expect(sideCar).toMatchObject({
      taskId: made.taskId,
      seed: made.seed,
      by: "mei",
      service: { name: service, version: 1, region: "cn-hangzhou" },
      request: { task_id: made.taskId, seed: made.seed, steps: 2, use_base64: false },
    });
    expect(sideCar.model[0]).toMatchObject({
      path: expect.stringContaining("unet"),
      crc64: expect.stringMatching(/^\d+$/),
    });
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain("secret");
  });

  test("is asked for once, however often the same is submitted", async () => {
    const requests = [{ taskId: freshTask(), input: SMALL }];
    const [first, second] = await Promise.all([
      submitGenerations(studio.ctx, { service, requests }),
      submitGenerations(studio.ctx, { service, requests }),
    ]);
    const made = [...first, ...second];
    expect(made).toHaveLength(1);
    own = studio.open();
    await until(made[0]?.id ?? "", { status: "succeeded" });
    expect((await objects(requests[0]?.taskId ?? "")).filter((key) => key.endsWith(".png"))).toHaveLength(1);
  });

  test("is waited for while the service cannot be called yet", async () => {
    const fault = await studio.cloud.control.add({ kind: "not-callable", scope: { service } });
    own = studio.open({ notCallableMs: 60_000 });
    const made = await one(service);
    if (service === "sync") await until(made.id, { status: "waiting", waitReason: "not_ready" });
    await studio.cloud.control.remove(fault.id);
    await until(made.id, { status: "succeeded", waitReason: null });
  });

  test("settings with a translation are drawn without one where the service has none", async () => {
    own = studio.open();
    const made = await one(service, { useTranslate: true });
    const row = await until(made.id, { status: "succeeded", input: expect.objectContaining({ useTranslate: true }) });
    expect(row.request).not.toHaveProperty("use_translate");
  });

  test("the service's own refusal is the reason of its failure", async () => {
    await studio.cloud.control.add({ kind: "cuda-oom", times: 1, scope: { service } });
    own = studio.open();
    const made = await one(service);
    const row = await until(made.id, { status: "failed" });
    expect(row.answer).toMatchObject({ serviceError: { kind: "server", code: 469, message: /out of memory/ } });
  });

  test("survives the end of the console in the middle, and is there once", async () => {
    // The picture is made, and its answer takes a minute.
    const slow = await studio.cloud.control.add({
      kind: "bandwidth",
      parameters: { bytesPerSecond: 10, direction: "answer" },
      scope: { server: "gateway" },
    });
    const first = studio.open();
    const made = await one(service);
    await vi.waitFor(async () => expect(await objects(made.taskId)).toHaveLength(1), PATIENCE);
    expect(await rowOf(made.id)).toMatchObject({ status: service === "sync" ? "running" : "queued" });
    await first.end();
    await studio.cloud.control.remove(slow.id);
    own = studio.open();
    await until(made.id, { status: "succeeded", sideCar: "written" });
    expect((await rowOf(made.id)).keys).toHaveLength(1);
  });

  test("several consoles make each picture once", async () => {
    const others = [studio.open(), studio.open()];
    own = studio.open();
    const made = await ask(studio, service, 12);
    for (const { id } of made) await until(id, { status: "succeeded", sideCar: "written" });
    for (const { taskId } of made)
      expect((await objects(taskId)).filter((key) => key.endsWith(".png"))).toHaveLength(1);
    await Promise.all(others.map((other) => other.end()));
  });
});

describe("a call that is answered at once", () => {
  test.each([
    ["a line that breaks", { kind: "reset", parameters: { afterBytes: 0, direction: "answer" } }],
    ["an answer that is cut", { kind: "corrupted-answer", parameters: { how: "truncate", at: 30 } }],
  ] as const)("%s is followed by a search, which finds the picture", async (_, fault) => {
    await studio.cloud.control.add({ ...fault, times: 1, scope: { server: "gateway" } });
    own = studio.open();
    const made = await one("sync");
    await until(made.id, { status: "succeeded", recovered: true, seed: made.seed });
  });

  test("a time limit without a picture is a failure in the end, and says which", async () => {
    await studio.cloud.control.add({
      kind: "workers-busy",
      parameters: { answer: "keepalive" },
      times: 1,
      scope: { service: "sync" },
    });
    own = studio.open();
    const made = await one("sync");
    await until(made.id, { status: "running", waitReason: "searching" });
    const row = await until(made.id, { status: "failed" });
    expect(row.answer).toMatchObject({ serviceError: { kind: "gateway", code: 408 } });
  });

  test("a bucket that cannot be read during the search is read again", async () => {
    await studio.cloud.control.add({
      kind: "reset",
      parameters: { afterBytes: 0, direction: "answer" },
      times: 1,
      scope: { server: "gateway" },
    });
    const closed = await studio.cloud.control.add({ kind: "vendor-error", scope: { server: "oss", method: "GET" } });
    own = studio.open({ searchShortMs: 0 });
    const made = await one("sync");
    await vi.waitFor(() => expect(studio.errors.length).toBeGreaterThan(0), PATIENCE);
    await studio.cloud.control.remove(closed.id);
    await until(made.id, { status: "succeeded", recovered: true });
    expect(studio.errors.splice(0)).not.toContainEqual(expect.not.objectContaining({ retryable: true }));
  });

  test("a picture that came after its request was given up is found before the same is drawn again", async () => {
    own = studio.open({ searchLongMs: 0 });
    await studio.cloud.control.add({
      kind: "workers-busy",
      parameters: { answer: "keepalive" },
      times: 1,
      scope: { service: "sync" },
    });
    const made = await one("sync");
    await until(made.id, { status: "failed" });
    expect(await lookAgain(studio.ctx, { id: made.id })).toBeUndefined();
    const key = `out/result/${made.taskId}_20261101_120000_0.png`;
    await studio.ctx.oss.putObject("models", key, Buffer.from("a picture"));
    const late = await lookAgain(studio.ctx, { id: made.id });
    expect(late).toMatchObject({ status: "succeeded", recovered: true, serviceError: undefined, pictures: [{ key }] });
    await until(made.id, { status: "succeeded", sideCar: "written" });
    expect(await lookAgain(studio.ctx, { id: made.id })).toBeUndefined();
  });

  test("a service that is too busy is asked again", async () => {
    await studio.cloud.control.add({ kind: "workers-busy", times: 2, scope: { service: "sync" } });
    own = studio.open();
    const made = await one("sync");
    await until(made.id, { status: "succeeded" });
  });

  test("a refused token is read anew, and the call made with it", async () => {
    await studio.cloud.control.add({ kind: "expired-credentials", times: 1, scope: { server: "gateway" } });
    own = studio.open();
    const made = await one("sync");
    await until(made.id, { status: "succeeded", recovered: false });
  });

  test("is still heard by a console that is asked to end, when it comes soon", async () => {
    await studio.cloud.control.add({ kind: "latency", parameters: { delayMs: 800 }, scope: { server: "gateway" } });
    const leaving = studio.open({ finishMs: 10_000 });
    const [begun, next] = await ask(studio, "sync", 2);
    await until(begun?.id ?? "", { status: "running" });
    await leaving.end();
    expect(await rowOf(begun?.id ?? "")).toMatchObject({ status: "succeeded", recovered: false });
    expect(await rowOf(next?.id ?? "")).toMatchObject({ status: "waiting" });
    own = studio.open();
    await until(next?.id ?? "", { status: "succeeded" });
  });

  test("a picture that is being made cannot be withdrawn, one that waits behind it can", async () => {
    await studio.cloud.control.add({ kind: "latency", parameters: { delayMs: 800 }, scope: { server: "gateway" } });
    own = studio.open();
    const [first, second] = await ask(studio, "sync", 2);
    await until(first?.id ?? "", { status: "running" });
    await expect(cancelGeneration(studio.ctx, { id: first?.id ?? "" })).rejects.toMatchObject({ code: "conflict" });
    expect(await cancelGeneration(studio.ctx, { id: second?.id ?? "" })).toMatchObject({ status: "cancelled" });
    await until(first?.id ?? "", { status: "succeeded" });
    await until(second?.id ?? "", { status: "cancelled" });
  });

  test("a service that does not exist is said at once", async () => {
    own = studio.open();
    const made = await one("absent");
    expect((await until(made.id, { status: "failed" })).error).toMatchObject({ code: "not_found" });
  });
});

describe("behind a queue", () => {
  test("a full queue is waited for, and said", async () => {
    const fault = await studio.cloud.control.add({
      kind: "queue-full",
      parameters: { queue: "input" },
      scope: { service: "queued" },
    });
    own = studio.open({ busyMs: 60_000 });
    const made = await one("queued");
    await until(made.id, { status: "waiting", waitReason: "queue_full" });
    await studio.cloud.control.remove(fault.id);
    await until(made.id, { status: "succeeded" });
  });

  test("an answer of somebody else stays where it is, unless the operator wants it kept", async () => {
    await queue("input").put(JSON.stringify({ task_id: "theirs", prompt: "theirs", steps: 1, width: 64, height: 64 }));
    await vi.waitFor(async () => expect((await queue("sink").attributes()).length).toBe(1), PATIENCE);
    own = studio.open();
    const made = await one("queued");
    await until(made.id, { status: "succeeded" });
    const [left] = await queue("sink").get();
    expect(Buffer.from(left?.data ?? []).toString()).toContain("theirs");

    await studio.store.db
      .insert(queueSettings)
      .values({ connectionId: "test", service: "queued", keepUnclaimed: true });
    await vi.waitFor(async () => expect((await queue("sink").attributes()).length).toBe(0), PATIENCE);
    const kept = await studio.store.db.select().from(unclaimedAnswers);
    expect(kept).toMatchObject([
      { requestId: left?.tags.requestId, prompt: "theirs", keys: [expect.stringMatching(/^out\/result\/theirs_/)] },
    ]);
    await studio.store.db.delete(queueSettings);
  });

  test("two connections to one service leave each other's answers alone, also one that keeps what others asked", async () => {
    const settings = { connectionId: "test", service: "queued", keepUnclaimed: true };
    await studio.store.db.insert(queueSettings).values(settings);
    own = studio.open();
    const other = { ...studio.ctx, connection: { ...studio.connection, id: "other" } };
    const made = [...(await ask(studio, "queued", 3)), ...(await ask({ ctx: other }, "queued", 3))];
    const kept = await studio.store.db.select().from(unclaimedAnswers);
    for (const { id } of made) await until(id, { status: "succeeded", recovered: false });
    expect(await studio.store.db.select().from(unclaimedAnswers)).toEqual(kept);
    await studio.store.db.delete(queueSettings);
  });

  test("an answer that comes twice, and one that was drawn twice, make one picture", async () => {
    own = studio.open();
    const made = await one("queued");
    const row = await until(made.id, { status: "succeeded" });
    const tags = { easel: "this-installation/test", task: made.taskId };
    const body = JSON.stringify({ success: 1, seed: "1", oss_url: ["oss://models/out/result/other.png"] });
    await queue("sink").put(body, { tags });
    const second = await one("queued");
    await until(second.id, { status: "succeeded" });
    await vi.waitFor(async () => expect((await queue("sink").attributes()).length).toBe(0), PATIENCE);
    expect(await rowOf(made.id)).toMatchObject({ keys: row.keys, seed: row.seed, settledAt: row.settledAt });
  });

  test("a request that the queue gives out twice leaves one picture in the bucket", async () => {
    // Nothing is committed before both deliveries have been drawn.
    await studio.cloud.control.add({ kind: "queue-full", parameters: { queue: "sink" }, scope: { service: "queued" } });
    await studio.cloud.control.add({ kind: "redelivery", times: 1, scope: { service: "queued" } });
    own = studio.open();
    const made = await one("queued");
    const pictures = async () => (await objects(made.taskId)).filter((key) => key.endsWith(".png"));
    await expect.poll(async () => (await pictures()).length, PATIENCE).toBe(2);
    await studio.cloud.control.reset();
    const { keys } = await until(made.id, { status: "succeeded", sideCar: "written" });
    await expect.poll(pictures, PATIENCE).toEqual(keys);
    await expect.poll(async () => (await queue("sink").attributes()).length, PATIENCE).toBe(0);
    expect(await pictures()).toEqual(keys);
  });

  test("what an instance left that ended between picture and answer goes, another's picture of a like name stays", async () => {
    const [taskId, like] = [freshTask(), freshTask()];
    const left = `out/result/${taskId}_20261101_120000_7.png`;
    const theirs = `out/result/${like}_20261101_120000_7.png`;
    for (const key of [left, theirs]) await studio.ctx.oss.putObject("models", key, Buffer.from("a picture"));
    own = studio.open();
    const [made] = await submitGenerations(studio.ctx, { service: "queued", requests: [{ taskId, input: SMALL }] });
    const { keys } = await until(made?.id ?? "", { status: "succeeded", sideCar: "written" });
    expect((await objects(taskId)).filter((key) => key.endsWith(".png"))).toEqual(keys);
    expect(keys).not.toContain(left);
    expect(await objects(like)).toEqual([theirs]);
  });

  test("a receipt that is lost on the way does not make a second request", async () => {
    await studio.cloud.control.add({
      kind: "reset",
      parameters: { afterBytes: 0, direction: "answer" },
      scope: { server: "gateway", method: "POST" },
      times: 1,
    });
    own = studio.open();
    const made = await one("queued");
    await until(made.id, { status: "succeeded" });
    expect((await objects(made.taskId)).filter((key) => key.endsWith(".png"))).toHaveLength(1);
  });

  test("its place is known, it can be withdrawn, and what somebody removed is given up with its reason", async () => {
    // With no room for its answer the service keeps what it has, five as it is configured, and takes nothing more.
    await studio.cloud.control.add({ kind: "queue-full", parameters: { queue: "sink" }, scope: { service: "queued" } });
    own = studio.open();
    const made = await ask(studio, "queued", 8);
    const [begun = "", , , , , removed = "", withdrawn = "", left = ""] = made.map(({ id }) => id);
    await until(begun, { status: "queued", place: null, working: true });
    await expect(cancelGeneration(studio.ctx, { id: begun })).rejects.toMatchObject({
      params: { rule: "playground.rules.begun" },
    });
    const { queueIndex } = await until(removed, { status: "queued", place: 0, working: false });
    await until(left, { status: "queued", place: 2 });
    expect(await cancelGeneration(studio.ctx, { id: withdrawn })).toMatchObject({ status: "cancelled" });
    await until(left, { place: 1 });
    await queue("input").delete([queueIndex ?? ""]);
    const row = await until(removed, { status: "failed" });
    expect(row.error).toMatchObject({ params: { rule: "playground.rules.lostInQueue" }, retryable: true });
    await studio.cloud.control.reset();
    await until(left, { status: "succeeded" });
    await until(withdrawn, { status: "cancelled" });
    expect(await objects(made[6]?.taskId ?? "")).toEqual([]);
  });

  test("a picture for the first proof needs nobody signed in", async () => {
    own = studio.open();
    const taskId = freshTask();
    const [first, again] = await Promise.all([
      proveWithPicture(studio.ctx, { service: "queued", taskId }),
      proveWithPicture(studio.ctx, { service: "queued", taskId }),
    ]);
    expect(first).toMatchObject({ status: "succeeded", purpose: "proof", by: undefined });
    expect(again.id).toBe(first.id);
    expect(first.pictures).toHaveLength(1);
  });
});
