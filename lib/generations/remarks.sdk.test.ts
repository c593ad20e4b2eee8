import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { REGION } from "@/lib/sandbox/eas/testing";
import { generations } from "@/lib/store/schema/generations";
import { SideCarSchema } from "./side-car";
import { submitGenerations } from "./submit";
import { ask, freshTask, openStudio, SMALL, type Studio, settled } from "./testing";
import type { Console } from "./testing-console";
import { toGeneration } from "./to-generation";

/** What is not as it should be although the picture is there, and a service that has to be woken first. */

let studio: Studio;
let own: Console | undefined;
beforeAll(async () => {
  studio = await openStudio();
  await studio.cloud.create("sync");
  await studio.cloud.until("sync", "Running");
});
afterEach(async () => {
  await own?.end();
  own = undefined;
  await studio.cloud.control.reset();
  expect(studio.errors.splice(0)).toEqual([]);
});
afterAll(() => studio.close());

const PATIENCE = { timeout: 15_000, interval: 50 };
const rowOf = async (taskId: string) => {
  const [row] = await studio.store.db.select().from(generations).where(eq(generations.taskId, taskId));
  if (!row) throw new Error("no such row");
  return row;
};
const one = async (service: string) => {
  const [made] = await ask(studio, service);
  return made?.taskId ?? "";
};

test("a bucket that refuses the settings keeps the picture, and it is said", async () => {
  await studio.cloud.control.add({
    kind: "vendor-error",
    parameters: { status: 403, code: "AccessDenied", message: "You have no right to access this object." },
    scope: { server: "oss", method: "PUT", path: "/models/out/result/*.json" },
  });
  own = studio.open();
  const taskId = await one("sync");
  await vi.waitFor(async () => expect(await rowOf(taskId)).toMatchObject({ sideCar: "refused" }), PATIENCE);
  const made = await toGeneration(studio.ctx, await rowOf(taskId));
  expect(made).toMatchObject({ status: "succeeded", sideCarRefused: true, pictures: [{ isNsfw: false }] });
});

test("a bucket that is only busy gets the settings a little later", async () => {
  await studio.cloud.control.add({
    kind: "vendor-error",
    parameters: { status: 503, code: "ServiceUnavailable", message: "Please reduce your request rate." },
    scope: { server: "oss", method: "PUT", path: "/models/out/result/*.json" },
    times: 6,
  });
  own = studio.open();
  const taskId = await one("sync");
  await vi.waitFor(async () => expect(await rowOf(taskId)).toMatchObject({ sideCar: "written" }), PATIENCE);
});

test("a file that the service names twice is shown once, and it is said that another one is lost", async () => {
  own = studio.open();
  const taskId = await one("sync");
  await settled(studio.ctx, taskId);
  const row = await rowOf(taskId);
  const url = `oss://models/${row.keys[0]}`;
  const twice = { ...row, answer: { isNsfw: [], ossUrls: [url, url] } };
  expect(await toGeneration(studio.ctx, twice)).toMatchObject({ repeated: true, pictures: [{ key: row.keys[0] }] });
  expect(await toGeneration(studio.ctx, row)).toMatchObject({ repeated: false });
});

test("links are signed anew at each look, and each of them is good", async () => {
  own = studio.open();
  const taskId = await one("sync");
  const [picture] = (await settled(studio.ctx, taskId)).pictures;
  const [later] = (await toGeneration(studio.ctx, await rowOf(taskId))).pictures;
  for (const link of [picture?.url, picture?.thumbnailUrl, later?.url]) {
    const answer = await fetch(link ?? "");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
  }
  // What a browser sees when a link has ended: then the page asks for new ones.
  await studio.cloud.control.add({
    kind: "expired-credentials",
    parameters: { what: "url" },
    times: 1,
    scope: { server: "oss", path: `/models/${picture?.key}` },
  });
  expect((await fetch(picture?.url ?? "")).status).toBe(403);
  expect((await fetch(later?.url ?? "")).status).toBe(200);
});

test("a LoRA is written down with the sum of its bytes, and its weight", async () => {
  await studio.cloud.oss("models").put("base/lora_a.bin", Buffer.from("weights of a"));
  const stored = await studio.ctx.oss.headObject("models", "base/lora_a.bin");
  own = studio.open();
  const taskId = freshTask();
  const input = { ...SMALL, loras: [{ path: "lora_a.bin", weight: 0.4 }] };
  await submitGenerations(studio.ctx, { service: "sync", requests: [{ taskId, input }] });
  // Whatever the container makes of such a file: the settings name what was asked for.
  await settled(studio.ctx, taskId);
  await studio.store.db
    .update(generations)
    .set({ status: "succeeded", bucket: "models", keys: ["out/result/by-hand.png"], sideCar: "due" })
    .where(eq(generations.taskId, taskId));
  own.runner.poke();
  await vi.waitFor(async () => expect(await rowOf(taskId)).toMatchObject({ sideCar: "written" }), PATIENCE);
  const text = await studio.ctx.oss.getObjectRange("models", "out/result/by-hand.json", 0, 100_000);
  expect(SideCarSchema.parse(JSON.parse(Buffer.from(text).toString())).loras).toEqual([
    { path: "lora_a.bin", sizeBytes: 12, crc64: stored?.crc64, etag: stored?.etag, weight: 0.4 },
  ]);
});

test("a service that sleeps is woken by the request, which waits for it longer than for one that runs", async () => {
  await studio.cloud.create("cold");
  await studio.cloud.until("cold", "Running");
  await studio.cloud.eas("POST", `/api/v2/services/${REGION}/cold/autoscaler`, {
    min: 0,
    max: 2,
    scaleStrategies: [{ metricName: "qps", threshold: 5 }],
    behavior: { onZero: { scaleDownGracePeriodSeconds: 1 } },
  });
  const instances = async () => (await studio.ctx.eas.describeService("cold")).instances.running;
  await vi.waitFor(async () => expect(await instances()).toBe(0), { timeout: 18_000, interval: 100 });
  // Loading takes longer than a running service would be waited for.
  await studio.cloud.control.add({ kind: "slow-start", parameters: { delayMs: 2_000 }, scope: { service: "cold" } });
  own = studio.open({ notCallableMs: 300, coldStartMs: 30_000 });
  const taskId = await one("cold");
  await vi.waitFor(
    async () => expect(await rowOf(taskId)).toMatchObject({ status: "waiting", waitReason: "not_ready" }),
    PATIENCE,
  );
  expect(await settled(studio.ctx, taskId)).toMatchObject({ status: "succeeded" });
}, 60_000);

test("a request that stood in line for an hour outlives a moment in which the cloud does not answer", async () => {
  await studio.cloud.create("later");
  await studio.cloud.until("later", "Running");
  const fault = await studio.cloud.control.add({
    kind: "vendor-error",
    parameters: { status: 503, code: "ServiceUnavailable", message: "Try again later." },
    scope: { server: "eas" },
  });
  const taskId = await one("later");
  const hourAgo = new Date(Date.now() - 3_600_000);
  await studio.store.db.update(generations).set({ createdAt: hourAgo }).where(eq(generations.taskId, taskId));
  own = studio.open();
  await vi.waitFor(
    async () => expect(await rowOf(taskId)).toMatchObject({ status: "waiting", waitReason: "unreachable" }),
    PATIENCE,
  );
  await studio.cloud.control.remove(fault.id);
  expect(await settled(studio.ctx, taskId)).toMatchObject({ status: "succeeded", waitReason: undefined });
  expect(await rowOf(taskId)).toMatchObject({ refusedAt: null });
});
