import { describe, expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { fromOssAnswer } from "../errors";
import { createBlobChecksum } from "./checksum";
import { createUpload } from "./engine";
import { inPartsOf, planUpload } from "./plan";
import { FakeTransport, FormTransport, memoryCheckpoints } from "./testing";
import type { UploadEvent, UploadPlan, UploadSource } from "./types";
import type { UploadOptions } from "./upload";

const MIB = 1024 * 1024;

function filled(size: number, seed: number): Blob {
  const pattern = Uint8Array.from({ length: 251 }, (_, index) => (index * 7 + seed) % 251);
  return new Blob([Buffer.alloc(size, pattern)]);
}

/** As Chromium has it once the file was changed on disk: the stream names another reason than the plain read. */
class Unreadable extends Blob {
  override slice(start?: number, end?: number): Blob {
    return new Unreadable([super.slice(start, end)]);
  }

  override arrayBuffer(): Promise<never> {
    return Promise.reject(new DOMException("gone", "NotReadableError"));
  }

  override stream() {
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (stream) => stream.error(new TypeError("network error")),
    });
  }
}

const SMALL = { path: "model_index.json", file: filled(500, 1) };
const SECOND = { path: "unet/config.json", file: filled(900, 2) };
const LARGE_BYTES = 2.25 * MIB;
const LARGE = { path: "unet/w.safetensors", file: filled(LARGE_BYTES, 3), lastModified: 42 };

/** With parts of 1 MiB where a real plan has 16, to keep the tests quick: LARGE has three. */
function smallParts(sources: readonly UploadSource[]): UploadPlan {
  const { plan } = planUpload(sources);
  const items = plan.items.map((item) =>
    item.sizeBytes > MIB
      ? { ...item, mode: "multipart" as const, partSizeBytes: MIB, partCount: Math.ceil(item.sizeBytes / MIB) }
      : item,
  );
  return { ...plan, items };
}

function set(sources = [SMALL, LARGE, SECOND], options: UploadOptions = {}) {
  const clock = createManualClock();
  const transport = new FakeTransport(clock);
  const checkpoints = memoryCheckpoints();
  const parts = { transport, clock, checksum: createBlobChecksum(), checkpoints, random: () => 0 };
  const plan = smallParts(sources);
  const upload = createUpload(plan, parts, options);
  const events: UploadEvent[] = [];
  upload.subscribe((event) => events.push(event));
  const states = () => Object.fromEntries(upload.files().map(({ path, state }) => [path, state]));
  return { clock, transport, checkpoints, plan, parts, upload, events, states };
}

async function isStored(transport: FakeTransport, path: string, file: Blob): Promise<boolean> {
  const stored = await transport.stored(path);
  return stored !== undefined && Buffer.from(await file.arrayBuffer()).equals(stored);
}

const offline = () => new AppError("network", { retryable: true });
const expired = () => fromOssAnswer({ status: 403, code: "AccessDenied", message: "Request has expired." });
const refused = () => fromOssAnswer({ status: 403, code: "AccessDenied", message: "No." });

describe("a smooth upload", () => {
  test("brings every byte and says so", async () => {
    const { transport, upload, states, events, checkpoints } = set();
    upload.start();
    const progress = await upload.settled();
    expect(progress).toMatchObject({
      state: "finished",
      doneFiles: 3,
      failedFiles: 0,
      doneBytes: LARGE_BYTES + 1400,
      sentBytes: LARGE_BYTES + 1400,
    });
    expect(states()).toEqual({ "model_index.json": "done", "unet/w.safetensors": "done", "unet/config.json": "done" });
    for (const { path, file } of [SMALL, SECOND, LARGE]) expect(await isStored(transport, path, file)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: "progress", progress: { state: "finished" } });
    expect(checkpoints.saved.size).toBe(0);
  });

  test("never runs more requests than lanes and signs in batches", async () => {
    const sources = Array.from({ length: 250 }, (_, index) => ({ path: `f${index}`, file: filled(10, index) }));
    const { transport, upload } = set(sources, { lanes: 2 });
    upload.start();
    expect((await upload.settled()).doneFiles).toBe(250);
    expect(transport.mostAtOnce).toBe(2);
    expect(transport.signCalls).toBeLessThanOrEqual(6);
  });

  test("bodies have no type, which would become an unsigned header", async () => {
    const typed = { path: "a.json", file: new Blob(["{}"], { type: "application/json" }) };
    const { transport, upload } = set([typed]);
    upload.start();
    await upload.settled();
    expect(transport.bodyTypes).toEqual([""]);
  });

  test("speed and time left come from what was sent over the last seconds", async () => {
    const { transport, upload, clock } = set([LARGE], { lanes: 1 });
    transport.gate(`${LARGE.path}#2`);
    upload.start();
    await transport.reached(`${LARGE.path}#2`);
    await clock.advance(4_000);
    const progress = upload.progress();
    expect(progress.bytesPerSecond).toBeCloseTo(MIB / 4, -3);
    expect(progress.secondsLeft).toBeCloseTo(1.25 * 4, 1);
    transport.open(`${LARGE.path}#2`);
    await upload.settled();
  });
});

