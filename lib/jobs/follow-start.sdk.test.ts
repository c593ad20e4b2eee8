import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { createSecretBox } from "@/lib/auth/secret-box";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { type Context, toContext } from "@/lib/context.server";
import { createEasClient } from "@/lib/eas/client";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import { installationId } from "@/lib/generations/installation";
import { startGenerationRunner } from "@/lib/generations/runner";
import { HASTY } from "@/lib/generations/testing-console";
import { sampleWith, tensorFile, toBytes } from "@/lib/models/testing";
import { deliverOne, dueDeliveries } from "@/lib/notifications/deliver";
import { createSend } from "@/lib/notifications/send";
import { signatureOf } from "@/lib/notifications/sign";
import { tell } from "@/lib/notifications/tell";
import { createWebhook, listWebhooks, testWebhook } from "@/lib/notifications/webhooks";
import { createOssClient } from "@/lib/oss/client";
import { createControlClient } from "@/lib/sandbox/control/client";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { redactConfig } from "@/lib/service-config/config-facts";
import { applyPatches, type Patch } from "@/lib/service-config/document";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { createBookkeeper } from "@/lib/services/bookkeeper";
import { restartInstance } from "@/lib/services/change-instance";
import { shared } from "@/lib/services/coordination";
import { createService } from "@/lib/services/create-service";
import { readFirstPicture } from "@/lib/services/first-picture-store";
import { askStart, dueStarts, followRestart, followStart } from "@/lib/services/followed-starts";
import { listVersions } from "@/lib/services/list-versions";
import { markOf } from "@/lib/services/renewal";
import { restartService } from "@/lib/services/restart-service";
import { rollBackService } from "@/lib/services/roll-back-service";
import { listTimeline } from "@/lib/services/timeline-store";
import { updateService } from "@/lib/services/update-service";
import { createWatcherHub } from "@/lib/services/watch";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { generations } from "@/lib/store/schema/generations";
import { notices, webhookDeliveries, webhooks } from "@/lib/store/schema/notifications";
import { followedStarts, stageDurations } from "@/lib/store/schema/watches";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { followOne } from "./follow-start";
import { makePicture } from "./make-picture";
import { type Runner, startRunner } from "./runner";

/** Starts that the server follows by itself, before the imitated cloud, with a real store. */

const hasty: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) };
const USER = { id: "00000000-0000-4000-8000-000000000000", name: "Ada", role: "owner" } as const;
const box = createSecretBox(new Uint8Array(32).fill(3));

let sandbox: Sandbox;
let store: TestStore;
let exchange: Exchange;
let ctx: Context;
const runners: Runner[] = [];

let drawing: Runner;
beforeAll(async () => {
  [sandbox, store] = await Promise.all([startTestSandbox(), createTestStore()]);
  await store.db.insert(users).values({ ...USER, passwordHash: "-" });
  exchange = openExchange(store.pool);
  ctx = toContext({
    connection: connection(),
    db: store.db,
    clock: hasty,
    signal: new AbortController().signal,
    user: USER,
  });
  drawing = startGenerationRunner({
    exchange,
    everyMs: 50,
    world: {
      db: store.db,
      clock: systemClock,
      exchange,
      installation: () => installationId(store.db),
      openCloud: async () => ({ connection: connection(), eas: ctx.eas, oss: ctx.oss }),
      onError: (error) => {
        throw error;
      },
      patience: HASTY,
    },
  });
  await ctx.oss.createBucket("pictures");
  for (const [path, content] of Object.entries(sampleWith()))
    await ctx.oss.putObject("pictures", `models/sd15/${path}`, toBytes(content));
});
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  await createControlClient(sandbox.ports.control).reset();
  await store.db.delete(followedStarts);
  await store.db.delete(notices);
  await store.db.delete(webhooks);
});
afterAll(async () => {
  await drawing.stop();
  await exchange.close();
  await sandbox.close();
  await store.close();
});

