import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serviceConfig } from "./testing";
import { type ManualCloud, openManualCloud, type Row } from "./testing-clock";
import { TIMINGS } from "./timings";

/* Seconds of a check are shortened: a budget of 40 s lasts 2 s of the clock. */

let eas: ManualCloud;
beforeEach(async () => {
  eas = await openManualCloud();
  eas.containers.readyAtOnce = false;
});
afterEach(() => eas.close());

const tcp = (change: object = {}) => ({ tcp_socket: { port: 8000 }, ...change });
const http = (path: string) => ({ http_get: { path, port: 8000, scheme: "HTTP" } });
const shortened = (seconds: number) => seconds * TIMINGS.probeSecond;
const start = async (container: object) => {
  await eas.call("CreateService", {}, serviceConfig("demo", { container }));
  await eas.until(() => eas.containers.started.length === 1);
};
const events = async () =>
  ((await eas.call("DescribeServiceEvent", { service: "demo" })).Events as Row[]).map(({ Message }) => String(Message));
const instance = () => eas.record("demo").instances[0];

test("a process that does not listen within the startup budget is ended and started again", async () => {
  await start({ startup_check: tcp({ initial_delay_seconds: 60, period_seconds: 60, failure_threshold: 5 }) });
  await eas.clock.advance(shortened(359));
  expect(eas.containers.started[0]?.stopped).toBe(false);
  await eas.clock.advance(shortened(1));
  expect(eas.containers.started[0]?.stopped).toBe(true);
  expect(await events()).toContainEqual(expect.stringMatching(/^Startup probe failed/));
  await eas.until(() => eas.containers.started.length === 2);
  expect(instance()).toMatchObject({ restartCount: 1, lastRun: { exitCode: 143, reason: "Error" } });
  eas.containers.started[1]?.becomeReady();
  await eas.running("demo");
});

test("three times too slow is Failed", async () => {
  await start({ startup_check: tcp() });
  await eas.until(async () => (await eas.status("demo")) === "Failed");
  expect(eas.containers.started).toHaveLength(3);
});

test("a liveness check without a startup check ends a process that loads for too long", async () => {
  await start({ liveness_check: tcp() });
  await eas.clock.advance(shortened(40));
  expect(eas.containers.started[0]?.stopped).toBe(true);
  expect(await events()).toContainEqual(expect.stringMatching(/^Liveness probe failed/));
});

test("a startup check gives the liveness check its time", async () => {
  await start({ startup_check: tcp({ failure_threshold: 30 }), liveness_check: tcp() });
  await eas.clock.advance(shortened(200));
  eas.containers.started[0]?.becomeReady();
  await eas.running("demo");
  await eas.clock.advance(shortened(400));
  expect(eas.containers.started).toHaveLength(1);
});

test("a readiness check keeps traffic away and ends nothing", async () => {
  eas.containers.handle = async () => ({ status: 500, headers: {}, body: new Uint8Array() });
  await start({ readiness_check: http("/health") });
  eas.containers.started[0]?.becomeReady();
  await eas.clock.advance(60_000);
  expect(await eas.status("demo")).toBe("Waiting");
  expect(eas.containers.started).toHaveLength(1);
  expect(await events()).toContainEqual("Readiness probe failed: HTTP probe failed with statuscode: 500");
  const asked: string[] = [];
  eas.containers.handle = async ({ method, url }) => {
    asked.push(`${method} ${url}`);
    return { status: 302, headers: {}, body: new Uint8Array() };
  };
  await eas.running("demo");
  expect(asked).toEqual(["GET /health"]);
});

test("a liveness check on a path that is not there restarts the process", async () => {
  eas.containers.handle = async () => ({ status: 404, headers: {}, body: new Uint8Array() });
  await start({ liveness_check: http("/alive") });
  eas.containers.started[0]?.becomeReady();
  await eas.until(() => eas.containers.started.length === 2);
  expect(await events()).toContainEqual("Liveness probe failed: HTTP probe failed with statuscode: 404");
});

test("a check of another port finds nobody", async () => {
  await start({ readiness_check: { tcp_socket: { port: 9000 } } });
  eas.containers.started[0]?.becomeReady();
  await eas.clock.advance(10_000);
  expect(await eas.status("demo")).toBe("Waiting");
  expect(await events()).toContainEqual(expect.stringMatching(/:9000: connect: connection refused$/));
});

describe("what is no check", () => {
  test.each([
    ["startup_check", {}],
    ["liveness_check", { http_get: { path: "/" }, tcp_socket: { port: 1 } }],
    ["readiness_check", { tcp_socket: { port: 70000 } }],
    ["health_check", { http_get: { scheme: "FTP" } }],
    ["startup_check", { exec: { command: "ls" } }],
    ["startup_check", tcp({ period_seconds: 0 })],
    ["startup_check", tcp({ failure_threshold: "3" })],
  ])("%s %j", async (key, probe) => {
    await expect(
      eas.call("CreateService", {}, serviceConfig("demo", { container: { [key]: probe } })),
    ).rejects.toMatchObject({
      status: 400,
      code: "InvalidParameter",
      message: expect.stringContaining(`containers[0].${key}`),
    });
  });
});
