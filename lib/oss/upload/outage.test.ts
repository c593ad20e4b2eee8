import { expect, test } from "vitest";
import { createManualClock } from "@/lib/clock";
import { AppError } from "@/lib/errors";
import { createBlobChecksum } from "./checksum";
import { createUpload } from "./engine";
import { planUpload } from "./plan";
import { FakeTransport } from "./testing";

/** An outage that outlasts every patience: nothing reaches the bucket, neither from the browser nor through the console. */

const SOURCES = Array.from({ length: 8 }, (_, n) => ({ path: `f${n}`, file: new Blob([`content ${n}`]) }));
const MINUTE = 60_000;

class CutTransport extends FakeTransport {
  cut = true;

  override put(...parameters: Parameters<FakeTransport["put"]>) {
    return this.cut ? Promise.reject(lost()) : super.put(...parameters);
  }

  override stat(path: string) {
    return this.cut ? Promise.reject(lost()) : super.stat(path);
  }
}

const lost = () => new AppError("network", { retryable: true });

function set() {
  const clock = createManualClock();
  const transport = new CutTransport(clock);
  let back = () => {};
  const backOnline = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const before = back;
      back = () => {
        before();
        if (!signal.aborted) resolve();
      };
    });
  const { plan } = planUpload(SOURCES);
  const parts = { transport, clock, checksum: createBlobChecksum(), random: () => 0.5, backOnline };
  const upload = createUpload(plan, parts);
  return { clock, transport, upload, back: () => back() };
}

async function waitOut(clock: ReturnType<typeof createManualClock>, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes * 60; passed += 10) await clock.advance(10_000);
}

test("of half an hour is waited out, and everything arrives afterwards by itself", async () => {
  const { clock, transport, upload } = set();
  upload.start();
  await waitOut(clock, 30);
  expect(upload.progress()).toMatchObject({ state: "running", failedFiles: 0, retryError: { code: "network" } });
  transport.cut = false;
  await waitOut(clock, 2);
  expect(await upload.settled()).toMatchObject({ doneFiles: SOURCES.length, failedFiles: 0 });
});

test("ends at once when the browser says that the network is back", async () => {
  const { clock, transport, upload, back } = set();
  upload.start();
  await clock.advance(MINUTE);
  transport.cut = false;
  back();
  expect(await upload.settled()).toMatchObject({ doneFiles: SOURCES.length, failedFiles: 0 });
});

test("can be paused while it lasts, and gone on with", async () => {
  const { clock, transport, upload } = set();
  upload.start();
  await waitOut(clock, 5);
  upload.pause();
  await waitOut(clock, 5);
  expect(upload.progress()).toMatchObject({ state: "paused", failedFiles: 0, retrying: 0 });
  transport.cut = false;
  upload.resume();
  await waitOut(clock, 1);
  expect(await upload.settled()).toMatchObject({ doneFiles: SOURCES.length });
});

test("of one file alone is none: it fails in the end, the others arrive", async () => {
  const { clock, transport, upload } = set();
  transport.cut = false;
  transport.fail("f3", ...Array.from({ length: 100 }, lost));
  upload.start();
  await waitOut(clock, 5);
  expect(await upload.settled()).toMatchObject({ doneFiles: SOURCES.length - 1, failedFiles: 1 });
});