function connection(): Connection {
  return connectTo(sandbox);
}

function startFollowing(clock = hasty): Runner {
  const hub = createWatcherHub({
    clock: hasty,
    openEas: (to) => createEasClient(to, { clock: hasty }),
    coordination: shared(exchange, store.db),
    complete: createBookkeeper({
      db: store.db,
      clock: hasty,
      openOss: createOssClient,
      onError: (error) => {
        throw error;
      },
    }),
  });
  const world = { db: store.db, clock, hub, findConnection: async () => connection(), makePicture };
  const runner = startRunner({
    kind: "follow",
    exchange,
    clock: hasty,
    due: () => dueStarts(store.db, new Date(clock.now())),
    run: (id, signal) => followOne(world, id, signal),
    onError: (error) => {
      throw error;
    },
    atOnce: 10,
  });
  runners.push(runner);
  return runner;
}

function config(name: string, changes: Partial<typeof SOUND_DRAFT.service> = {}): string {
  const service = { ...SOUND_DRAFT.service, name, translate: false, ...changes };
  return toConfigJson(toEasConfig({ ...SOUND_DRAFT, service }));
}

const over = () =>
  vi.waitFor(
    async () => {
      const rows = await store.db.select().from(followedStarts);
      expect(rows.map(({ state }) => state)).toEqual(rows.map(() => "over"));
    },
    { timeout: 20_000 },
  );
/** An hour passes with every twentieth of a second: whoever waits for long does so at once. */
function fastClock(): Clock {
  const begun = Date.now();
  return { ...hasty, now: () => Date.now() + Math.floor((Date.now() - begun) / 50) * 3_600_000 };
}
const told = async () => (await store.db.select().from(notices).orderBy(notices.id)).map(({ kind }) => kind);
const pictureOf = async (name: string) => {
  const service = await ctx.eas.describeService(name);
  return readFirstPicture(store.db, "test", service.id, service.version.current);
};

it("a start ends with a real picture, found in OSS, told once, and its story written down", async () => {
  startFollowing();
  // Another process on the same database: nothing happens twice.
  startFollowing();
  await createService(ctx, { config: config("proven"), firstPicture: true });
  await over();
  const picture = await pictureOf("proven");
  expect(picture).toMatchObject({ state: "made", attempts: 1 });
  const made = await store.db.select().from(generations);
  expect(made.map(({ taskId, status }) => [taskId, status])).toEqual([[picture?.taskId, "succeeded"]]);
  expect(await ctx.oss.headObject("pictures", made[0]?.keys[0] ?? "")).toBeDefined();
  expect(await told()).toEqual(["ready"]);

  const { entries } = await listTimeline(ctx, { name: "proven", limit: 500 });
  const codes = (kind: string) => entries.filter((entry) => entry.kind === kind).map(({ code }) => code);
  expect(codes("action")).toEqual(["create"]);
  expect(codes("event")).toEqual(expect.arrayContaining(["Scheduled", "Pulled", "Started"]));
  expect(codes("log")).toEqual(expect.arrayContaining(["loading_model", "copying_blade"]));
  expect(codes("stage")).toEqual(expect.arrayContaining(["resources", "image", "mounts", "loading", "answering"]));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  const stages = await store.db.select().from(stageDurations);
  expect(new Set(stages.map(({ stage }) => stage))).toContain("loading");
}, 30_000);

it("whoever does not want a picture gets none, and is told that the service is ready", async () => {
  startFollowing();
  await createService(ctx, { config: config("unproven") });
  await over();
  expect(await pictureOf("unproven")).toBeUndefined();
  expect(await told()).toEqual(["ready"]);
});

