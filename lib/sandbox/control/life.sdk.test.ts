import protobuf from "protobufjs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { OWN_GROUP } from "@/lib/sandbox/eas/own-group";
import { REGION } from "@/lib/sandbox/eas/testing";
import { type CreateOptions, type FaultyCloud, INSTANCE_TYPE, PICTURE, startFaultyCloud, TOKEN } from "./testing";

/* Faults in the life of services, their calls and their queues, with the real container in their instances. */

let cloud: FaultyCloud;
beforeAll(async () => {
  cloud = await startFaultyCloud();
});
afterEach(() => cloud.control.reset());
afterAll(() => cloud.close());

const at = (name: string, tail = "") => `/api/v2/services/${REGION}/${name}${tail}`;
/** Faults of one test must not meet the services of another. */
const only = (service: string) => ({ scope: { service } });

interface Instance {
  IsSpot: boolean;
  InstanceName: string;
  RestartCount: number;
}
const instances = async (name: string) => (await cloud.eas("GET", at(name, "/instances"))).Instances as Instance[];
const containers = async (name: string) => {
  const [instance] = await instances(name);
  return (await cloud.eas("GET", at(name, `/instances/${instance?.InstanceName}/containers`))).Containers;
};
/** Of the run before the last restart. */
const lastLog = async (name: string) => JSON.stringify((await cloud.eas("GET", at(name, "/logs?Previous=true"))).Logs);

describe("before a process runs", () => {
  test("out of stock: Waiting until it is over; the catalogue says so for everybody's fault only", async () => {
    const offered = async () =>
      JSON.stringify((await cloud.sdk("DescribeMachineSpec", "/api/v2/public/instance_types")).InstanceMetas);
    const fault = await cloud.control.add({
      kind: "out-of-stock",
      parameters: { instanceType: INSTANCE_TYPE },
      ...only("patient"),
    });
    expect(await offered()).not.toContain("NoStock");
    await cloud.create("patient");
    await cloud.untilEvent("patient", "is out of stock");
    expect(await cloud.status("patient")).toBe("Waiting");
    await cloud.control.remove(fault.id);
    await cloud.until("patient", "Running");
    await cloud.control.add({ kind: "out-of-stock" });
    expect(await offered()).toContain("NoStock");
  });

  test.each([
    ["no-bucket", "NoSuchBucket"],
    ["forbidden", "AccessDenied"],
    ["timeout", "i/o timeout"],
  ] as const)("mount failure (%s)", async (reason, words) => {
    const name = `mount_${reason.replace("-", "_")}`;
    await cloud.control.add({ kind: "mount-failure", parameters: { reason }, times: 1, ...only(name) });
    await cloud.create(name);
    await cloud.untilEvent(name, words);
    expect(await cloud.events(name)).toContain("FailedMount");
    await cloud.until(name, "Running");
  });

  test.each([
    ["denied", "pull access denied"],
    ["unauthorized", "401 Unauthorized"],
    ["no-such-host", "no such host"],
    ["timeout", "i/o timeout"],
    ["no-space", "no space left on device"],
  ] as const)("image pull failure (%s), as the diagnosis says", async (reason, words) => {
    const name = `pull_${reason.replaceAll("-", "_")}`;
    const fault = await cloud.control.add({ kind: "image-pull-failure", parameters: { reason }, ...only(name) });
    await cloud.create(name);
    await cloud.untilEvent(name, words);
    expect(await cloud.eas("GET", at(name, "/diagnosis"))).toMatchObject({
      DiagnosisList: [{ Error: "Container worker0 failed to pull image.", Causes: [expect.stringContaining(words)] }],
    });
    await cloud.control.remove(fault.id);
    await cloud.until(name, "Running");
  });
});

/** A node of the account's own group offers seven cores and one card. */
const IN_GROUP: CreateOptions = {
  metadata: { resource: OWN_GROUP.id, cpu: 4, memory: 16_000, gpu: 1 },
  cloud: null,
};
const bidFor = (computing: object = {}): CreateOptions => ({
  cloud: { computing: { instances: [{ type: "ecs.gn7i-c8g1.2xlarge", spot_price_limit: 9 }], ...computing } },
});