describe("failures", () => {
  test("a lost connection is tried again after growing pauses", async () => {
    const { transport, upload, clock, events } = set([SMALL]);
    transport.fail(SMALL.path, offline(), offline(), offline());
    upload.start();
    const settled = upload.settled();
    while (events.filter(({ type }) => type === "retry").length < 3) await clock.advance(1_000);
    await clock.advance(5_000);
    await settled;
    expect(events.flatMap((event) => (event.type === "retry" ? [event.delayMs] : []))).toEqual([250, 500, 1000]);
    expect(await isStored(transport, SMALL.path, SMALL.file)).toBe(true);
  });

  test("after the last try the file fails; trying again finishes it without sending the parts that are there", async () => {
    const { transport, upload, clock, states } = set([LARGE]);
    transport.fail(`${LARGE.path}#3`, ...Array.from({ length: 9 }, offline));
    upload.start();
    const first = upload.settled();
    for (let step = 0; step < 40; step++) await clock.advance(10_000);
    expect((await first).failedFiles).toBe(1);
    expect(transport.aborted).toEqual([]);
    transport.puts.length = 0;
    upload.retry();
    expect(await upload.settled()).toMatchObject({ doneFiles: 1, failedFiles: 0 });
    expect(transport.puts).toEqual([`${LARGE.path}#3`]);
    expect(states()).toEqual({ [LARGE.path]: "done" });
    expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
  });

  test("a refusal fails its file at once and no other", async () => {
    const { transport, upload, states, events } = set();
    transport.fail(`${LARGE.path}#2`, refused());
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: 2, failedFiles: 1 });
    expect(states()).toEqual({
      "model_index.json": "done",
      "unet/w.safetensors": "failed",
      "unet/config.json": "done",
    });
    expect(upload.files()[1]?.error).toMatchObject({ code: "permission_denied", vendor: { code: "AccessDenied" } });
    expect(events.some(({ type }) => type === "retry")).toBe(false);
  });

  test("an expired signature is renewed without a pause", async () => {
    const { transport, upload, events } = set([SMALL]);
    transport.fail(SMALL.path, expired());
    upload.start();
    expect((await upload.settled()).doneFiles).toBe(1);
    expect(transport.signCalls).toBe(2);
    expect(events.some(({ type }) => type === "retry")).toBe(false);
  });

  test("signatures that expire at once are not renewed for ever", async () => {
    const { transport, upload } = set([SMALL]);
    transport.fail(SMALL.path, ...Array.from({ length: 20 }, expired));
    upload.start();
    expect((await upload.settled()).failedFiles).toBe(1);
    expect(transport.puts.length).toBe(4);
  });

  test("a URL that ran out while waiting is not used", async () => {
    const sources = [0, 1].map((index) => ({ path: `f${index}`, file: filled(10, index) }));
    const { transport, upload, clock } = set(sources, { lanes: 1 });
    transport.gate("f0");
    upload.start();
    await transport.reached("f0");
    await clock.advance(20 * 60_000);
    transport.open("f0");
    expect((await upload.settled()).doneFiles).toBe(2);
    expect(transport.signCalls).toBe(2);
  });

  test("a body that arrives damaged is sent again", async () => {
    const { transport, upload, clock, events } = set([SMALL]);
    transport.damage(SMALL.path, 1);
    upload.start();
    const settled = upload.settled();
    while (!events.some(({ type }) => type === "retry")) await clock.advance(10);
    await clock.advance(60_000);
    expect((await settled).doneFiles).toBe(1);
    expect(await isStored(transport, SMALL.path, SMALL.file)).toBe(true);
  });

  test("an object whose CRC-64 differs in the end is not called done", async () => {
    const { transport, upload, clock } = set([LARGE]);
    transport.completedCrc = "1";
    upload.start();
    const settled = upload.settled();
    await clock.advance(120_000);
    expect((await settled).failedFiles).toBe(1);
    expect(upload.files()[0]?.error?.params.reason).toBe("corrupted");
  });

  test.each([500, LARGE_BYTES])(
    "a file of %i bytes that can no longer be read says so and is not tried again",
    async (size) => {
      const gone = { path: "gone.bin", file: new Unreadable([filled(size, 1)]) };
      const { upload, events } = set([gone, SECOND]);
      upload.start();
      expect(await upload.settled()).toMatchObject({ doneFiles: 1, failedFiles: 1 });
      expect(upload.files()[0]?.error).toMatchObject({ code: "conflict", params: { reason: "changed" } });
      expect(events.filter(({ type }) => type === "retry")).toEqual([]);
    },
  );

  test("an upload that OSS no longer knows begins anew", async () => {
    const { transport, upload } = set([LARGE]);
    transport.fail(`${LARGE.path}#2`, fromOssAnswer({ status: 404, code: "NoSuchUpload" }));
    upload.start();
    expect((await upload.settled()).failedFiles).toBe(1);
    transport.forgetUploads();
    upload.retry(LARGE.path);
    expect(await upload.settled()).toMatchObject({ doneFiles: 1, failedFiles: 0, doneBytes: LARGE_BYTES });
    expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
  });
});

