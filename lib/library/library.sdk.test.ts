import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "@/lib/clock";
import { type Context, toContext } from "@/lib/context.server";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import { sampleModel } from "@/lib/models/sample";
import { createControlClient } from "@/lib/sandbox/control/client";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { beginUpload } from "@/lib/uploads/target";
import { checkAndRemember, checkRoot } from "./check-root";
import { deleteObjects } from "./delete-objects";
import { downloadAddress } from "./download";
import { listRoots } from "./list-roots";
import { abortOpenUploads, addAbortRule, listOpenUploads } from "./open-uploads";
import { admitPages, createBucket } from "./prepare-bucket";

/** The library with real clients against the imitated cloud and a real database. */

const BUCKET = "library-bucket";
let sandbox: Sandbox;
let store: TestStore;
let ctx: Context;

beforeAll(async () => {
  [store, sandbox] = await Promise.all([createTestStore(), startTestSandbox()]);
  const connection = connectTo(sandbox);
  const user = { id: randomUUID(), name: "Ada", role: "owner" as const };
  await store.db.insert(users).values({ ...user, passwordHash: "-" });
  ctx = toContext({ connection, db: store.db, clock: systemClock, signal: new AbortController().signal, user });
  await ctx.oss.createBucket(BUCKET);
});
afterAll(async () => {
  await sandbox.close();
  await store.close();
});

async function putSample(prefix: string): Promise<void> {
  for (const { path, bytes } of sampleModel()) await ctx.oss.putObject(BUCKET, prefix + path, bytes);
}

async function deploy(name: string, root: string, service: Partial<typeof SOUND_DRAFT.service> = {}): Promise<void> {
  const draft = {
    ...SOUND_DRAFT,
    check: { ...SOUND_DRAFT.check, bucket: BUCKET },
    model: { ...SOUND_DRAFT.model, bucket: BUCKET, root },
    service: { ...SOUND_DRAFT.service, ...service, name, modelPath: root, instances: 0 },
  };
  await ctx.eas.createService(toConfigJson(toEasConfig(draft)));
}

const rootAt = async (prefix: string) => (await listRoots(ctx)).find((root) => root.prefix === prefix);