describe("the account's own group", () => {
  test("full by others: Waiting until there is room, then a node of the group", async () => {
    const fault = await cloud.control.add({ kind: "group-full", ...only("crowded") });
    await cloud.create("crowded", IN_GROUP);
    await cloud.untilEvent("crowded", "0/2 nodes are available: 2 Insufficient cpu, 2 Insufficient nvidia.com/gpu.");
    expect(await cloud.status("crowded")).toBe("Waiting");
    await cloud.control.remove(fault.id);
    await cloud.until("crowded", "Running");
    expect(await cloud.eas("GET", at("crowded"))).toMatchObject({
      Resource: OWN_GROUP.id,
      InstanceCountInResource: { Dedicated: 1, Public: 0 },
    });
    expect(await instances("crowded")).toMatchObject([{ HostName: "eas-own-node-1", ResourceType: "PrivateResource" }]);
  });

  test("full by its own services: the third card is not there, until one of them goes", async () => {
    await cloud.create("crowded_2", IN_GROUP);
    await cloud.until("crowded_2", "Running");
    await cloud.create("crowded_3", IN_GROUP);
    await cloud.untilEvent("crowded_3", "2 Insufficient nvidia.com/gpu");
    const { CpuUsed, GpuUsed } = await cloud.sdk("DescribeResource", `/api/v2/resources/${REGION}/${OWN_GROUP.id}`);
    expect({ CpuUsed, GpuUsed }).toEqual({ CpuUsed: 8, GpuUsed: 2 });
    await cloud.eas("DELETE", at("crowded"));
    await cloud.until("crowded_3", "Running");
  });

  test("more than a node has never finds room", async () => {
    await cloud.create("greedy", { ...IN_GROUP, metadata: { ...IN_GROUP.metadata, cpu: 8, memory: 1000, gpu: 0 } });
    await cloud.untilEvent("greedy", "0/2 nodes are available: 2 Insufficient cpu.");
  });
});

describe("machines that are taken back", () => {
  test("spot: the instance goes, none can be had while it lasts, and the service comes back", async () => {
    await cloud.create("bidder", bidFor());
    await cloud.until("bidder", "Running");
    const [before] = await instances("bidder");
    const fault = await cloud.control.add({ kind: "spot-reclaimed", ...only("bidder") });
    await cloud.untilEvent("bidder", "The preemptible machine is reclaimed.");
    await cloud.untilEvent("bidder", "preemptible capacity of [ecs.gn7i-c8g1.2xlarge] is reclaimed");
    await cloud.until("bidder", "Waiting");
    await cloud.control.remove(fault.id);
    await cloud.until("bidder", "Running");
    expect((await instances("bidder"))[0]?.InstanceName).not.toBe(before?.InstanceName);
  });

  test("spot, once: another machine is there at once; a machine at the list price is never taken", async () => {
    await cloud.create("mixed", {
      metadata: { instance: 2 },
      ...bidFor({
        instances: [{ type: "ecs.gn7i-c8g1.2xlarge", spot_price_limit: 9, capacity: 1 }, { type: INSTANCE_TYPE }],
      }),
    });
    await cloud.until("mixed", "Running");
    const spot = async () => (await cloud.eas("GET", at("mixed", "/instances?IsSpot=true"))).Instances as Instance[];
    const kept = (await instances("mixed")).find(({ IsSpot }) => !IsSpot);
    const [taken] = await spot();
    await cloud.control.add({ kind: "spot-reclaimed", times: 1, ...only("mixed") });
    await cloud.until("mixed", "Scaling");
    await cloud.until("mixed", "Running");
    expect((await spot()).map(({ InstanceName }) => InstanceName)).not.toContain(taken?.InstanceName);
    expect((await instances("mixed")).map(({ InstanceName }) => InstanceName)).toContain(kept?.InstanceName);
  });

  test("arrears: instances are released, nothing starts, until it is settled", async () => {
    await cloud.create("debtor");
    await cloud.until("debtor", "Running");
    const fault = await cloud.control.add({ kind: "arrears", ...only("debtor") });
    await cloud.untilEvent("debtor", "the instance is released");
    await cloud.untilEvent("debtor", "no instance is started until it is settled");
    await cloud.until("debtor", "Waiting");
    await cloud.eas("PUT", at("debtor", "/stop"));
    await cloud.until("debtor", "Stopped");
    await expect(cloud.eas("PUT", at("debtor", "/start"))).rejects.toThrow("Account.Arrearage");
    await cloud.control.remove(fault.id);
    await cloud.eas("PUT", at("debtor", "/start"));
    await cloud.until("debtor", "Running");
  });
});