describe("where the bucket hides its answers", () => {
  test("sizes, CRC-64 and ETags are asked of the server instead", async () => {
    const { transport, upload } = set();
    transport.hidesHeaders = true;
    upload.start();
    expect((await upload.settled()).doneFiles).toBe(3);
    expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
    expect(transport.stats).toBe(2);
  });
});

describe("on the line", () => {
  /** Every answer takes as long as this, so the more are under way, the more moves. */
  const ANSWER_MS = 200;

  function onSlowLine() {
    const sources = Array.from({ length: 60 }, (_, index) => ({ path: `f${index}`, file: filled(1000, index) }));
    const found = set(sources);
    const { transport, clock } = found;
    const put = transport.put.bind(transport);
    transport.put = async (...parameters) => {
      await clock.sleep(ANSWER_MS);
      return put(...parameters);
    };
    return found;
  }

  test("as many requests run as make it faster, six at most", async () => {
    const { transport, upload, clock } = onSlowLine();
    let underWay = 0;
    let most = 0;
    const put = transport.put;
    transport.put = async (...parameters) => {
      most = Math.max(most, ++underWay);
      return put(...parameters).finally(() => underWay--);
    };
    upload.start();
    await clock.advance(0);
    expect(underWay).toBe(4);
    for (let step = 0; step < 60; step++) await clock.advance(ANSWER_MS);
    expect((await upload.settled()).doneFiles).toBe(60);
    expect(most).toBe(6);
  });

  test.each([
    ["throttling", () => fromOssAnswer({ status: 503, code: "UploadTrafficRateLimitExceeded" })],
    ["a broken connection", offline],
  ])("%s leaves fewer of them", async (_, failure) => {
    const { transport, upload, clock } = onSlowLine();
    for (let index = 10; index < 60; index++) transport.fail(`f${index}`, failure());
    upload.start();
    const starts: number[] = [];
    const put = transport.put;
    transport.put = (...parameters) => {
      starts.push(clock.now());
      return put(...parameters);
    };
    while (starts.length < 25) await clock.advance(ANSWER_MS);
    const atOnce = starts.slice(-6).filter((at) => at === starts.at(-1)).length;
    expect(atOnce).toBeLessThanOrEqual(2);
    for (let step = 0; step < 600; step++) await clock.advance(ANSWER_MS);
    expect(await upload.settled()).toMatchObject({ doneFiles: 60, failedFiles: 0 });
  });

  test.each([
    ["a slow one gets smaller parts for the files that are not begun", MIB, 30_000, 1],
    ["a small file that takes its time does not tell of a slow one", 400, 30_000, 2],
    ["a fast one keeps the parts of the plan", MIB, 100, 2],
  ])("%s, and a later visit takes them over", async (_, firstBytes, ms, partMib) => {
    const first = { path: "a.bin", file: filled(firstBytes, 1) };
    const second = { path: "b.bin", file: filled(4 * MIB, 2), lastModified: 7 };
    const { transport, clock, parts } = set([first]);
    const { plan } = planUpload([first, second]);
    const items = plan.items.map((item) =>
      item.path === "b.bin" ? { ...inPartsOf(item, 2 * MIB), mode: "multipart" as const } : item,
    );
    const last = 4 / partMib;
    transport.gate(`b.bin#${last}`);
    transport.gate("a.bin");
    const upload = createUpload({ ...plan, items }, parts, { lanes: 1 });
    upload.start();
    await transport.reached("a.bin");
    await clock.advance(ms);
    transport.open("a.bin");
    await transport.reached(`b.bin#${last}`);
    upload.pause();
    transport.open(`b.bin#${last}`);
    transport.puts.length = 0;
    const later = createUpload({ ...plan, items }, parts, { lanes: 1, skipExisting: true });
    later.start();
    expect((await later.settled()).doneFiles).toBe(2);
    expect(transport.puts).toEqual([`b.bin#${last}`]);
    expect(await isStored(transport, second.path, second.file)).toBe(true);
  });
});