it("a proof that fails is a state of its own, is not repeated for ever, and can be asked for anew", async () => {
  startFollowing();
  const control = createControlClient(sandbox.ports.control);
  await control.add({ kind: "cuda-oom", parameters: {}, scope: { service: "unable" } });
  await createService(ctx, { config: config("unable"), firstPicture: true });
  await over();
  expect(await pictureOf("unable")).toMatchObject({ state: "failed", attempts: 1, error: { code: "469" } });
  expect(await told()).toEqual(["failed"]);

  await control.reset();
  await followStart(ctx, "unable", { purpose: "prove", proof: "wanted" });
  await over();
  expect(await pictureOf("unable")).toMatchObject({ state: "made", attempts: 1 });
}, 30_000);

it("a gateway that goes on failing ends the proof after three attempts", async () => {
  startFollowing();
  await createService(ctx, { config: config("refused") });
  await over();
  await createControlClient(sandbox.ports.control).add({
    kind: "vendor-error",
    parameters: { status: 502, message: "Bad Gateway" },
    scope: { server: "gateway", service: "refused" },
  });
  await followStart(ctx, "refused", { purpose: "prove", proof: "wanted" });
  await over();
  expect(await pictureOf("refused")).toMatchObject({ state: "failed", attempts: 3, error: { code: "502" } });
}, 30_000);

it("a start that fails is told with its reason, to the browser and signed to an address outside", async () => {
  const received: { headers: http.IncomingHttpHeaders; body: string }[] = [];
  let status = 500;
  const receiver = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const hook = { name: "chat", url: `http://${host}/hook?key=k`, kinds: ["failed" as const, "budget" as const] };
  const { id, secret } = await createWebhook(ctx, box, hook);
  startFollowing();
  await createService(ctx, { config: config("hopeless", { modelPath: "models/none/" }) });
  await over();
  expect(await told()).toEqual(["failed"]);

  const world = { db: store.db, clock: hasty, box, send: createSend({ allowedHosts: [host] }), pausesMs: [0, 0] };
  const deliver = async () => {
    for (const due of await dueDeliveries(store.db, new Date(Date.now() + 1000)))
      await deliverOne(world, due, new AbortController().signal);
  };
  await deliver();
  status = 204;
  await deliver();
  await deliver();
  const [row] = await listWebhooks(ctx, box);
  expect(row).toMatchObject({
    url: `http://${host}/hook?…`,
    deliveries: [{ state: "delivered", attempts: 2, status: 204 }],
  });
  expect(received).toHaveLength(2);
  const last = received.at(-1);
  const timestamp = String(last?.headers["x-easel-timestamp"]);
  expect(last?.headers["x-easel-signature"]).toBe(signatureOf(secret, timestamp, last?.body ?? ""));
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  expect(JSON.parse(last?.body ?? "")).toMatchObject({
    event: "service.failed",
    service: "hopeless",
    reason: "base_model_missing",
  });
  const spent = { connectionId: ctx.connection.id, service: "", kind: "budget", details: { percent: "50" } } as const;
  await tell(store.db, { ...spent, now: new Date() });
  await deliver();
  expect(received.map(({ headers }) => headers["x-easel-event"])).toEqual([
    "service.failed",
    "service.failed",
    "costs.budget",
  ]);
  for (const { headers, body } of received) expect(JSON.parse(body).event).toBe(headers["x-easel-event"]);
  // A dump of the store holds neither the secret nor the address.
  expect(JSON.stringify(await store.db.select().from(webhooks))).not.toMatch(new RegExp(`${secret}|${host}`));

  // Without the operator's leave an address inside the private network is never asked.
  await testWebhook(ctx, { id });
  const guarded = { ...world, send: createSend({ allowedHosts: [] }) };
  for (const due of await dueDeliveries(store.db, new Date(Date.now() + 1000)))
    await deliverOne(guarded, due, new AbortController().signal);
  const states = await store.db.select().from(webhookDeliveries);
  expect(states.map(({ state, error }) => [state, error])).toContainEqual(["failed", "forbidden"]);
  expect(received).toHaveLength(3);
  receiver.close();
}, 30_000);

