import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, type ManualClock } from "@/lib/clock";
import type { ContainerRequest } from "@/lib/sandbox/core/types";
import type { Cloud } from "./cloud";
import { HANDLERS } from "./handlers";
import { type CloudOptions, openCloud } from "./open-cloud";
import type { Operation } from "./operations";
import type { ServiceRecord } from "./records";
import { ACCOUNT, createBucketStore, createFakeContainers, type FakeContainers, REGION } from "./testing";

/* A cloud whose time the test moves, and whose operations it calls without HTTP. */

export type Row = Record<string, unknown>;

export interface ManualCloud {
  readonly cloud: Cloud;
  readonly containers: FakeContainers;
  clock: ManualClock;
  call(operation: Operation, params?: Record<string, string>, body?: unknown, query?: string): Promise<Row>;
  record(service: string): ServiceRecord;
  status(service: string): Promise<unknown>;
  /** Advances in steps until the condition holds; returns how long it took. */
  until(condition: () => unknown, limitMs?: number): Promise<number>;
  /** Until the service is Running with so many instances ready. */
  running(service: string, instances?: number): Promise<number>;
  /** Closes the cloud and opens it again on the same data. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export const request = (url = "/"): ContainerRequest => ({ method: "POST", url, headers: {}, body: Buffer.from("{}") });

export async function openManualCloud(options: Partial<CloudOptions> & { start?: number } = {}): Promise<ManualCloud> {
  const dataDir = await mkdtemp(join(tmpdir(), "easel-clock-"));
  const clock = createManualClock(options.start);
  const open = async () => {
    const containers = createFakeContainers();
    const cloud = await openCloud({
      dataDir,
      region: REGION,
      account: ACCOUNT,
      speed: 1,
      clock,
      store: createBucketStore(),
      startContainer: containers.start,
      gatewayPort: () => 1,
      ...options,
    });
    cloud.lifeCycle.resume();
    return { cloud, containers };
  };
  let opened = await open();
  const shut = async () => {
    opened.cloud.lifeCycle.close();
    await Promise.all([opened.cloud.services.flush(), opened.cloud.groups.flush(), opened.cloud.benchmarks.flush()]);
  };
  const manual: ManualCloud = {
    clock,
    get cloud() {
      return opened.cloud;
    },
    get containers() {
      return opened.containers;
    },
    async call(operation, params = {}, body = {}, query = "") {
      const reply = await HANDLERS[operation]({
        cloud: opened.cloud,
        params: { cluster: REGION, ...params },
        query: new URLSearchParams(query),
        body: Buffer.from(JSON.stringify(body)),
      });
      return reply as Row;
    },
    record(name) {
      const service = opened.cloud.services.get(name);
      if (!service) throw new Error(`no service ${name}`);
      return service;
    },
    status: async (service) => (await manual.call("DescribeService", { service })).Status,
    async until(condition, limitMs = 120_000) {
      const began = clock.now();
      while (!(await condition())) {
        if (clock.now() - began > limitMs) throw new Error(`not within ${limitMs} ms`);
        await clock.advance(100);
      }
      return clock.now() - began;
    },
    running: (name, instances = 1) =>
      manual.until(() => {
        const service = manual.record(name);
        const ready = service.instances.filter((one) => one.ready && one.role === "Standard");
        return service.status === "Running" && ready.length === instances;
      }),
    async reopen() {
      await shut();
      opened = await open();
    },
    async close() {
      await shut();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return manual;
}