describe("control", () => {
  test("pausing ends requests, resuming sends only what was not confirmed", async () => {
    const { transport, upload, clock } = set([LARGE], { lanes: 1 });
    transport.gate(`${LARGE.path}#2`);
    upload.start();
    await transport.reached(`${LARGE.path}#2`);
    upload.pause();
    await clock.advance(0);
    expect(upload.progress()).toMatchObject({ state: "paused", doneBytes: MIB, sentBytes: MIB });
    transport.open(`${LARGE.path}#2`);
    upload.resume();
    expect((await upload.settled()).doneFiles).toBe(1);
    expect(transport.puts).toEqual([1, 2, 2, 3].map((part) => `${LARGE.path}#${part}`));
    expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
  });

  test("cancelling aborts the multipart upload and keeps what is done", async () => {
    const { transport, upload, states, checkpoints } = set();
    transport.gate(`${LARGE.path}#2`);
    upload.start();
    await transport.reached(`${LARGE.path}#2`);
    while (states()[SECOND.path] !== "done") await new Promise(setImmediate);
    await upload.cancel();
    expect(states()).toEqual({
      "model_index.json": "done",
      "unet/w.safetensors": "cancelled",
      "unet/config.json": "done",
    });
    expect(transport.aborted).toEqual([LARGE.path]);
    expect(checkpoints.saved.size).toBe(0);
    expect((await upload.settled()).state).toBe("cancelled");
    upload.retry();
    expect(upload.progress().state).toBe("cancelled");
  });
});