describe("while a process starts", () => {
  test("crash loop: Failed, with the last words that were asked for", async () => {
    await cloud.control.add({
      kind: "crash-loop",
      parameters: { exitCode: 3, lastWords: "out of luck\nbye" },
      ...only("looping"),
    });
    await cloud.create("looping");
    await cloud.until("looping", "Failed");
    expect(await lastLog("looping")).toMatch(/out of luck.*bye/);
    expect(JSON.stringify(await containers("looping"))).toContain('"LastReason":"Error"');
    expect(await cloud.events("looping")).toContain("Back-off restarting failed container");
  });

  test("crash in the program's own words", async () => {
    await cloud.control.add({ kind: "crash-loop", times: 1, ...only("stumbling") });
    await cloud.create("stumbling");
    await cloud.until("stumbling", "Running");
    expect(await lastLog("stumbling")).toContain("RuntimeError: CUDA error");
    expect((await instances("stumbling"))[0]?.RestartCount).toBe(1);
  });

  test("host out of memory", async () => {
    await cloud.control.add({ kind: "host-oom", parameters: { when: "start" }, times: 1, ...only("hungry") });
    await cloud.create("hungry");
    await cloud.until("hungry", "Running");
    expect(JSON.stringify(await containers("hungry"))).toContain('"LastReason":"OOMKilled"');
    expect(await cloud.events("hungry")).toContain("Container worker0 was OOMKilled");
  });

  test("slow start: not before the delay is over", async () => {
    await cloud.control.add({ kind: "slow-start", parameters: { delayMs: 400 }, ...only("slow") });
    const began = performance.now();
    await cloud.create("slow");
    await cloud.until("slow", "Running");
    expect(performance.now() - began).toBeGreaterThanOrEqual(399);
  });

  test("stuck in Waiting: the health check fails until the fault is gone", async () => {
    const fault = await cloud.control.add({ kind: "stuck-waiting", ...only("unwell") });
    await cloud.create("unwell");
    await cloud.untilEvent("unwell", "Readiness probe failed: HTTP probe failed with statuscode: 500");
    expect(await cloud.status("unwell")).toBe("Waiting");
    await cloud.control.remove(fault.id);
    await cloud.until("unwell", "Running");
  });

  test("stuck in Waiting: the process says nothing until the fault is gone", async () => {
    const fault = await cloud.control.add({ kind: "stuck-waiting", parameters: { how: "silent" }, ...only("silent") });
    await cloud.create("silent");
    await expect.poll(async () => (await cloud.control.status()).faults[0]?.fired, { timeout: 10_000 }).toBe(1);
    expect(await cloud.status("silent")).toBe("Waiting");
    await cloud.control.remove(fault.id);
    await cloud.until("silent", "Running");
  });
});

describe("calls of a service that runs", () => {
  const name = "painter";
  beforeAll(async () => {
    await cloud.create(name);
    await cloud.until(name, "Running");
    await vi.waitFor(async () => expect((await cloud.predict(name)).status).toBe(200));
  });

  test("CUDA out of memory: the program's own 469, and the next picture is made", async () => {
    await cloud.control.add({ kind: "cuda-oom", times: 1, ...only(name) });
    const refused = await cloud.predict(name);
    expect(refused.status).toBe(469);
    expect(await refused.json()).toMatchObject({
      success: 0,
      error_code: 469,
      error_msg: expect.stringMatching(/^Unexpected {9}Server Error - CUDA out of memory\. Tried to allocate/),
    });
    expect((await cloud.predict(name)).status).toBe(200);
  });

  test("host out of memory at a request: the call is lost, the process comes back", async () => {
    const before = (await instances(name))[0]?.RestartCount ?? 0;
    await cloud.control.add({ kind: "host-oom", times: 1, ...only(name) });
    const lost = await cloud.predict(name);
    expect([lost.status, await lost.text()]).toEqual([503, expect.stringContaining("connection termination")]);
    await expect.poll(async () => (await cloud.predict(name)).status, { timeout: 10_000 }).toBe(200);
    expect((await instances(name))[0]?.RestartCount).toBe(before + 1);
    expect(JSON.stringify(await containers(name))).toContain('"LastReason":"OOMKilled"');
  });

  test.each([
    ["no-healthy-upstream", 503, "no healthy upstream"],
    ["empty-503", 503, ""],
    ["empty-404", 404, ""],
  ] as const)("not callable yet (%s)", async (answer, status, body) => {
    await cloud.control.add({ kind: "not-callable", parameters: { answer }, times: 1, ...only(name) });
    const refused = await cloud.predict(name);
    expect([refused.status, await refused.text()]).toEqual([status, body]);
    expect((await cloud.predict(name)).status).toBe(200);
  });

  test.each([
    ["queue-full", 450],
    ["rate-limit", 429],
    ["keepalive", 408],
  ] as const)("workers busy (%s)", async (answer, status) => {
    await cloud.control.add({ kind: "workers-busy", parameters: { answer }, times: 1, ...only(name) });
    expect((await cloud.predict(name)).status).toBe(status);
    expect((await cloud.predict(name)).status).toBe(200);
  });

  test("an error and an expired token from the gateway", async () => {
    await cloud.control.add({
      kind: "vendor-error",
      parameters: { status: 504, message: "upstream request timeout" },
      scope: { server: "gateway", service: name },
      times: 1,
    });
    const refused = await cloud.predict(name);
    expect([refused.status, await refused.text()]).toEqual([504, "upstream request timeout"]);
    await cloud.control.add({ kind: "expired-credentials", times: 1, scope: { service: name } });
    expect((await cloud.predict(name)).status).toBe(401);
  });

  test("the token is asked for first", async () => {
    await cloud.control.add({ kind: "not-callable", ...only(name) });
    expect((await cloud.predict(name, "", { headers: { authorization: "wrong" } })).status).toBe(401);
  });
});