it("a start that hangs is told as stuck, once, and as ready when it goes on", async () => {
  const control = createControlClient(sandbox.ports.control);
  const fault = await control.add({ kind: "out-of-stock", parameters: {}, scope: { service: "hanging" } });
  // An hour passes with every look.
  let ahead = 0;
  const late: Clock = { ...hasty, now: () => Date.now() + ahead };
  const hub = createWatcherHub({ clock: hasty, openEas: (to) => createEasClient(to, { clock: hasty }) });
  await createService(ctx, { config: config("hanging") });
  const world = { db: store.db, clock: late, hub, findConnection: async () => connection(), makePicture };
  const [id = ""] = await dueStarts(store.db, new Date());
  const following = followOne(world, id, new AbortController().signal);
  const timer = setInterval(() => {
    ahead += 3_600_000;
  }, 50);
  await vi.waitFor(async () => expect(await told()).toEqual(["stuck"]), { timeout: 10_000 });
  await control.remove(fault.id);
  await following;
  clearInterval(timer);
  expect(await told()).toEqual(["stuck", "ready"]);
}, 30_000);

it("a start goes on in another process when the one that followed it ends", async () => {
  const control = createControlClient(sandbox.ports.control);
  const fault = await control.add({ kind: "out-of-stock", parameters: {}, scope: { service: "handed" } });
  const first = startFollowing();
  await createService(ctx, { config: config("handed"), firstPicture: true });
  await vi.waitFor(async () => expect((await ctx.eas.describeServiceEvents("handed")).items.length).toBeGreaterThan(1));
  await first.stop();
  runners.splice(0);
  await control.remove(fault.id);
  startFollowing();
  await over();
  expect(await pictureOf("handed")).toMatchObject({ state: "made" });
  expect(await told()).toEqual(["ready"]);
}, 30_000);

it("a console that dies while it creates a service leaves it followed, and its maker known", async () => {
  const [came, lost, older] = ["left_behind", "never_made", "older_one"];
  await ctx.eas.createService(config(older));
  // Each died at another moment: after the cloud had taken it, before, and over a service that was there long ago.
  await askStart(ctx, came, "wanted");
  await ctx.eas.createService(config(came));
  await askStart(ctx, lost, "wanted");
  const later = { ...ctx, clock: { ...hasty, now: () => Date.now() + 3_600_000 } };
  await askStart({ ...later, connection: ctx.connection }, older, "wanted");
  expect(await dueStarts(store.db, new Date())).toEqual([]);
  const before = (await store.db.select().from(auditEntries)).length;

  const clock: Clock = { ...hasty, now: () => Date.now() + 7_200_000 };
  startFollowing(clock);
  startFollowing(clock);
  await over();
  expect(await pictureOf(came)).toMatchObject({ state: "made" });
  expect(await told()).toEqual(["ready"]);
  const entries = (await store.db.select().from(auditEntries)).slice(before);
  expect(entries).toMatchObject([{ action: "services.create", target: came, userName: "Ada" }]);
  // So that the version is known to be this person's.
  const { items } = await listVersions(ctx, { name: came });
  expect(items[0]).toMatchObject({ author: "Ada", deed: "create" });
}, 40_000);

/** A service that runs, and the way to change it as the page does. */
async function changeable(name: string) {
  const base = config(name, { blade: false });
  await createService(ctx, { config: base });
  await over();
  await store.db.delete(notices);
  const seen = async () => redactConfig((await ctx.eas.describeService(name)).config) ?? "";
  const change = async (patches: Patch[]) => {
    const text = await seen();
    await updateService(ctx, { name, config: applyPatches(text, patches), seen: text, firstPicture: true });
  };
  return { change };
}
const noticesOf = async () =>
  (await store.db.select().from(notices).orderBy(notices.id)).map(({ kind, details }) => ({ kind, details }));

