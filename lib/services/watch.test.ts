import { describe, expect, it } from "vitest";
import { createManualClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import type { Service } from "@/lib/eas/types";
import { AppError } from "@/lib/errors";
import { anEvent, anInstance, aService, TRACEBACK } from "./fixtures";
import type { LookClient } from "./look";
import type { WatchEvent } from "./snapshot";
import { createWatcherHub } from "./watch";

const CONNECTION: Connection = {
  id: "c",
  kind: "saved",
  name: "c",
  region: "cn-hangzhou",
  credentials: { accessKeyId: "a", accessKeySecret: "s" },
  eas: { protocol: "http", host: "localhost:1" },
  workspace: { protocol: "http", host: "localhost:1" },
  sts: { protocol: "http", host: "localhost:1" },
  oss: { protocol: "http", host: "localhost:1", pathStyle: true },
  gatewayHosts: [],
};

/** A cloud with one service whose state the test sets. */
function setUp(initial: Partial<Service> = {}) {
  const clock = createManualClock();
  const cloud = {
    service: aService(initial),
    looks: 0,
    fault: undefined as AppError | undefined,
    logs: [] as string[],
    logFault: undefined as AppError | undefined,
  };
  const eas: LookClient = {
    async describeService() {
      cloud.looks++;
      if (cloud.fault) throw cloud.fault;
      return cloud.service;
    },
    listServiceInstances: async () => ({ items: [anInstance()], totalCount: 1 }),
    listServiceContainers: async () => [],
    describeServiceDiagnosis: async () => [],
    describeServiceEvents: async () => ({ items: [anEvent(3, "Scheduled")], totalCount: 1 }),
    async describeServiceLog() {
      if (cloud.logFault) throw cloud.logFault;
      return { lines: cloud.logs, totalCount: 1, page: 1, totalPages: 1 };
    },
  };
  const hub = createWatcherHub({ clock, openEas: () => eas });
  function join() {
    const leaving = new AbortController();
    const seen: WatchEvent[] = [];
    const done = (async () => {
      for await (const event of hub.watch(CONNECTION, "foo", leaving.signal)) seen.push(event);
    })();
    return {
      seen,
      done,
      leave: () => leaving.abort(),
      statuses: () => seen.map(({ snapshot }) => snapshot.service?.status),
    };
  }
  return { clock, cloud, hub, join };
}

describe("watcher", () => {
  it("shows the present state at once and then every change", async () => {
    const { clock, cloud, join } = setUp();
    const viewer = join();
    await clock.advance(0);
    expect(viewer.statuses()).toEqual(["Waiting"]);
    cloud.service = aService({ status: "Running" });
    await clock.advance(1500);
    expect(viewer.statuses()).toEqual(["Waiting", "Running"]);
    expect(viewer.seen.map(({ id }) => id)).toEqual([1, 2]);
    viewer.leave();
    await viewer.done;
  });

  it("asks once for however many look on", async () => {
    const { clock, cloud, join } = setUp();
    const viewers = Array.from({ length: 50 }, join);
    await clock.advance(3000);
    expect(cloud.looks).toBe(3);
    for (const { seen } of viewers) expect(seen).toHaveLength(1);
    for (const viewer of viewers) viewer.leave();
    await Promise.all(viewers.map(({ done }) => done));
  });

  it("gives a late viewer what is known, without another look", async () => {
    const { clock, cloud, join } = setUp({ status: "Running", instances: { total: 1, running: 1, pending: 0 } });
    const first = join();
    await clock.advance(0);
    const late = join();
    await clock.advance(0);
    expect(late.statuses()).toEqual(["Running"]);
    expect(cloud.looks).toBe(1);
    first.leave();
    late.leave();
    await Promise.all([first.done, late.done]);
  });

  it.each([
    ["Waiting", { pending: 1 }, 1500],
    ["Running", { pending: 0 }, 30_000],
    ["Running", { pending: 1 }, 1500],
    ["Stopped", { pending: 0 }, 30_000],
  ])("looks again at %s %o after %i ms", async (status, { pending }, ms) => {
    const { clock, cloud, join } = setUp({ status, instances: { total: 1, running: 1 - pending, pending } });
    const viewer = join();
    await clock.advance(ms - 1);
    expect(cloud.looks).toBe(1);
    await clock.advance(1);
    expect(cloud.looks).toBe(2);
    viewer.leave();
    await viewer.done;
  });

  it("looks less often at what takes long", async () => {
    const { clock, cloud, join } = setUp();
    const viewer = join();
    await clock.advance(200_000);
    const before = cloud.looks;
    await clock.advance(30_000);
    expect(cloud.looks - before).toBe(10);
    viewer.leave();
    await viewer.done;
  });

  it("looks at once when somebody has acted, and closely for a while", async () => {
    const { clock, cloud, hub, join } = setUp({ status: "Running", instances: { total: 1, running: 1, pending: 0 } });
    const viewer = join();
    await clock.advance(5000);
    cloud.service = aService({ status: "Stopping" });
    hub.poke(CONNECTION, "foo");
    await clock.advance(0);
    expect(viewer.statuses()).toEqual(["Running", "Stopping"]);
    cloud.service = aService({ status: "Stopped" });
    await clock.advance(1500);
    expect(viewer.statuses().at(-1)).toBe("Stopped");
    viewer.leave();
    await viewer.done;
  });

  it("stops when nobody has looked on for a while, not at once", async () => {
    const { clock, cloud, hub, join } = setUp();
    const viewer = join();
    await clock.advance(0);
    viewer.leave();
    await viewer.done;
    await clock.advance(9_999);
    expect(hub.size()).toBe(1);
    const back = join();
    await clock.advance(0);
    expect(back.statuses()).toEqual(["Waiting"]);
    back.leave();
    await back.done;
    await clock.advance(20_000);
    expect(hub.size()).toBe(0);
    const looks = cloud.looks;
    await clock.advance(60_000);
    expect(cloud.looks).toBe(looks);
  });

  it("keeps the last answer and says that it is old when EAS fails", async () => {
    const { clock, cloud, join } = setUp();
    const viewer = join();
    await clock.advance(0);
    cloud.fault = new AppError("network", { retryable: true });
    await clock.advance(1500);
    expect(viewer.seen.at(-1)?.snapshot).toMatchObject({ service: { status: "Waiting" }, stale: { code: "network" } });
    cloud.fault = undefined;
    await clock.advance(3000);
    expect(viewer.seen.at(-1)?.snapshot.stale).toBeUndefined();
    viewer.leave();
    await viewer.done;
  });

  it("asks a failing EAS ever less often", async () => {
    const { clock, cloud, join } = setUp();
    cloud.fault = new AppError("throttled", { retryable: true });
    const viewer = join();
    await clock.advance(3000 + 6000 + 12_000);
    expect(cloud.looks).toBe(4);
    await clock.advance(23_999);
    expect(cloud.looks).toBe(4);
    expect(viewer.seen).toHaveLength(1);
    viewer.leave();
    await viewer.done;
  });

  it("goes on at its pace when only the log may not be read, and says so", async () => {
    const { clock, cloud, join } = setUp();
    cloud.logFault = new AppError("permission_denied");
    const viewer = join();
    await clock.advance(3000);
    expect(cloud.looks).toBe(3);
    expect(viewer.seen.at(-1)?.snapshot).toMatchObject({
      service: { status: "Waiting" },
      stale: { code: "permission_denied" },
    });
    viewer.leave();
    await viewer.done;
  });

  it("says when the service is gone", async () => {
    const { clock, cloud, join } = setUp({ status: "Deleting" });
    const viewer = join();
    await clock.advance(0);
    cloud.fault = new AppError("not_found");
    await clock.advance(1500);
    expect(viewer.seen.at(-1)?.snapshot).toMatchObject({ isGone: true, instances: [] });
    viewer.leave();
    await viewer.done;
  });

  it("hands out stages, failure and log together, and no inner addresses", async () => {
    const { clock, cloud, join } = setUp();
    cloud.logs = TRACEBACK;
    const viewer = join();
    await clock.advance(0);
    const snapshot = viewer.seen[0]?.snapshot;
    expect(snapshot).toMatchObject({ log: { lines: TRACEBACK }, stages: expect.any(Array) });
    expect(snapshot?.instances[0]).not.toHaveProperty("innerIp");
    viewer.leave();
    await viewer.done;
  });
});
