import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { Context } from "@/lib/context.server";
import { createEasClient } from "@/lib/eas/client";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { redactConfig } from "@/lib/service-config/config-facts";
import { applyPatches, type Patch } from "@/lib/service-config/document";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { createService } from "./create-service";
import { rollBackService } from "./roll-back-service";
import { updateService } from "./update-service";

/** Changing what runs, with real clients against the imitated cloud. */

const hasty: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 15), signal) };
const USER = { id: "00000000-0000-4000-8000-000000000000", name: "Ada", role: "owner" } as const;
let store: TestStore;
let sandbox: Sandbox;

beforeAll(async () => {
  store = await createTestStore();
  await store.db.insert(users).values({ ...USER, passwordHash: "-" });
  sandbox = await startTestSandbox();
});
afterAll(async () => {
  await sandbox.close();
  await store.close();
});

function context(): Context {
  const connection: Connection = connectTo(sandbox);
  return {
    connection,
    eas: createEasClient(connection, { clock: hasty }),
    db: store.db,
    clock: hasty,
    signal: new AbortController().signal,
    user: USER,
  } as Context;
}

const deeds = () => store.db.select().from(auditEntries).orderBy(auditEntries.id);

/** No instance: nothing has to start for what is asked here. */
async function running(name: string, more: Patch[] = []) {
  const ctx = context();
  const service = { ...SOUND_DRAFT.service, name, instances: 0 };
  await createService(ctx, { config: applyPatches(toConfigJson(toEasConfig({ ...SOUND_DRAFT, service })), more) });
  const config = async () => JSON.parse((await ctx.eas.describeService(name)).config ?? "");
  const seen = redactConfig((await ctx.eas.describeService(name)).config) ?? "";
  const change = (patches: Patch[], from = seen) =>
    updateService(ctx, { name, config: applyPatches(seen, patches), seen: from });
  return { ctx, seen, config, change };
}

const KEEPALIVE = ["metadata", "rpc", "keepalive"];
const fault = (times: number) =>
  fetch(`http://localhost:${sandbox.ports.control}/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ operation: "UpdateService", status: 500, code: "InternalError", message: "no", times }),
  });

describe("updateService", () => {
  it("merges what was added or changed", async () => {
    const { change, config } = await running("merged");
    expect(await change([{ path: KEEPALIVE, value: 600_000 }])).toEqual({ effect: "rolling", updateType: "merge" });
    expect(await config()).toMatchObject({ metadata: { rpc: { keepalive: 600_000, worker_threads: 1 } } });
    expect((await deeds()).at(-1)).toMatchObject({
      action: "services.update",
      details: { updateType: "merge", paths: ["metadata.rpc.keepalive"], version: 2 },
    });
  });

  it("replaces where something goes", async () => {
    const { change, config } = await running("replaced");
    expect(await change([{ path: ["features"], value: undefined }])).toEqual({
      effect: "rolling",
      updateType: "replace",
    });
    expect(await config()).not.toHaveProperty("features");
  });

  it("only scales where only the number changes", async () => {
    const { change, ctx } = await running("scaled");
    expect(await change([{ path: ["metadata", "instance"], value: 1 }])).toMatchObject({ effect: "scale" });
    expect((await ctx.eas.describeService("scaled")).version.latest).toBe(1);
    expect((await deeds()).at(-1)).toMatchObject({ action: "services.scale" });
  });

  it("keeps secrets that the page never saw", async () => {
    const { change, config, seen } = await running("secretive", [{ path: ["token"], value: "t0" }]);
    expect(seen).not.toContain("t0");
    await change([{ path: ["features"], value: undefined }]);
    expect(await config()).toMatchObject({ token: "t0" });
  });

  it("overwrites nobody's change", async () => {
    const { change, config, ctx, seen } = await running("contended");
    await updateService(ctx, {
      name: "contended",
      config: applyPatches(seen, [{ path: KEEPALIVE, value: 1000 }]),
      seen,
    });
    await expect(change([{ path: KEEPALIVE, value: 2000 }])).rejects.toMatchObject({
      code: "conflict",
      params: { rule: "config.changedMeanwhile" },
    });
    expect(await config()).toMatchObject({ metadata: { rpc: { keepalive: 1000 } } });
  });

  it.each([
    ["nothing", [], "config.noChange"],
    ["a secret that nobody knows", [{ path: ["dockerAuth"], value: "******" }], "config.secretUnknown"],
  ])("refuses %s", async (what, patches, rule) => {
    const { change } = await running(what === "nothing" ? "unchanged" : "unknown_secret");
    await expect(change(patches)).rejects.toMatchObject({ code: "invalid_input", params: { rule } });
  });

  it("says that it failed when it did", async () => {
    const { change } = await running("failing");
    await fault(1);
    await expect(change([{ path: KEEPALIVE, value: 7000 }])).rejects.toMatchObject({ code: "upstream" });
  });

  it("can be taken back", async () => {
    const { change, config, ctx } = await running("taken_back");
    await change([{ path: KEEPALIVE, value: 600_000 }]);
    await rollBackService(ctx, { name: "taken_back", version: 1 });
    expect(await config()).toMatchObject({ metadata: { rpc: { keepalive: 500_000 } } });
  });
});
