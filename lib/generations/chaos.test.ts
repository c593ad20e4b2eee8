import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/clock";
import { toContext } from "@/lib/context.server";
import { createQueue, sinkOf } from "@/lib/eas/queue/client";
import { sampleModel } from "@/lib/models/sample";
import { users } from "@/lib/store/schema/auth";
import { generations } from "@/lib/store/schema/generations";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import type { Patience } from "./lane/world";
import { ask } from "./testing";
import { type CloudProcess, end, startCloudProcess, startScript } from "./testing-cloud-process";

/**
 * Asynchronous pictures while both consoles and the cloud itself are killed in turns, the one that collects among them. As
 * part of the tests it is short; `npm run chaos` asks for a thousand and says what it took.
 */

const WANTED = Number(process.env.EASEL_CHAOS || 120);
/** A console, the other one, the cloud; as often as this, spread over the work. */
const ROUNDS = WANTED > 500 ? 8 : 1;
const PIECE = 60;
const TOKEN = "a-token-of-ours";
const SERVICE = "queued";
/** Longer than the cloud takes to come back. */
const PATIENCE: Partial<Patience> = { notCallableMs: 60_000, busyMs: 60_000, missingMs: 20_000 };

let cloud: CloudProcess;
let store: TestStore;
let ctx: ReturnType<typeof toContext>;
let consoles: ChildProcess[] = [];

beforeAll(async () => {
  [cloud, store] = await Promise.all([startCloudProcess(), createTestStore()]);
  const [user] = await store.db.insert(users).values({ name: "mei", role: "owner", passwordHash: "x" }).returning();
  ctx = toContext({
    connection: cloud.connection,
    db: store.db,
    clock: systemClock,
    signal: new AbortController().signal,
    user: { id: user?.id ?? "", name: "mei", role: "owner" },
  });
  await ctx.oss.createBucket("pictures");
  for (const { path, bytes } of sampleModel()) await ctx.oss.putObject("pictures", `models/${path}`, bytes);
  await ctx.eas.createService(
    JSON.stringify({
      name: SERVICE,
      token: TOKEN,
      metadata: { name: SERVICE, instance: 2, type: "Async", rpc: { keepalive: 60_000 } },
      cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
      containers: [
        {
          image:
            "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public",
          command: "python /home/pai/app.py --func_name base --oss_save_dir oss://pictures/out/ --region hangzhou",
        },
      ],
      storage: [
        { mount_path: "/oss", oss: { path: "oss://pictures/models/", readOnly: false } },
        { mount_path: "/result", oss: { path: "oss://pictures/out/", readOnly: false } },
      ],
    }),
  );
  await vi.waitFor(async () => expect((await ctx.eas.describeService(SERVICE)).status).toBe("Running"), 20_000);
  consoles = await Promise.all([startConsole(), startConsole()]);
}, 60_000);

afterAll(async () => {
  await Promise.all(consoles.map(end));
  await cloud?.close();
  await store?.close();
});

const startConsole = () =>
  startScript("./testing-process.ts", [store.url, JSON.stringify(cloud.connection), JSON.stringify(PATIENCE)]);

async function killConsole(which: 0 | 1): Promise<void> {
  const victim = consoles[which];
  if (victim) await end(victim);
  consoles[which] = await startConsole();
}

const KILLS = [() => killConsole(0), () => cloud.kill(), () => killConsole(1)];

test(`${WANTED} wishes become ${WANTED} pictures, each once, whoever dies meanwhile`, async () => {
  const begun = Date.now();
  const wanted: string[] = [];
  for (let asked = 0; asked < WANTED; asked += PIECE)
    wanted.push(...(await ask({ ctx }, SERVICE, Math.min(PIECE, WANTED - asked))).map(({ taskId }) => taskId));
  const all = () => store.db.select().from(generations);
  const done = async () => (await all()).filter(({ status }) => status === "succeeded").length;
  const kills = Array.from({ length: ROUNDS }, () => KILLS).flat();
  for (const [at, kill] of kills.entries()) {
    // In the middle of the work, evenly over it.
    const due = Math.floor((WANTED * (at + 1)) / (kills.length + 2));
    await vi.waitFor(async () => expect(await done()).toBeGreaterThanOrEqual(due), { timeout: 120_000, interval: 50 });
    await kill();
  }
  const rows = await vi.waitFor(
    async () => {
      const found = await all();
      const left = found.filter(
        ({ status, sideCar }) => ["waiting", "queued", "running"].includes(status) || sideCar === "due",
      );
      expect(left.map(({ status, waitReason, working }) => `${status} ${waitReason} ${working}`)).toEqual([]);
      return found;
    },
    { timeout: 300_000, interval: 250 },
  );

  expect(rows.filter(({ status }) => status !== "succeeded").map(({ error, answer }) => ({ error, answer }))).toEqual(
    [],
  );
  expect(rows.map(({ taskId }) => taskId).sort()).toEqual([...wanted].sort());
  const { objects } = await ctx.oss.listAllObjects("pictures", "out/result/", WANTED * 4);
  const keys = new Set(objects.map(({ key }) => key));
  for (const { taskId, keys: own } of rows) {
    expect(own).toEqual([expect.stringContaining(`out/result/${taskId}_`)]);
    expect(keys).toContain(own[0]);
    expect(keys).toContain(own[0]?.replace(".png", ".json"));
  }
  expect(new Set(rows.flatMap((row) => row.keys)).size).toBe(WANTED);
  const endpoint = `http://${cloud.connection.gatewayHosts?.[0]}/api/predict/${SERVICE}`;
  const left = async (address: string) =>
    (await createQueue(cloud.connection, { endpoint: address, token: TOKEN }).attributes()).length;
  // The last answers that came a second time are taken out with the next one.
  await ask({ ctx }, SERVICE, 1);
  await vi.waitFor(async () => expect([await left(endpoint), await left(sinkOf(endpoint))]).toEqual([0, 0]), {
    timeout: 20_000,
    interval: 200,
  });
  if (process.env.EASEL_CHAOS) {
    const drawn = objects.filter(({ key }) => key.endsWith(".png")).length;
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    const found = rows.filter(({ recovered }) => recovered).length;
    console.log(
      `${rows.length} wishes, ${kills.length} kills (${ROUNDS * 2} of consoles, ${ROUNDS} of the cloud), ${seconds} s: ` +
        `${rows.length} records with one picture each; ${drawn - WANTED} drawn a second time by the cloud, ${found} found by number`,
    );
  }
}, 900_000);
