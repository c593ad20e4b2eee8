import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Clock, createManualClock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { type Context, toContext } from "@/lib/context.server";
import { checkAndRemember } from "@/lib/library/check-root";
import { postWithFetch } from "@/lib/oss/upload/post-form";
import { PROBE_TEXT } from "@/lib/oss/upload/probe-text";
import { ACCOUNT, REGION, startTestServer, type TestServer } from "@/lib/sandbox/oss/testing";
import { auditEntries } from "@/lib/store/schema/audit";
import { users } from "@/lib/store/schema/auth";
import { modelRoots } from "@/lib/store/schema/model-roots";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { finishUpload } from "./finish";
import { completeUpload, initiateUpload, listUploadedParts } from "./multipart";
import { markPresence } from "./presence";
import { CloseProbeSchema, closeProbe, openProbe } from "./probe";
import { RelaySchema, relayBody } from "./relay";
import { signUpload, signUploadForm } from "./sign";
import { listOpenBelow, listStoredSizes, statStored } from "./stored";
import { beginUpload } from "./target";

const BUCKET = "uploads-bucket";
const FLAGS = { func: "base", blade: false, translate: false, closeSafety: false, customImage: false } as const;
let server: TestServer;
let store: TestStore;
let context: Context;

beforeAll(async () => {
  [server, store] = await Promise.all([startTestServer(), createTestStore()]);
  context = await contextOf("first");
  await context.oss.createBucket(BUCKET);
});
afterAll(async () => {
  await server.remove();
  await store.close();
});

async function contextOf(name: string, connectionId = "test"): Promise<Context> {
  const endpoint = { protocol: "http", host: `localhost:${server.port}` } as const;
  const connection: Connection = {
    id: connectionId,
    kind: "saved",
    name: "test",
    region: REGION,
    credentials: ACCOUNT,
    eas: endpoint,
    workspace: endpoint,
    sts: endpoint,
    oss: { ...endpoint, pathStyle: true },
    gatewayHosts: [],
  };
  const id = randomUUID();
  await store.db.insert(users).values({ id, name: `${name}-${id}`, role: "deployer", passwordHash: "-" });
  const user = { id, name, role: "deployer" as const };
  return toContext({ connection, db: store.db, clock: systemClock, signal: new AbortController().signal, user });
}

describe("an upload's target", () => {
  test("is recorded in one form", async () => {
    expect(await beginUpload(context, { bucket: BUCKET, prefix: "/models/sd15" })).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      prefix: "models/sd15/",
    });
  });
  test.each(["", "/", "../x", "a//b"])("cannot be %j", async (prefix) => {
    await expect(beginUpload(context, { bucket: BUCKET, prefix })).rejects.toMatchObject({ code: "invalid_input" });
  });
  test("does not exist for another person, nor on another connection", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "mine" });
    const requests = [{ path: "a", sizeBytes: 1 }];
    for (const other of [
      await contextOf("second"),
      toContext({ ...context, connection: { ...context.connection, id: "other" } }),
    ]) {
      await expect(signUpload(other, id, { requests })).rejects.toMatchObject({ code: "not_found" });
    }
    expect((await signUpload(context, id, { requests })).urls).toHaveLength(1);
  });
});

describe("within the target", () => {
  test("signed URLs store below the prefix, and nothing else can be asked for", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "signed" });
    const { urls } = await signUpload(context, id, { requests: [{ path: "unet/config.json", sizeBytes: 2 }] });
    const response = await fetch(urls[0] ?? "", { method: "PUT", body: new Blob(["{}"]) });
    expect(response.status).toBe(200);
    expect(await context.oss.headObject(BUCKET, "signed/unet/config.json")).toMatchObject({ sizeBytes: 2 });
    expect(await listStoredSizes(context, id)).toEqual({ sizes: [["unet/config.json", 2]] });
    expect(await statStored(context, id, { path: "unet/config.json" })).toMatchObject({ file: { sizeBytes: 2 } });
    expect(await statStored(context, id, { path: "absent" })).toEqual({ file: null });
    for (const path of ["../other/x", "/x", "a//b", ""]) {
      await expect(signUpload(context, id, { requests: [{ path, sizeBytes: 1 }] })).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
  });

  test("one permission posts small files below the prefix", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "posted" });
    const form = { ...(await signUploadForm(context, id)), expiresAt: 0 };
    const { signal } = new AbortController();
    const body = await new Blob(["{}"]).arrayBuffer();
    await postWithFetch(form, "vae/config.json", body, signal);
    expect(await context.oss.headObject(BUCKET, "posted/vae/config.json")).toMatchObject({ sizeBytes: 2 });
    await expect(postWithFetch({ ...form, prefix: "other/" }, "x", body, signal)).rejects.toMatchObject({
      code: "permission_denied",
    });
  });

  test("a file in parts goes from initiate to complete", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "parts" });
    const { uploadId } = await initiateUpload(context, id, { path: "w.bin" });
    const request = { path: "w.bin", sizeBytes: 9, part: { uploadId, number: 1 } };
    const { urls } = await signUpload(context, id, { requests: [request] });
    await fetch(urls[0] ?? "", { method: "PUT", body: new Blob(["123456789"]) });
    expect(await listOpenBelow(context, id)).toEqual({ uploads: [["w.bin", uploadId]] });
    const { parts } = await listUploadedParts(context, id, { path: "w.bin", uploadId });
    const expected = { sizeBytes: 9, crc64: "11051210869376104954" };
    expect(await completeUpload(context, id, { path: "w.bin", uploadId, parts, expected })).toEqual(expected);
  });
});