describe("what is there already", () => {
  test("equal files are left out, equal sizes with other bytes are not", async () => {
    const { transport, upload, states } = set([SMALL, LARGE, SECOND], { skipExisting: true });
    await transport.preset(SMALL.path, SMALL.file);
    await transport.preset(SECOND.path, filled(900, 99));
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: 3, doneBytes: LARGE_BYTES + 1400 });
    expect(states()).toEqual({
      "model_index.json": "skipped",
      "unet/w.safetensors": "done",
      "unet/config.json": "done",
    });
    expect(transport.puts).not.toContain(SMALL.path);
    expect(await isStored(transport, SECOND.path, SECOND.file)).toBe(true);
  });

  test("a half-done upload of an earlier visit goes on from OSS's own part list", async () => {
    const { transport, upload, checkpoints, parts, plan } = set([LARGE], { lanes: 1 });
    transport.gate(`${LARGE.path}#3`);
    upload.start();
    await transport.reached(`${LARGE.path}#3`);
    upload.pause();
    transport.open(`${LARGE.path}#3`);
    transport.puts.length = 0;
    expect(checkpoints.saved.get(LARGE.path)).toMatchObject({ lastModified: 42, partSizeBytes: MIB });
    const later = createUpload(plan, parts);
    later.start();
    expect((await later.settled()).doneFiles).toBe(1);
    expect(transport.puts).toEqual([`${LARGE.path}#3`]);
    expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
  });

  test.each([
    ["one lost request", [offline()], true],
    ["a line that stays broken", Array.from({ length: 9 }, offline), false],
    ["a refusal", [refused()], false],
  ])("%s, when its parts are asked for, does not give it up", async (_, errors, goesOn) => {
    const { transport, clock, upload, checkpoints, parts, plan } = set([LARGE], { lanes: 1 });
    transport.gate(`${LARGE.path}#3`);
    upload.start();
    await transport.reached(`${LARGE.path}#3`);
    upload.pause();
    transport.open(`${LARGE.path}#3`);
    transport.puts.length = 0;
    transport.fail(`parts:${LARGE.path}`, ...errors);
    const later = createUpload(plan, parts);
    later.start();
    const settled = later.settled();
    for (let step = 0; step < 40; step++) await clock.advance(10_000);
    expect((await settled).doneFiles).toBe(goesOn ? 1 : 0);
    if (!goesOn) {
      expect(checkpoints.saved.has(LARGE.path)).toBe(true);
      later.retry();
      expect((await later.settled()).doneFiles).toBe(1);
    }
    expect(transport.aborted).toEqual([]);
    expect(transport.puts).toEqual([`${LARGE.path}#3`]);
    expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
  });

  test("parts of a file that has changed since are never mixed in", async () => {
    const { transport, upload, parts } = set([LARGE], { lanes: 1 });
    transport.gate(`${LARGE.path}#3`);
    upload.start();
    await transport.reached(`${LARGE.path}#3`);
    upload.pause();
    transport.open(`${LARGE.path}#3`);
    // Same name, size and time, other bytes: only the CRC tells.
    const changed = { ...LARGE, file: filled(LARGE_BYTES, 4) };
    const later = createUpload(smallParts([changed]), parts);
    later.start();
    expect((await later.settled()).doneFiles).toBe(1);
    expect(await isStored(transport, LARGE.path, changed.file)).toBe(true);
  });
});

test("a half-done upload that another browser left is gone on with, its parts compared", async () => {
  const { transport, upload, plan, parts } = set([LARGE], { lanes: 1 });
  transport.gate(`${LARGE.path}#3`);
  upload.start();
  await transport.reached(`${LARGE.path}#3`);
  upload.pause();
  transport.open(`${LARGE.path}#3`);
  transport.puts.length = 0;
  transport.openIds.set(LARGE.path, "1");
  const later = createUpload(plan, { ...parts, checkpoints: memoryCheckpoints() }, { skipExisting: true });
  later.start();
  expect(await later.settled()).toMatchObject({ doneFiles: 1 });
  expect(transport.puts).toEqual([`${LARGE.path}#3`]);
  expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
});

