import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createQueue, sinkOf } from "@/lib/eas/queue/client";
import { TOKEN } from "@/lib/sandbox/control/testing";
import { generations } from "@/lib/store/schema/generations";
import { ask, openStudio, type Studio } from "./testing";

/** Two consoles on one store, killed in turns without a word, while lines break and answers come again. */

const THROUGH_QUEUE = 60;
const AT_ONCE = 9;
const KILLS = 3;

let studio: Studio;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  studio = await openStudio();
  await studio.cloud.create("sync");
  await studio.cloud.create("queued", { isAsync: true });
  await studio.cloud.until("sync", "Running");
  await studio.cloud.until("queued", "Running");
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await studio.close();
});

async function startProcess(): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("./testing-process.ts", import.meta.url));
  const words = ["--import", "tsx", script, studio.store.url, JSON.stringify(studio.connection)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the console ended with ${code}`)));
  });
  return child;
}

test("every wish becomes one record with one picture, whoever dies meanwhile", async () => {
  const { control } = studio.cloud;
  await control.add({ kind: "redelivery", rate: 0.1, seed: 1, scope: { service: "queued" } });
  await control.add({
    kind: "reset",
    parameters: { afterBytes: 0, direction: "answer" },
    rate: 0.03,
    seed: 2,
    scope: { server: "gateway" },
  });
  let consoles: ChildProcess[] = await Promise.all([startProcess(), startProcess()]);
  const wanted: { taskId: string }[] = [];
  const progress = async () =>
    (await studio.store.db.select().from(generations)).filter(({ status }) => status === "succeeded").length;
  for (let kill = 0; kill < KILLS; kill++) {
    const before = await progress();
    wanted.push(
      ...(await ask(studio, "sync", AT_ONCE / KILLS)),
      ...(await ask(studio, "queued", THROUGH_QUEUE / KILLS)),
    );
    // In the middle of the work, wherever that is.
    await vi.waitFor(async () => expect(await progress()).toBeGreaterThan(before + 2), {
      timeout: 20_000,
      interval: 20,
    });
    const [victim, survivor] = consoles;
    victim?.kill("SIGKILL");
    consoles = [...(survivor ? [survivor] : []), await startProcess()];
  }
  await control.reset();
  const over = async () => {
    const rows = await studio.store.db.select().from(generations);
    const left = rows.filter(
      ({ status, sideCar }) => ["waiting", "queued", "running"].includes(status) || sideCar === "due",
    );
    expect(left.map(({ status, waitReason, working }) => `${status} ${waitReason} ${working}`)).toEqual([]);
    return rows;
  };
  const rows = await vi.waitFor(over, { timeout: 60_000, interval: 200 });

  expect(rows.map(({ taskId }) => taskId).sort()).toEqual(wanted.map(({ taskId }) => taskId).sort());
  // What a synchronous service was never asked, because the asking console died, is said to be lost; nothing else may fail.
  const failed = rows.filter(({ status }) => status !== "succeeded");
  expect(failed.filter(({ service }) => service !== "sync")).toEqual([]);
  for (const { error } of failed)
    expect(error).toMatchObject({ params: { rule: "playground.rules.lost" }, retryable: true });
  expect(failed.length).toBeLessThanOrEqual(KILLS);
  const { objects } = await studio.ctx.oss.listAllObjects("models", "out/result/", 2000);
  const keys = new Set(objects.map(({ key }) => key));
  for (const { taskId, status, keys: own } of rows) {
    if (status !== "succeeded") continue;
    expect(own).toHaveLength(1);
    expect(own[0]).toContain(`out/result/${taskId}_`);
    expect(keys).toContain(own[0]);
    expect(keys).toContain(own[0]?.replace(".png", ".json"));
  }
  const endpoint = `http://localhost:${studio.cloud.sandbox.ports.gateway}/api/predict/queued`;
  const left = async (address: string) =>
    (await createQueue(studio.connection, { endpoint: address, token: TOKEN }).attributes()).length;
  // The last answers that came a second time are taken out with the next ones.
  const last = await ask(studio, "queued");
  await vi.waitFor(async () => expect(await progress()).toBe(rows.length - failed.length + last.length), {
    timeout: 10_000,
  });
  await vi.waitFor(async () => expect([await left(endpoint), await left(sinkOf(endpoint))]).toEqual([0, 0]), {
    timeout: 10_000,
  });
}, 180_000);