describe("the probe of the line", () => {
  test("is taken as a part and as a form, and leaves nothing behind", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "probed" });
    const probe = await openProbe(context, id);
    const body = await new Blob([PROBE_TEXT]).arrayBuffer();
    expect((await fetch(probe.url, { method: "PUT", body })).status).toBe(200);
    await postWithFetch({ ...probe.form, expiresAt: 0 }, probe.path, body, new AbortController().signal);
    expect(await listStoredSizes(context, id)).toEqual({ sizes: [[probe.path, body.byteLength]] });
    await closeProbe(context, id, probe);
    expect(await listStoredSizes(context, id)).toEqual({ sizes: [] });
    expect(await listOpenBelow(context, id)).toEqual({ uploads: [] });
  });

  test("is the only thing that can be closed so", () => {
    for (const path of ["base_model/unet/config.json", ".easel/manifest.json", ".easel/probe-a/b"])
      expect(CloseProbeSchema.safeParse({ path, uploadId: "x" }).success).toBe(false);
  });

  test("left behind, goes with the end of the upload", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "left" });
    const { path } = await openProbe(context, id);
    await context.oss.putObject(BUCKET, `left/${path}`, Buffer.from(PROBE_TEXT));
    await finishUpload(context, id, { ...FLAGS, files: [], again: false });
    expect(await context.oss.headObject(BUCKET, `left/${path}`)).toBeUndefined();
  });
});

describe("through the console", () => {
  const body = (text: string) =>
    new Request("http://console/", { method: "PUT", body: text, headers: { "content-length": String(text.length) } });

  test("a whole file and a part arrive, with OSS's own sums as the answer", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "relayed" });
    const whole = await relayBody(context, id, { path: "a.json", sizeBytes: 9 }, body("123456789"));
    expect(whole.status).toBe(200);
    expect(whole.headers.get("x-oss-hash-crc64ecma")).toBe("11051210869376104954");
    const { uploadId } = await initiateUpload(context, id, { path: "w.bin" });
    const part = { path: "w.bin", sizeBytes: 9, uploadId, number: 1 };
    expect((await relayBody(context, id, part, body("123456789"))).headers.get("etag")).toMatch(/^"/);
    expect((await listUploadedParts(context, id, { path: "w.bin", uploadId })).parts).toMatchObject([{ sizeBytes: 9 }]);
    expect((await relayBody(context, id, { path: "empty", sizeBytes: 0 }, body(""))).status).toBe(200);
  });

  test("only the size that was named, and only below the own target", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "relayed-not" });
    await expect(relayBody(context, id, { path: "a", sizeBytes: 8 }, body("123456789"))).rejects.toMatchObject({
      code: "invalid_input",
    });
    const stranger = await contextOf("stranger");
    await expect(relayBody(stranger, id, { path: "a", sizeBytes: 9 }, body("123456789"))).rejects.toMatchObject({
      code: "not_found",
    });
    expect(RelaySchema.safeParse({ path: "../a", sizeBytes: "9" }).success).toBe(false);
    expect(RelaySchema.safeParse({ path: "a", sizeBytes: String(65 * 1024 * 1024) }).success).toBe(false);
  });
});

describe("two at one folder", () => {
  const at = (person: Context, clock: Clock) => toContext({ ...person, clock });

  test("are told of each other until the first is over or silent for too long", async () => {
    const clock = createManualClock(1_800_000_000_000);
    const [ann, ben] = [at(await contextOf("ann"), clock), at(await contextOf("ben"), clock)];
    const first = await beginUpload(ann, { bucket: BUCKET, prefix: "shared/sd15", device: "a" });
    const busy = { code: "conflict", params: { rule: "upload.busy.other", name: expect.stringMatching(/^ann-/) } };
    for (const prefix of ["shared/sd15", "shared", "shared/sd15/lora"]) {
      await expect(beginUpload(ben, { bucket: BUCKET, prefix, device: "b" })).rejects.toMatchObject(busy);
    }
    await beginUpload(ben, { bucket: BUCKET, prefix: "shared/sd15-lcm", device: "b" });
    await clock.advance(80_000);
    await markPresence(ann, first.id, { over: false });
    await clock.advance(80_000);
    await expect(beginUpload(ben, { bucket: BUCKET, prefix: "shared/sd15", device: "b" })).rejects.toMatchObject(busy);
    await clock.advance(20_000);
    await beginUpload(ben, { bucket: BUCKET, prefix: "shared/sd15", device: "b" });
  });

  test("may go on regardless, and one browser is not in its own way", async () => {
    const cid = await contextOf("cid");
    await beginUpload(cid, { bucket: BUCKET, prefix: "own", device: "c" });
    await beginUpload(cid, { bucket: BUCKET, prefix: "own", device: "c" });
    const dan = await contextOf("dan");
    await beginUpload(dan, { bucket: BUCKET, prefix: "own", device: "d", anyway: true });
    await expect(beginUpload(cid, { bucket: BUCKET, prefix: "own", device: "c" })).rejects.toMatchObject({
      params: { name: expect.stringMatching(/^dan-/) },
    });
  });
});

