import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { createEasClient } from "@/lib/eas/client";
import { callService } from "@/lib/eas/gateway";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import { sampleModel } from "@/lib/models/sample";
import { createOssClient } from "@/lib/oss/client";
import { decodeAnswer } from "@/lib/playground/decoder";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { callInformation } from "./call-information";
import { createService } from "./create-service";
import { deleteService } from "./delete-service";
import { getService } from "./get-service";
import { getServiceLog } from "./get-service-log";
import { listMachineSpecs } from "./list-machine-specs";
import { restartService } from "./restart-service";
import { revealToken } from "./reveal-token";
import { scaleService } from "./scale-service";
import { SnapshotSchema, type WatchEvent } from "./snapshot";
import { startService } from "./start-service";
import { stopService } from "./stop-service";
import { tryCall } from "./try-call";
import { createWatcherHub } from "./watch";

/** The use cases with real clients against the imitated cloud: containers start from its object storage and may fail. */

/** Waits no longer than it must: what the watcher's pace is has tests of its own. */
const hasty: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 15), signal) };

let sandbox: Sandbox;
let store: TestStore;
const USER = { id: "00000000-0000-4000-8000-000000000000", name: "Ada", role: "owner" } as const;

beforeAll(async () => {
  store = await createTestStore();
  await store.db.insert(users).values({ ...USER, passwordHash: "-" });
  sandbox = await startTestSandbox();
  await createOssClient(connect()).createBucket("pictures");
});

afterAll(async () => {
  await sandbox.close();
  await store.close();
});

function connect(easHost = `localhost:${sandbox.ports.eas}`): Connection {
  return connectTo(sandbox, {
    eas: { protocol: "http", host: easHost },
    workspace: { protocol: "http", host: easHost },
  });
}

function context(connection = connect()): Context {
  return {
    connection,
    eas: createEasClient(connection, { clock: hasty }),
    oss: createOssClient(connection),
    db: store.db,
    clock: hasty,
    signal: new AbortController().signal,
    user: USER,
  };
}

const deeds = () => store.db.select().from(auditEntries).orderBy(auditEntries.id);

type Changes = Partial<typeof SOUND_DRAFT.service>;

/** A service whose container needs no model: the instances are 0, or the folder below does not matter. */
function config(name: string, changes: Changes = {}): string {
  const service = { ...SOUND_DRAFT.service, name, blade: false, translate: false, ...changes };
  return toConfigJson(toEasConfig({ ...SOUND_DRAFT, service }));
}

async function watchUntil(name: string, isIt: (event: WatchEvent) => boolean): Promise<WatchEvent[]> {
  const hub = createWatcherHub({
    clock: hasty,
    openEas: (connection) => createEasClient(connection, { clock: hasty }),
  });
  const leaving = new AbortController();
  const seen: WatchEvent[] = [];
  for await (const event of hub.watch(connect(), name, leaving.signal)) {
    SnapshotSchema.parse(JSON.parse(JSON.stringify(event.snapshot)));
    seen.push(event);
    if (isIt(event)) break;
  }
  leaving.abort();
  return seen;
}

const becomes = (name: string, status: string) =>
  watchUntil(name, ({ snapshot }) => snapshot.service?.status === status);