it("an update is followed to its own version's picture and told with its number; a roll-back too", async () => {
  startFollowing();
  const { change } = await changeable("renewed");
  await change([{ path: ["metadata", "rpc", "keepalive"], value: 600_000 }]);
  await over();
  expect(await pictureOf("renewed")).toMatchObject({ state: "made", version: 2 });
  expect(await noticesOf()).toEqual([{ kind: "ready", details: { purpose: "update", version: "2" } }]);

  await rollBackService(ctx, { name: "renewed", version: 1, firstPicture: true });
  await over();
  expect(await pictureOf("renewed")).toMatchObject({ state: "made", version: 3 });
  expect((await noticesOf()).at(-1)).toEqual({ kind: "ready", details: { purpose: "roll_back", version: "3" } });
  const { items } = await listVersions(ctx, { name: "renewed" });
  expect(items.map(({ number, proof, thumbnail }) => [number, proof, thumbnail !== undefined])).toEqual([
    [3, "made", true],
    [2, "made", true],
    [1, undefined, false],
  ]);
  expect(items[0]?.thumbnail?.url).not.toBe(items[1]?.thumbnail?.url);
}, 40_000);

it("an update that does not get on is told with its reason while the old version serves, and ends when taken back", async () => {
  const clock = fastClock();
  startFollowing();
  const { change } = await changeable("stubborn");
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  startFollowing(clock);
  await change([{ path: ["storage", 0, "oss", "path"], value: "oss://pictures/models/none/" }]);
  await vi.waitFor(
    async () =>
      expect(await noticesOf()).toMatchObject([
        { kind: "stuck", details: { purpose: "update", version: "2", reason: "base_model_missing" } },
      ]),
    { timeout: 15_000 },
  );
  expect(await ctx.eas.describeService("stubborn")).toMatchObject({
    status: "Updating",
    version: { current: 1, latest: 2 },
  });
  await rollBackService(ctx, { name: "stubborn", version: 1 });
  await over();
  expect((await noticesOf()).at(-1)).toEqual({ kind: "ready", details: { purpose: "roll_back", version: "3" } });
  expect(await pictureOf("stubborn")).toBeUndefined();
}, 40_000);

it("a change that EAS makes no version of is not waited for for ever, and nothing is told of it", async () => {
  startFollowing();
  await changeable("unversioned");
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  startFollowing(fastClock());
  await followStart(ctx, "unversioned", { purpose: "update", proof: "wanted", version: 2 });
  await over();
  expect(await noticesOf()).toEqual([]);
  expect(await pictureOf("unversioned")).toBeUndefined();
}, 30_000);

it("a restart is followed until nothing of before is left, and told, with a picture made anew", async () => {
  startFollowing();
  await changeable("restarted");
  await ctx.eas.scaleService("restarted", 2);
  const instances = async () => (await ctx.eas.listServiceInstances("restarted")).items;
  await vi.waitFor(
    async () =>
      expect(await ctx.eas.describeService("restarted")).toMatchObject({
        status: "Running",
        instances: { running: 2 },
      }),
    { timeout: 20_000 },
  );
  await followStart(ctx, "restarted", { purpose: "prove", proof: "wanted" });
  await over();
  await store.db.delete(notices);
  const [before, picture] = [await instances(), await pictureOf("restarted")];

  await restartService(ctx, { name: "restarted", firstPicture: true });
  await over();
  const after = await instances();
  expect(
    after.filter(({ name, status }) => status !== "Terminating" && before.some((one) => one.name === name)),
  ).toEqual([]);
  expect(await noticesOf()).toEqual([{ kind: "ready", details: { purpose: "restart" } }]);
  const renewed = await pictureOf("restarted");
  expect(renewed).toMatchObject({ state: "made", version: 1 });
  expect(renewed?.taskId).not.toBe(picture?.taskId);

  // One instance, rebuilt and then its process alone; the service answers all the while.
  for (const soft of [false, true]) {
    const [first] = (await instances()).filter(({ status }) => status === "Running");
    await restartInstance(ctx, { name: "restarted", instance: first?.name ?? "", soft });
    await over();
    const same = (await instances()).find(({ name }) => name === first?.name);
    expect(soft ? same?.restartCount : (same?.status ?? "gone")).toEqual(
      soft ? 1 : expect.stringMatching(/gone|Terminating/),
    );
    expect((await instances()).filter(({ ready }) => ready.processes === ready.total)).toHaveLength(2);
  }
  expect(await noticesOf()).toHaveLength(3);
  expect((await pictureOf("restarted"))?.taskId).toBe(renewed?.taskId);
}, 40_000);