describe("the end of an upload", () => {
  const CRC_OF_DIGITS = "11051210869376104954";

  test("names what is absent, of another size, or of another sum", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "end" });
    const put = (path: string, text: string) => context.oss.putObject(BUCKET, `end/${path}`, Buffer.from(text));
    await put("same", "123456789");
    await put("longer", "1234567890");
    await put("other", "987654321");
    const files: [string, number, string | null][] = ["same", "longer", "other", "absent"].map((path) => [
      path,
      9,
      CRC_OF_DIGITS,
    ]);
    const trusting = await finishUpload(context, id, { ...FLAGS, files, again: false });
    expect(trusting).toMatchObject({ missing: ["absent"], different: ["longer"] });
    const careful = await finishUpload(context, id, { ...FLAGS, files, again: true });
    expect(careful).toMatchObject({ missing: ["absent"], different: ["longer", "other"], verdict: { ok: false } });
  });

  test("is recorded with its person, and with the errors that were overruled; one that is not whole is not", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "deed" });
    const of = async () => {
      const deeds = await store.db.select().from(auditEntries).where(eq(auditEntries.action, "models.upload"));
      return deeds.filter(({ target }) => target === `oss://${BUCKET}/deed/`);
    };
    const files: [string, number, string | null][] = [["lora/w.bin", 9, CRC_OF_DIGITS]];
    await finishUpload(context, id, { ...FLAGS, files, again: false });
    expect(await of()).toEqual([]);
    await context.oss.putObject(BUCKET, "deed/lora/w.bin", Buffer.from("123456789"));
    await finishUpload(context, id, { ...FLAGS, files, again: false });
    expect(await of()).toMatchObject([
      {
        userId: context.user.id,
        details: { files: 1, bytes: 9, loads: false, errors: expect.arrayContaining(["base_model_missing"]) },
      },
    ]);
  });

  test("leaves a manifest with sums, also of files that the page could not compare", async () => {
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: "manifest" });
    await context.oss.putObject(BUCKET, "manifest/w", Buffer.from("123456789"));
    await finishUpload(context, id, { ...FLAGS, files: [["w", 9, null]], again: false });
    const [row] = await store.db.select().from(modelRoots).where(eq(modelRoots.prefix, "manifest/"));
    expect(row?.manifest).toEqual([["w", 9, expect.any(String), CRC_OF_DIGITS]]);
    expect(row?.checkedBy).toBe(context.user.name);
    // A later check, which compares no sums, keeps what it knows of objects that are the same.
    await checkAndRemember(context, { bucket: BUCKET, prefix: "manifest" }, FLAGS);
    const [again] = await store.db.select().from(modelRoots).where(eq(modelRoots.prefix, "manifest/"));
    expect(again?.manifest).toEqual(row?.manifest);
  });

  test("is told in the bucket too, where another console finds it", async () => {
    const root = { ...FLAGS, bucket: BUCKET, prefix: "shared-root" };
    const { id } = await beginUpload(context, { bucket: BUCKET, prefix: root.prefix });
    const put = (path: string, text: string) => context.oss.putObject(BUCKET, `shared-root/${path}`, Buffer.from(text));
    await put("w", "123456789");
    await finishUpload(context, id, { ...FLAGS, files: [["w", 9, CRC_OF_DIGITS]], again: false });
    const note = "shared-root/.easel/manifest.json";
    const size = (await context.oss.headObject(BUCKET, note))?.sizeBytes ?? 0;
    const text = new TextDecoder().decode(await context.oss.getObjectRange(BUCKET, note, 0, size));
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      by: context.user.name,
      files: [{ path: "w", sizeBytes: 9, crc64: CRC_OF_DIGITS }],
    });

    // Another store, which never heard of this root.
    const elsewhere = await contextOf("elsewhere", "another-connection");
    await put("x", "new");
    const found = await checkAndRemember(elsewhere, root);
    expect(found.changes).toMatchObject({ added: ["x"], changed: [], removed: [] });
    expect(found.files.map(({ path }) => path)).toEqual(["w", "x"]);
    expect((await checkAndRemember(elsewhere, root)).changes).toMatchObject({ added: [] });

    // Whatever somebody wrote there instead is no reason to fail.
    await context.oss.putObject(BUCKET, note, Buffer.from('{"version": 1, "files": "none"}'));
    expect((await checkAndRemember(context, root)).changes).toMatchObject({ added: ["x"] });
  });
});
