import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Circuit, createCircuit } from "@/lib/circuit";
import { type Clock, systemClock } from "@/lib/clock";
import { createEasClient } from "@/lib/eas/client";
import { openTestCloud, type TestCloud } from "@/lib/eas/testing";
import type { ErrorCode } from "@/lib/errors";
import { createOssClient } from "@/lib/oss/client";
import { type ControlClient, createControlClient } from "@/lib/sandbox/control/client";
import type { FaultRequest } from "@/lib/sandbox/core/fault-kinds";
import { openEas } from "./clients";

/* A cloud in trouble of every kind, before clients with a circuit. */

let cloud: TestCloud;
let control: ControlClient;
beforeAll(async () => {
  cloud = await openTestCloud();
  control = createControlClient(cloud.sandbox.ports.control);
});
afterEach(async () => {
  for (const { id } of (await control.status()).faults) await control.remove(id);
});
afterAll(() => cloud.close());

/** Pauses between attempts are a hundredth as long; those of the circuit are the test's own. */
const quick: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };
const PAUSE_MS = 150;

type Side = "eas" | "oss";
type Ask = () => Promise<unknown>;

function ask(side: Side, circuit: Circuit): Ask {
  const options = { clock: quick, circuit };
  const eas = createEasClient(cloud.connection, { ...options, timeoutMs: 300 });
  const oss = createOssClient(cloud.connection, options);
  return side === "eas" ? () => eas.listServices({ pageNumber: 1, pageSize: 1 }) : () => oss.listBuckets();
}

const struck = async () => (await control.status()).faults.reduce((sum, { fired }) => sum + fired, 0);

const TROUBLE: [string, Side, Omit<FaultRequest, "scope">, ErrorCode][] = [
  ["slow beyond patience", "eas", { kind: "latency", parameters: { delayMs: 60_000 } }, "timeout"],
  ["failing", "eas", { kind: "vendor-error", parameters: { status: 500, code: "InternalError" } }, "upstream"],
  ["throttling", "eas", { kind: "vendor-error", parameters: { status: 429, code: "Throttling.User" } }, "throttled"],
  ["gone from the line", "eas", { kind: "reset", parameters: { afterBytes: 0, direction: "answer" } }, "network"],
  ["behind a broken gateway", "eas", { kind: "gateway-page", parameters: { status: 502 } }, "upstream"],
  ["answering what is no JSON", "eas", { kind: "corrupted-answer", parameters: { how: "flip", at: 0 } }, "upstream"],
  ["failing", "oss", { kind: "vendor-error", parameters: { status: 503, code: "ServiceUnavailable" } }, "upstream"],
  [
    "throttling",
    "oss",
    { kind: "vendor-error", parameters: { status: 503, code: "TotalQpsLimitExceeded" } },
    "throttled",
  ],
  ["gone from the line", "oss", { kind: "reset", parameters: { afterBytes: 0, direction: "answer" } }, "network"],
];

describe.each(TROUBLE)("a cloud that is %s (%s)", (_, side, fault, code) => {
  test("is asked no more after some failures, and answers again by itself when it is well", async () => {
    const call = ask(side, createCircuit({ clock: systemClock, failures: 2, pauseMs: PAUSE_MS, pauseMaxMs: PAUSE_MS }));
    const { id } = await control.add({ ...fault, scope: { server: side } } as FaultRequest);
    for (let n = 0; n < 2; n++) await expect(call()).rejects.toMatchObject({ code, retryable: true });
    const before = await struck();
    expect(before).toBeGreaterThanOrEqual(2);
    await expect(call()).rejects.toMatchObject({ code, params: { silentSince: expect.any(Number) } });
    expect(await struck()).toBe(before);
    await control.remove(id);
    await expect.poll(call, { timeout: 5_000, interval: 30 }).toBeDefined();
  });
});

test("all clients of a connection share one circuit, another connection has its own, and a refusal opens none", async () => {
  const other = { ...cloud.connection, id: "another" };
  for (let n = 0; n < 8; n++)
    await expect(openEas(cloud.connection).describeService("no_such_one")).rejects.toMatchObject({ code: "not_found" });
  const { id } = await control.add({
    kind: "vendor-error",
    parameters: { status: 500, code: "InternalError" },
    scope: { server: "eas" },
  } as FaultRequest);
  // A write is not repeated: five of them are five calls.
  for (let n = 0; n < 5; n++) await expect(openEas(cloud.connection).stopService("x")).rejects.toBeDefined();
  await control.remove(id);
  await expect(openEas(cloud.connection).listServices({ pageNumber: 1, pageSize: 1 })).rejects.toMatchObject({
    params: { silentSince: expect.any(Number) },
  });
  expect(await openEas(other).listServices({ pageNumber: 1, pageSize: 1 })).toMatchObject({ items: [] });
});
