import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFaults, type Faults } from "@/lib/sandbox/core/faults";
import { serviceConfig } from "./testing";
import { type ManualCloud, openManualCloud, type Row } from "./testing-clock";

/* Each row of the table of causes (reference: eas-service-lifecycle.md §4) is brought about, and recognised. */

let faults: Faults;
let world: ManualCloud;

beforeEach(async () => {
  faults = createFaults();
  world = await openManualCloud({ faults });
});
afterEach(() => world.close());

const create = (change?: Parameters<typeof serviceConfig>[1]) =>
  world.call("CreateService", {}, serviceConfig("demo", change));
const diagnosis = async () => {
  const { DiagnosisList } = await world.call("DescribeServiceDiagnosis", { service: "demo" });
  const instance = world.record("demo").instances[0]?.name ?? "";
  const { Diagnosis } = await world.call("DescribeServiceInstanceDiagnosis", { service: "demo", instance });
  const [first, ...others] = DiagnosisList as Row[];
  expect(others).toEqual([]);
  expect(Diagnosis).toEqual(first ?? { Error: "", Causes: [], Advices: [] });
  return first;
};
const says = (error: RegExp, cause: RegExp, advice: RegExp) => ({
  Error: expect.stringMatching(error),
  Causes: expect.arrayContaining([expect.stringMatching(cause)]),
  Advices: expect.arrayContaining([expect.stringMatching(advice)]),
});

test("nothing, while it starts and when it runs", async () => {
  await create();
  await world.until(() => world.record("demo").instances.length === 1);
  for (let n = 0; n < 12; n++) {
    expect(await diagnosis()).toBeUndefined();
    await world.clock.advance(1000);
  }
  expect(await world.status("demo")).toBe("Running");
});

describe("an image that is not pulled", () => {
  test.each([
    ["denied", /pull access denied/, /dockerAuth/],
    ["unauthorized", /401 Unauthorized/, /dockerAuth/],
    ["no-such-host", /no such host/, /VPC/],
    ["timeout", /timeout/, /VPC/],
    ["no-space", /no space left on device/, /metadata\.disk/],
  ] as const)("%s", async (reason, cause, advice) => {
    faults.add({ kind: "image-pull-failure", parameters: { reason } });
    await create();
    await world.clock.advance(8000);
    expect(await diagnosis()).toEqual(says(/^Container worker0 failed to pull image\.$/, cause, advice));
    faults.clear();
    await world.running("demo");
    expect(await diagnosis()).toBeUndefined();
  });

  test("a tag that does not exist", async () => {
    await create({ container: { image: "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:9" } });
    await world.clock.advance(8000);
    expect(await diagnosis()).toEqual(says(/failed to pull image/, /not found/, /repository and tag/));
  });
});

test("no stock", async () => {
  await world.cloud.stock.set("ml.gu7i.c8m30.1-gu30", false);
  await create();
  await world.clock.advance(4000);
  expect(await diagnosis()).toEqual(
    says(/cannot be scheduled/, /Insufficient nvidia\.com\/gpu/, /another instance type/),
  );
  await world.cloud.stock.set("ml.gu7i.c8m30.1-gu30", true);
  await world.running("demo");
  expect(await diagnosis()).toBeUndefined();
});

test.each([
  ["no-bucket", /NoSuchBucket/],
  ["forbidden", /AccessDenied/],
  ["timeout", /timeout/],
] as const)("storage that is not mounted: %s", async (reason, cause) => {
  faults.add({ kind: "mount-failure", parameters: { reason } });
  await create();
  await world.clock.advance(5000);
  expect(await diagnosis()).toEqual(says(/Storage cannot be mounted/, cause, /bucket/));
});

test("a process that ends: its last words say why", async () => {
  world.containers.readyAtOnce = false;
  await create();
  await world.until(() => world.containers.started.length === 1);
  world.containers.started[0]?.log("[2026-01-02 11:04:14] ValueError: /oss/base_model not exists, check the oss path");
  world.containers.started[0]?.exit(1);
  await world.clock.advance(100);
  expect(await diagnosis()).toEqual(says(/Container worker0 crashed/, /ValueError.*base_model/, /storage mounts/));
  expect((await diagnosis())?.Causes).toContain("Container worker0 ended with exit code 1.");
});

test.each([
  ["reserved", 8080, /reserved/],
  ["not the process's", 7777, /connection refused/],
])("a port that is %s", async (_, port, cause) => {
  await create({ container: { port } });
  await world.clock.advance(12_000);
  expect(await diagnosis()).toEqual(says(/not healthy/, cause, /8080 nor 9090/));
});

test("a liveness check whose patience ends before the model is loaded", async () => {
  world.containers.readyAtOnce = false;
  await create({ container: { liveness_check: { tcp_socket: { port: 8000 }, initial_delay_seconds: 1 } } });
  await world.until(() => world.record("demo").instances[0]?.lastRun !== undefined);
  expect(await diagnosis()).toEqual(says(/not healthy/, /^Liveness probe failed/, /initial_delay_seconds/));
});

test("memory of the machine: said while it is down, and for a while after it runs again", async () => {
  await create();
  await world.running("demo");
  const instance = world.record("demo").instances[0]?.name ?? "";
  await world.call(
    "CreateFaultInjection",
    { service: "demo", instance },
    { FaultType: "MemLoadTask", FaultArgs: { FaultAction: "load", MemPercent: 100 } },
  );
  await world.clock.advance(100);
  const expected = says(/^Container worker0 was OOMKilled\.$/, /memory/, /more memory/);
  expect(await diagnosis()).toEqual(expected);
  await world.running("demo");
  expect(await diagnosis()).toEqual(expected);
  await world.clock.advance(3_600_000);
  expect(await diagnosis()).toBeUndefined();
});

test("memory of the graphics card: the service runs, its log tells", async () => {
  await create();
  await world.running("demo");
  world.containers.started[0]?.log("RuntimeError: CUDA out of memory. Tried to allocate 8.00 GiB");
  expect(await diagnosis()).toEqual(says(/GPU memory/, /CUDA out of memory/, /smaller/));
});