it("a restart that does not get on is told with its reason, and as done when it does", async () => {
  const control = createControlClient(sandbox.ports.control);
  startFollowing();
  await changeable("restless");
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  startFollowing(fastClock());
  const fault = await control.add({ kind: "out-of-stock", parameters: {}, scope: { service: "restless" } });
  await restartService(ctx, { name: "restless" });
  await vi.waitFor(
    async () =>
      expect(await noticesOf()).toMatchObject([
        { kind: "stuck", details: { purpose: "restart", reason: "out_of_stock" } },
      ]),
    { timeout: 15_000 },
  );
  await control.remove(fault.id);
  await over();
  expect(await noticesOf()).toMatchObject([{ kind: "stuck" }, { kind: "ready", details: { purpose: "restart" } }]);
}, 40_000);

it("a restart in the midst of an update waits for the version and the picture that the update was to bring", async () => {
  startFollowing();
  const { change } = await changeable("hurried");
  const control = createControlClient(sandbox.ports.control);
  const fault = await control.add({ kind: "out-of-stock", parameters: {}, scope: { service: "hurried" } });
  await change([{ path: ["metadata", "rpc", "keepalive"], value: 600_000 }]);
  await restartService(ctx, { name: "hurried" });
  await control.remove(fault.id);
  await over();
  expect(await pictureOf("hurried")).toMatchObject({ state: "made", version: 2 });
  expect((await noticesOf()).at(-1)).toEqual({ kind: "ready", details: { purpose: "restart", version: "2" } });
}, 40_000);

it("a restart that nothing comes of is not waited for for ever, and nothing is told of it", async () => {
  startFollowing();
  await changeable("unmoved");
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  startFollowing(fastClock());
  const { items } = await ctx.eas.listServiceInstances("unmoved");
  await followRestart(ctx, "unmoved", { proof: "wanted", replaced: items.map(markOf) });
  await over();
  expect(await noticesOf()).toEqual([]);
  expect(await pictureOf("unmoved")).toBeUndefined();
}, 30_000);

const CONTROL_MODEL = sampleWith({
  "controlnet/config.json": JSON.stringify({ _class_name: "ControlNetModel", cross_attention_dim: 768 }),
  "controlnet/diffusion_pytorch_model.safetensors": tensorFile({ "controlnet_cond_embedding.conv_in.weight": [1] }),
});

it.each<[string, Partial<typeof SOUND_DRAFT.service>]>([
  ["asynchronous", { mode: "async" }],
  ["with a ControlNet", { func: "controlnet" }],
])(
  "a service %s is proven too",
  async (title, changes) => {
    const name = `proven_${title.replaceAll(/[^a-z]+/gi, "_").toLowerCase()}`;
    startFollowing();
    const modelPath = "models/control/";
    for (const [path, content] of Object.entries(CONTROL_MODEL))
      await ctx.oss.putObject("pictures", `${modelPath}${path}`, toBytes(content));
    await createService(ctx, { config: config(name, { ...changes, modelPath, blade: false }), firstPicture: true });
    await over();
    expect(await pictureOf(name)).toMatchObject({ state: "made", attempts: 1 });
  },
  40_000,
);
