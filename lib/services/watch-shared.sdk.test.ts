import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { createEasClient } from "@/lib/eas/client";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { type Exchange, openExchange } from "@/lib/store/exchange";
import { openStore } from "@/lib/store/pool";
import { createTestStore, type TestStore } from "@/lib/store/testing";
import { shared } from "./coordination";
import type { WatchEvent } from "./snapshot";
import { createWatcherHub, type WatcherHub } from "./watch";

/** Several consoles on one database, each with a connection of its own to it, before one cloud. */

/** Ten times as quick: an interval of 1.5 s lasts 150 ms. */
const quick: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(ms / 10, signal) };

let sandbox: Sandbox;
let store: TestStore;
const consoles: Console[] = [];

interface Console {
  hub: WatcherHub;
  /** When it asked the cloud for the service. */
  looks: number[];
  join(name: string): { seen: WatchEvent[]; leave(): Promise<void> };
  kill(): Promise<void>;
}

beforeAll(async () => {
  [sandbox, store] = await Promise.all([startTestSandbox(), createTestStore()]);
});
afterEach(async () => {
  await Promise.all(consoles.splice(0).map((one) => one.kill()));
});
afterAll(async () => {
  await sandbox.close();
  await store.close();
});

const connection = (): Connection => connectTo(sandbox);

function startConsole(): Console {
  const { pool, db } = openStore(store.url, () => {});
  const exchange: Exchange = openExchange(pool);
  const looks: number[] = [];
  const hub = createWatcherHub({
    clock: quick,
    coordination: shared(exchange, db),
    openEas(to) {
      const eas = createEasClient(to);
      return {
        ...eas,
        describeService(name) {
          looks.push(Date.now());
          return eas.describeService(name);
        },
      };
    },
  });
  let dead: Promise<void> | undefined;
  const one: Console = {
    hub,
    looks,
    join(name) {
      const leaving = new AbortController();
      const seen: WatchEvent[] = [];
      const done = (async () => {
        for await (const event of hub.watch(connection(), name, leaving.signal)) seen.push(event);
      })();
      return {
        seen,
        async leave() {
          leaving.abort();
          await done;
        },
      };
    },
    kill() {
      dead ??= exchange.close().then(() => pool.end());
      return dead;
    },
  };
  consoles.push(one);
  return one;
}

async function createService(name: string): Promise<void> {
  const draft = { ...SOUND_DRAFT, service: { ...SOUND_DRAFT.service, name, instances: 0 } };
  await createEasClient(connection()).createService(toConfigJson(toEasConfig(draft)));
}

const eas = () => createEasClient(connection());
const last = (viewer: { seen: WatchEvent[] }) => viewer.seen.at(-1)?.snapshot.service?.status;

describe("watchers of several processes", () => {
  it("ask the cloud once an interval between them, and show the same under the same ids", async () => {
    await createService("one_watcher");
    const [one, other] = [startConsole(), startConsole()];
    const viewers = [one.join("one_watcher"), other.join("one_watcher"), other.join("one_watcher")];
    await vi.waitFor(() => expect(viewers.map(last)).toEqual(["Running", "Running", "Running"]), { timeout: 8000 });
    // Somebody acts, in the process that does not lead perhaps: for 20 s the watcher looks closely.
    const before = one.looks.length + other.looks.length;
    const begun = Date.now();
    other.hub.poke(connection(), "one_watcher");
    await systemClock.sleep(1000);
    const intervals = (Date.now() - begun) / 150 + 2;
    const looks = one.looks.length + other.looks.length - before;
    expect(looks).toBeGreaterThan(1);
    expect(looks).toBeLessThanOrEqual(intervals);
    expect([one.looks.length, other.looks.length]).toContain(0);
    await eas().stopService("one_watcher");
    await vi.waitFor(() => expect(viewers.map(last)).toEqual(["Stopped", "Stopped", "Stopped"]), { timeout: 8000 });
    expect(new Set(viewers.map(({ seen }) => seen.at(-1)?.id)).size).toBe(1);
    await Promise.all(viewers.map((viewer) => viewer.leave()));
  });

  it("are taken over within moments when the process that led is gone", async () => {
    await createService("take_over");
    const first = startConsole();
    const lost = first.join("take_over");
    await vi.waitFor(() => expect(last(lost)).toBe("Running"), { timeout: 8000 });
    const second = startConsole();
    const viewer = second.join("take_over");
    await vi.waitFor(() => expect(last(viewer)).toBe("Running"), { timeout: 8000 });
    expect(second.looks).toEqual([]);
    const known = viewer.seen.at(-1)?.id ?? 0;
    await first.kill();
    await eas().stopService("take_over");
    await vi.waitFor(() => expect(last(viewer)).toBe("Stopped"), { timeout: 8000 });
    expect(second.looks.length).toBeGreaterThan(0);
    // A browser that comes over from the other process does not see ids go back.
    expect(viewer.seen.at(-1)?.id).toBeGreaterThan(known);
    await viewer.leave();
  });

  it("hand the lead over when nobody looks on there any more", async () => {
    await createService("handed_over");
    const [one, other] = [startConsole(), startConsole()];
    const first = one.join("handed_over");
    await vi.waitFor(() => expect(last(first)).toBe("Running"), { timeout: 8000 });
    const second = other.join("handed_over");
    await vi.waitFor(() => expect(last(second)).toBe("Running"), { timeout: 8000 });
    await first.leave();
    await vi.waitFor(() => expect(other.looks.length).toBeGreaterThan(0), { timeout: 4000 });
    await second.leave();
  });

  it("serve five hundred who look on with at most one look an interval", async () => {
    await createService("crowd");
    const one = startConsole();
    const crowd = Array.from({ length: 500 }, () => one.join("crowd"));
    await vi.waitFor(() => expect(crowd.every((viewer) => last(viewer) === "Running")).toBe(true), { timeout: 8000 });
    const before = one.looks.length;
    const begun = Date.now();
    one.hub.poke(connection(), "crowd");
    await systemClock.sleep(1000);
    expect(one.looks.length - before).toBeLessThanOrEqual((Date.now() - begun) / 150 + 2);
    expect(one.looks.length - before).toBeGreaterThan(1);
    await Promise.all(crowd.map((viewer) => viewer.leave()));
  });
});