describe("createService", () => {
  it("is safe to press twice, one after the other and at once", async () => {
    const ctx = context();
    const input = { config: config("pressed", { instances: 0 }) };
    expect(await createService(ctx, input)).toEqual({ name: "pressed", outcome: "created" });
    expect(await createService(ctx, input)).toEqual({ name: "pressed", outcome: "existing" });
    const both = { config: config("pressed_both", { instances: 0 }) };
    const outcomes = await Promise.all([createService(ctx, both), createService(ctx, both)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["created", "existing"]);
    expect((await ctx.eas.listServices({ filter: "pressed" })).totalCount).toBe(2);
  });

  it("does not take another service of that name for its own", async () => {
    const ctx = context();
    await createService(ctx, { config: config("theirs", { instances: 0 }) });
    await expect(
      createService(ctx, { config: config("theirs", { instances: 0, func: "controlnet" }) }),
    ).rejects.toMatchObject({
      code: "conflict",
      params: { what: "service", name: "theirs" },
    });
  });

  it.each(["{", "[]", '{"metadata":{}}', "7"])("refuses %s before asking EAS", async (text) => {
    await expect(createService(context(), { config: text })).rejects.toMatchObject({
      code: "invalid_input",
      params: { field: "config" },
    });
  });

  it("finds the service when only the answer was lost", async () => {
    const proxy = await losingAnswersOf("CreateService");
    const ctx = context(connect(proxy.host));
    const input = { config: config("lost", { instances: 0 }) };
    expect(await createService(ctx, input)).toEqual({ name: "lost", outcome: "created" });
    expect(proxy.creates()).toBe(1);
    proxy.close();
  });

  it("finds what a console sent that died before it heard the answer", async () => {
    const text = config("orphan", { instances: 0 });
    await createEasClient(connect(), { clock: hasty }).createService(text);
    expect(await createService(context(), { config: text })).toEqual({ name: "orphan", outcome: "existing" });
  });

  it("knows its own configuration again in the spelling that EAS gives it", async () => {
    const text = config("dotted", { instances: 0 }).replace(
      /"rpc": \{[^}]*\}/,
      '"rpc.keepalive": 500000, "rpc.worker_threads": 1',
    );
    expect(await createService(context(), { config: text })).toMatchObject({ outcome: "created" });
    expect(await createService(context(), { config: text })).toMatchObject({ outcome: "existing" });
  });

  it("makes the service at the second press when the first one never arrived", async () => {
    const proxy = await losingRequestsOf("CreateService");
    const text = config("unheard", { instances: 0 });
    await expect(createService(context(connect(proxy.host)), { config: text })).rejects.toMatchObject({
      retryable: true,
    });
    proxy.close();
    expect(await createService(context(), { config: text })).toEqual({ name: "unheard", outcome: "created" });
  });

  it("fills in the secrets of the service that a configuration was taken from", async () => {
    const ctx = context();
    const secret = JSON.parse(config("origin", { instances: 0 }));
    secret.containers[0].env = [{ name: "API_KEY", value: "k0" }];
    await createService(ctx, { config: JSON.stringify(secret) });
    const shown = ((await getService(ctx, { name: "origin" })).config ?? "").replaceAll('"origin"', '"offspring"');
    expect(shown).not.toContain("k0");
    await createService(ctx, { config: shown, source: "origin" });
    expect((await ctx.eas.describeService("offspring")).config).toContain("k0");
    await expect(createService(ctx, { config: shown.replaceAll("offspring", "stray") })).rejects.toMatchObject({
      code: "invalid_input",
      params: { rule: "config.secretUnknown", path: "containers[0].env[0].value" },
    });
  });

  it("says that it failed when the service did not come into being", async () => {
    const fault = { operation: "CreateService", status: 500, code: "InternalError", message: "no", times: 1 };
    await fetch(`http://localhost:${sandbox.ports.control}/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fault),
    });
    await expect(createService(context(), { config: config("unborn", { instances: 0 }) })).rejects.toMatchObject({
      code: "upstream",
      vendor: { code: "InternalError" },
    });
  });
});

/** Passes everything on but one operation, whose line is cut before the request has gone anywhere. */
async function losingRequestsOf(action: string) {
  const server = http.createServer((request, response) => {
    if (request.headers["x-acs-action"] === action) return void request.socket.destroy();
    const { method, url: path, headers } = request;
    const onward = http.request({ port: sandbox.ports.eas, host: "localhost", method, path, headers }, (answer) =>
      answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)),
    );
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Passes everything on and cuts the line instead of handing back the answer of one operation. */
async function losingAnswersOf(action: string) {
  let lost = 0;
  const server = http.createServer((request, response) => {
    const { port } = { port: sandbox.ports.eas };
    const onward = http.request(
      { port, host: "localhost", method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        if (request.headers["x-acs-action"] === action) {
          lost++;
          answer.resume().on("end", () => request.socket.destroy());
        } else answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
      },
    );
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    creates: () => lost,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("reading", () => {
  it("shows a service without its secrets", async () => {
    const ctx = context();
    const secret = JSON.stringify({ ...JSON.parse(config("reader", { instances: 0 })), token: "fixed-token" });
    await createService(ctx, { config: secret });
    const detail = await getService(ctx, { name: "reader" });
    expect(detail).toMatchObject({
      name: "reader",
      instanceType: "ml.gu7i.c8m30.1-gu30",
      isAsync: false,
      flags: { func: "base", blade: false, region: "hangzhou", ossSaveDir: "oss://pictures/results/" },
      mounts: [
        { mountPath: "/oss", path: "oss://pictures/models/sd15/" },
        { mountPath: "/result", path: "oss://pictures/results/" },
      ],
      keepaliveMs: 500000,
    });
    const { token } = await revealToken(ctx, { name: "reader" });
    expect(token).toBe("fixed-token");
    expect((await deeds()).at(-1)).toMatchObject({
      action: "services.reveal_token",
      target: "reader",
      userName: "Ada",
    });
    const call = await callInformation(ctx, { name: "reader" });
    expect(call).toMatchObject({ isAsync: false, diffusers: { func: "base", translate: false } });
    expect(call.ways.map(({ network, sink }) => [network, sink])).toEqual([
      ["internet", undefined],
      ["vpc", undefined],
    ]);
    for (const { url } of call.ways) expect(url).toMatch(/\/api\/predict\/reader$/);
    expect(JSON.stringify([detail, call])).not.toContain("fixed-token");
  });

  it("names the two ends of an asynchronous service", async () => {
    const ctx = context();
    await createService(ctx, { config: config("queued", { instances: 0, mode: "async" }) });
    const { isAsync, ways } = await callInformation(ctx, { name: "queued" });
    expect(isAsync).toBe(true);
    expect(ways.map(({ network }) => network)).toEqual(["internet", "vpc"]);
    for (const { url, sink, direct } of ways) {
      expect(sink).toBe(`${url}/sink`);
      expect(direct).toContain("/api/predict/async_path.queued");
    }
  });

  it("lists instance types with a card first", async () => {
    const specs = await listMachineSpecs(context());
    expect(specs[0]?.gpu).toBeDefined();
    expect(specs.at(-1)?.gpu).toBeUndefined();
    expect(specs.find(({ gpu }) => gpu?.model === "T4")?.supportsBlade).toBe(false);
    expect(specs.find(({ gpu }) => gpu?.model === "GU30")?.supportsBlade).toBe(true);
  });
});

describe("a start that works", () => {
  it("runs through its stages to a container that answers", async () => {
    const ctx = context();
    for (const { path, bytes } of sampleModel()) await ctx.oss.putObject("pictures", `models/sd15/${path}`, bytes);
    await createService(ctx, { config: config("works", { blade: true }) });
    const seen = await becomes("works", "Running");
    const last = seen.at(-1)?.snapshot;
    expect(last?.failure).toBeUndefined();
    expect(last?.stages.map(({ state }) => state).join(" ")).toBe("done done done done done done waiting");
    for (const { startedAt, endedAt } of last?.stages.slice(0, -1) ?? []) {
      expect(startedAt).toBeDefined();
      expect(endedAt && startedAt && endedAt >= startedAt).toBe(true);
    }
    // Each stage is reached in order, and none is left again.
    const fronts = seen.map(({ snapshot }) => snapshot.stages.filter(({ state }) => state === "done").length);
    expect(fronts).toEqual(fronts.toSorted((a, b) => a - b));
    expect(last?.log.lines.length).toBeGreaterThan(0);

    const endpoint = (await callInformation(ctx, { name: "works" })).ways[0]?.url ?? "";
    const { token } = await revealToken(ctx, { name: "works" });
    const body = JSON.stringify({ task_id: "t1", prompt: "一只猫", steps: 2, width: 64, height: 64, image_num: 1 });
    const answer = await callService(ctx.connection, { endpoint, token, body, timeoutMs: 10_000 });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.bodyText)).toMatchObject({
      success: 1,
      task_id: "t1",
      oss_url: [expect.stringContaining("oss://pictures/results/")],
    });

    // The same call tried from the page: word for word, but for the token, and told by its code.
    const tried = await tryCall(ctx, { name: "works", body });
    expect(tried).toMatchObject({ status: 200, contentType: expect.stringContaining("json"), cut: 0 });
    expect(JSON.parse(tried.body)).toMatchObject({ success: 1, task_id: "t1" });
    expect(JSON.stringify(tried)).not.toContain(token);
    const refused = await tryCall(ctx, { name: "works", body: "{" });
    expect(decodeAnswer(refused.status, refused.body).id).toBe("json");
  });
});

describe("what holds a start up", () => {
  it("is the container's own message when base_model is missing", async () => {
    await createService(context(), { config: config("no_model", { modelPath: "models/empty/" }) });
    const seen = await watchUntil("no_model", ({ snapshot }) => snapshot.service?.status === "Failed");
    const last = seen.at(-1)?.snapshot;
    expect(last?.failure).toMatchObject({ code: "base_model_missing", stage: "loading", retrying: false });
    expect(last?.failure?.proof).toMatchObject({
      source: "log",
      text: expect.stringContaining("base_model dir must be provided"),
    });
    expect(last?.stages.map(({ state }) => state).join(" ")).toBe("done done done done failed waiting waiting");
    const log = await getServiceLog(context(), { name: "no_model", keyword: "ValueError" });
    expect(log.lines.length).toBeGreaterThan(0);
  });

  it.each<[string, string, string, (config: string) => string]>([
    [
      "no_bucket",
      "mount_bucket_missing",
      "mounts",
      (text) => text.replaceAll("oss://pictures/models", "oss://no-such-bucket/models"),
    ],
    ["bad_tag", "image_missing", "image", (text) => text.replace("blade-public", "typo")],
    [
      "bad_host",
      "image_unreachable",
      "image",
      (text) => text.replace("eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com", "docker.io"),
    ],
  ])("%s: %s", async (name, code, stage, spoil) => {
    await createService(context(), { config: spoil(config(name)) });
    const seen = await watchUntil(name, ({ snapshot }) => snapshot.failure !== undefined);
    expect(seen.at(-1)?.snapshot.failure).toMatchObject({ code, stage, retrying: true });
    await deleteService(context(), { name });
  });
});

describe("operation", () => {
  it("stops, starts, scales, restarts and deletes, and writes down who did", async () => {
    const ctx = context();
    const name = "operated";
    await createService(ctx, { config: config(name, { instances: 0 }) });
    await becomes(name, "Running");
    const before = (await deeds()).length;
    await stopService(ctx, { name });
    await becomes(name, "Stopped");
    await startService(ctx, { name });
    await becomes(name, "Running");
    await restartService(ctx, { name });
    await becomes(name, "Running");
    await scaleService(ctx, { name, instances: 0 });
    await deleteService(ctx, { name });
    const seen = await watchUntil(name, ({ snapshot }) => snapshot.isGone);
    expect(seen.at(-1)?.snapshot.stages).toEqual([]);
    expect((await deeds()).slice(before).map(({ action }) => action)).toEqual([
      "services.stop",
      "services.start",
      "services.restart",
      "services.scale",
      "services.delete",
    ]);
  });

  it("refuses with a reason what the state does not allow, without asking EAS", async () => {
    const ctx = context();
    await createService(ctx, { config: config("resting", { instances: 0 }) });
    await becomes("resting", "Running");
    await expect(startService(ctx, { name: "resting" })).rejects.toMatchObject({
      code: "conflict",
      params: { what: "state", reason: "alreadyRunning" },
    });
  });
});