const Frame = protobuf
  .parse(
    'syntax = "proto3"; message Frame { uint64 index = 1; map<string, string> tags = 2; bytes data = 3; string message = 4; }',
  )
  .root.lookupType("Frame");

/** The index of an item that was pushed, as a text. */
function indexOf(message: Buffer): string {
  const { index } = Frame.toObject(Frame.decode(message), { longs: String });
  return String(index);
}

describe("an asynchronous service", () => {
  const name = "later";
  beforeAll(async () => {
    await cloud.create(name, { isAsync: true });
    await cloud.until(name, "Running");
    await vi.waitFor(async () =>
      expect((await cloud.predict(name, "?_attrs_=true", { method: "GET" })).status).toBe(200),
    );
  });

  /** Watches the results, manual commit, window 1; each message is one item. */
  function watch() {
    const socket = new WebSocket(
      `ws://localhost:${cloud.sandbox.ports.gateway}/api/predict/${name}/sink?_watch_=true&_index_=0&_window_=1&_index_only_=false&_auto_commit_=false`,
      {
        headers: {
          authorization: TOKEN,
          "X-EAS-QueueService-Redis-Uid": "reader",
          "X-EAS-QueueService-Redis-Gid": "readers",
        },
      },
    );
    const first = new Promise<string>((resolve) => {
      socket.once("message", (data: Buffer) => resolve(indexOf(data)));
    });
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    return { socket, first, closed };
  }

  test("queue full: the put is turned away, and taken afterwards", async () => {
    await cloud.control.add({ kind: "queue-full", times: 1, ...only(name) });
    const refused = await cloud.predict(name);
    expect([refused.status, await refused.text()]).toEqual([429, "queue is full"]);
    expect((await cloud.predict(name)).status).toBe(200);
  });

  test("full sink: the engine keeps its answer until the fault is gone", async () => {
    const fault = await cloud.control.add({ kind: "queue-full", parameters: { queue: "sink" }, ...only(name) });
    const put = await cloud.predict(name);
    const id = put.headers.get("x-eas-queueservice-request-id");
    const result = (timeout: string) =>
      cloud.predict(name, `/sink?requestId=${id}&_timeout_=${timeout}`, { method: "GET" });
    await expect.poll(async () => (await cloud.control.status()).faults[0]?.fired, { timeout: 10_000 }).toBe(1);
    expect((await result("0s")).status).toBe(204);
    await cloud.control.remove(fault.id);
    expect((await result("5s")).status).toBe(200);
  });

  test("redelivery: a watcher loses its connection, and what it had not committed comes again", async () => {
    await cloud.predict(name, "/sink", { body: "a result" });
    await cloud.control.add({ kind: "redelivery", parameters: { queue: "sink" }, times: 1, ...only(name) });
    const dropped = watch();
    const index = await dropped.first;
    await dropped.closed;
    const again = watch();
    expect(await again.first).toBe(index);
    again.socket.close();
    await again.closed;
  });

  test("redelivery: the engine gets the item again and works on it twice", async () => {
    const requests = async () =>
      JSON.stringify((await cloud.eas("GET", at(name, "/logs"))).Logs).split("using function").length - 1;
    const before = await requests();
    // Nothing is committed before both deliveries have been worked on.
    const full = await cloud.control.add({ kind: "queue-full", parameters: { queue: "sink" }, ...only(name) });
    await cloud.control.add({ kind: "redelivery", times: 1, ...only(name) });
    const put = await cloud.predict(name, "", { body: PICTURE });
    const id = put.headers.get("x-eas-queueservice-request-id");
    await expect.poll(requests, { timeout: 10_000 }).toBe(before + 2);
    await cloud.control.remove(full.id);
    const results = async () =>
      (
        await (
          await cloud.predict(name, `/sink?requestId=${id}&_raw_=false&_length_=10&_timeout_=0s&_auto_delete_=false`, {
            method: "GET",
          })
        ).text()
      ).split('"requestId"').length - 1;
    await expect.poll(results, { timeout: 10_000 }).toBe(2);
  });
});