describe("a model root", () => {
  test("is known once it was brought up, and what it is once it was checked", async () => {
    await beginUpload(ctx, { bucket: BUCKET, prefix: "sd15" });
    expect(await rootAt("sd15/")).toMatchObject({ bucket: BUCKET, usedBy: [], uploaded: { by: "Ada" } });
    await putSample("sd15/");
    const report = await checkRoot(ctx, { bucket: BUCKET, prefix: "sd15" });
    expect(report.verdict).toMatchObject({ ok: true, loadsVia: "diffusers" });
    expect(report.changes).toBeUndefined();
    expect((await rootAt("sd15/"))?.check).toMatchObject({
      by: "Ada",
      verdict: { ok: true, files: sampleModel().length, parts: ["base_model"], errors: 0 },
    });
  });

  test("tells what changed since the last check", async () => {
    await putSample("moving/");
    await checkRoot(ctx, { bucket: BUCKET, prefix: "moving/" });
    await ctx.oss.putObject(BUCKET, "moving/lora/new.safetensors", new Uint8Array([1]));
    await ctx.oss.deleteObject(BUCKET, "moving/base_model/model_index.json");
    const { changes, verdict } = await checkRoot(ctx, { bucket: BUCKET, prefix: "moving/" });
    expect(verdict.ok).toBe(false);
    expect(changes).toMatchObject({
      added: ["lora/new.safetensors"],
      removed: ["base_model/model_index.json"],
      changed: [],
    });
  });

  test("is checked for the service that mounts it, and for the last one's flags where none does", async () => {
    await putSample("controlled/");
    await deploy("controls_it", "controlled/", { func: "controlnet" });
    const mounted = await checkRoot(ctx, { bucket: BUCKET, prefix: "controlled/" });
    expect(mounted.flags.func).toBe("controlnet");
    expect(mounted.findings.map(({ code }) => code)).toContain("controlnet_missing");
    await ctx.eas.deleteService("controls_it");
    const isGone = async () => (await rootAt("controlled/"))?.usedBy;
    await expect.poll(isGone, { timeout: 10_000 }).toEqual([]);
    expect((await checkRoot(ctx, { bucket: BUCKET, prefix: "controlled/" })).flags.func).toBe("controlnet");
    const found = await checkAndRemember(ctx, { bucket: BUCKET, prefix: "controlled/" });
    expect(found.verdict.ok).toBe(false);
  });

  test("of a service is known though nobody brought it up from here, and is not deleted under it", async () => {
    await putSample("mounted/");
    await deploy("mounts_it", "mounted/");
    expect((await rootAt("mounted/"))?.usedBy.map(({ name }) => name)).toEqual(["mounts_it"]);
    for (const key of ["mounted/", "mounted/base_model/", "mounted/base_model/model_index.json"])
      await expect(deleteObjects(ctx, { bucket: BUCKET, key })).rejects.toMatchObject({
        code: "conflict",
        params: { name: "mounts_it" },
      });
    expect(await ctx.oss.headObject(BUCKET, "mounted/base_model/model_index.json")).toBeDefined();
  });

  test("goes with all its objects and open uploads, and is forgotten", async () => {
    await putSample("gone/");
    await checkRoot(ctx, { bucket: BUCKET, prefix: "gone/" });
    await ctx.oss.initiateUpload(BUCKET, "gone/half.bin");
    await ctx.oss.putObject(BUCKET, "gone-not/x", new Uint8Array([1]));
    const deleted = await deleteObjects(ctx, { bucket: BUCKET, key: "gone/" });
    expect(deleted).toEqual({ objects: sampleModel().length, more: false });
    expect((await ctx.oss.listAllObjects(BUCKET, "gone/", 10)).objects).toEqual([]);
    expect(await ctx.oss.listUploads(BUCKET, "gone/", 10)).toEqual([]);
    expect(await ctx.oss.headObject(BUCKET, "gone-not/x")).toBeDefined();
    expect(await rootAt("gone/")).toBeUndefined();
    const deeds = await store.db.select().from(auditEntries);
    expect(deeds).toContainEqual(
      expect.objectContaining({ action: "models.delete", target: `oss://${BUCKET}/gone/`, userName: "Ada" }),
    );
  });

  test.each(["", "/", "a//b", "../x", "/abs"])("cannot be deleted as %j", async (key) => {
    await expect(deleteObjects(ctx, { bucket: BUCKET, key })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("one object", () => {
  test("is downloaded from OSS itself, under its own name", async () => {
    await ctx.oss.putObject(BUCKET, "files/权重 v1.bin", new TextEncoder().encode("bytes"));
    const response = await fetch(await downloadAddress(ctx, { bucket: BUCKET, key: "files/权重 v1.bin" }));
    expect(await response.text()).toBe("bytes");
    expect(response.headers.get("content-disposition")).toContain(encodeURIComponent("权重 v1.bin"));
    await expect(downloadAddress(ctx, { bucket: BUCKET, key: "files/absent" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("what is changed on a bucket", () => {
  const upload = { key: "half/x.bin", uploadId: "" };
  const origin = "https://easel.example";
  test.each<[action: string, target: string, details: object, act: () => Promise<unknown>]>([
    ["models.create_bucket", "made-here", {}, () => createBucket(ctx, { bucket: "made-here" })],
    ["models.cors", BUCKET, { origin }, () => admitPages(ctx, { bucket: BUCKET, origin })],
    [
      "models.abort_uploads",
      BUCKET,
      { count: 1 },
      async () => {
        const { uploadId } = await ctx.oss.initiateUpload(BUCKET, upload.key);
        await abortOpenUploads(ctx, { bucket: BUCKET, uploads: [{ ...upload, uploadId }] });
      },
    ],
  ])("leaves a line in the audit: %s", async (action, target, details, act) => {
    await act();
    const lines = await store.db.select().from(auditEntries).where(eq(auditEntries.action, action));
    expect(lines).toEqual([
      expect.objectContaining({ target, details, userName: "Ada", connectionId: ctx.connection.id }),
    ]);
  });
});

describe("unfinished uploads", () => {
  test("are listed, aborted, and left to OSS by a rule that replaces none", async () => {
    const { uploadId } = await ctx.oss.initiateUpload(BUCKET, "half/w.bin");
    const before = await listOpenUploads(ctx, { bucket: BUCKET, prefix: "half" });
    expect(before).toMatchObject({ uploads: [{ key: "half/w.bin", uploadId }], canAddRule: true });
    expect(before.abortAfterDays).toBeUndefined();
    await abortOpenUploads(ctx, { bucket: BUCKET, uploads: before.uploads });
    await addAbortRule(ctx, { bucket: BUCKET, days: 7 });
    expect(await listOpenUploads(ctx, { bucket: BUCKET, prefix: "half" })).toEqual({
      uploads: [],
      abortAfterDays: 7,
      canAddRule: false,
    });
    await expect(addAbortRule(ctx, { bucket: BUCKET, days: 3 })).rejects.toMatchObject({ code: "conflict" });
  });

  test("are listed for who may not read the bucket's rules, and an OSS out of order is told", async () => {
    const control = createControlClient(sandbox.ports.control);
    const { uploadId } = await ctx.oss.initiateUpload(BUCKET, "seen/w.bin");
    const scope = { server: "oss", operation: "GetBucketLifecycle" } as const;
    const refused = { status: 403, code: "AccessDenied", message: "No." };
    const { id } = await control.add({ kind: "vendor-error", parameters: refused, scope });
    expect(await listOpenUploads(ctx, { bucket: BUCKET, prefix: "seen" })).toMatchObject({
      uploads: [{ uploadId }],
      canAddRule: false,
    });
    await control.remove(id);
    const broken = { status: 500, code: "InternalError", message: "No." };
    const later = await control.add({ kind: "vendor-error", parameters: broken, scope });
    await expect(listOpenUploads(ctx, { bucket: BUCKET, prefix: "seen" })).rejects.toMatchObject({ code: "upstream" });
    await control.remove(later.id);
  });
});