describe("small files", () => {
  function post(sources: readonly UploadSource[] = [SMALL, LARGE, SECOND]) {
    const clock = createManualClock();
    const transport = new FormTransport(clock);
    const parts = { transport, clock, checksum: createBlobChecksum(), random: () => 0 };
    return { clock, transport, upload: createUpload(smallParts(sources), parts, { lanes: 1 }) };
  }

  test("are posted as forms under one permission; larger ones are not", async () => {
    const { transport, upload } = post();
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: 3, failedFiles: 0 });
    expect(transport.puts.filter((name) => name.startsWith("form:"))).toEqual([
      "form:model_index.json by 1",
      "form:unet/config.json by 1",
    ]);
    expect(transport.forms).toBe(1);
    expect(await isStored(transport, SECOND.path, SECOND.file)).toBe(true);
  });

  test("get a new permission when the old one has expired on the way", async () => {
    const { transport, upload } = post([SMALL, SECOND]);
    transport.fail("form:model_index.json", expired());
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: 2 });
    expect(transport.puts).toEqual([
      "form:model_index.json by 1",
      "form:model_index.json by 2",
      "form:unet/config.json by 2",
    ]);
  });

  test("go by PUT, all of them, once OSS has refused a form", async () => {
    const { transport, upload } = post([SMALL, SECOND]);
    transport.fail("form:model_index.json", refused());
    upload.start();
    expect(await upload.settled()).toMatchObject({ doneFiles: 2 });
    expect(transport.puts).toEqual(["form:model_index.json by 1", "model_index.json", "unet/config.json"]);
  });

  test("damaged on the way are sent again", async () => {
    const { clock, transport, upload } = post([SMALL]);
    transport.damage("form:model_index.json", 1);
    const retried = new Promise((resolve) => upload.subscribe(({ type }) => type === "retry" && resolve(undefined)));
    upload.start();
    await retried;
    await clock.advance(1000);
    await upload.settled();
    expect(await isStored(transport, SMALL.path, SMALL.file)).toBe(true);
  });

  test("whose path holds OSS's placeholder for a name do not go by form", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the vendor's placeholder.
    const { transport, upload } = post([{ ...SMALL, path: "a/${filename}" }]);
    upload.start();
    await upload.settled();
    expect(transport.puts).toHaveLength(1);
    expect(transport.puts[0]).not.toMatch(/^form:/);
  });
});

describe("one file of many", () => {
  test("can be left out while it is sent, and brought back", async () => {
    const { transport, upload, states, checkpoints } = set();
    transport.gate("unet/w.safetensors#2");
    upload.start();
    await transport.reached("unet/w.safetensors#2");
    await upload.leaveOut(LARGE.path);
    expect(await upload.settled()).toMatchObject({ files: 2, doneFiles: 2, totalBytes: 1400, sentBytes: 1400 });
    expect(states()).toMatchObject({ [LARGE.path]: "left_out", [SECOND.path]: "done" });
    expect(transport.aborted).toEqual([LARGE.path]);
    expect(checkpoints.saved.size).toBe(0);
    expect(upload.arrived().map(({ path }) => path)).toEqual([SMALL.path, SECOND.path]);
    transport.open("unet/w.safetensors#2");
    upload.retry(LARGE.path);
    expect(await upload.settled()).toMatchObject({ files: 3, doneFiles: 3, totalBytes: 1400 + LARGE_BYTES });
    expect(await isStored(transport, LARGE.path, LARGE.file)).toBe(true);
  });

  test("can be left out before its turn", async () => {
    const { transport, upload } = set([SMALL, SECOND], { lanes: 1 });
    transport.gate(SMALL.path);
    upload.start();
    await transport.reached(SMALL.path);
    await upload.leaveOut(SECOND.path);
    transport.open(SMALL.path);
    expect(await upload.settled()).toMatchObject({ files: 1, doneFiles: 1 });
    expect(transport.puts).toEqual([SMALL.path]);
  });

  test("is sent once more when it is not at the target as it was sent", async () => {
    const { transport, upload } = set([SMALL, SECOND]);
    upload.start();
    await upload.settled();
    await transport.preset(SMALL.path, SECOND.file);
    upload.resend([SMALL.path]);
    expect(await upload.settled()).toMatchObject({ doneFiles: 2, doneBytes: 1400 });
    expect(await isStored(transport, SMALL.path, SMALL.file)).toBe(true);
    expect(upload.arrived()[0]?.crc64).toMatch(/^\d+$/);
  });

  test("says why it waits", async () => {
    const { clock, transport, upload } = set([SMALL]);
    transport.fail(SMALL.path, offline());
    const retried = new Promise((resolve) => upload.subscribe(({ type }) => type === "retry" && resolve(undefined)));
    upload.start();
    await retried;
    expect(upload.files()[0]).toMatchObject({ state: "uploading", waitsFor: { code: "network" } });
    await clock.advance(1000);
    await upload.settled();
    expect(upload.files()[0]).not.toHaveProperty("waitsFor");
  });
});
