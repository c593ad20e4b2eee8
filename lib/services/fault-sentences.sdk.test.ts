import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { callService } from "@/lib/eas/gateway";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import type { ErrorCode } from "@/lib/errors";
import en from "@/lib/i18n/messages/en.json";
import { sampleWith, toBytes } from "@/lib/models/testing";
import { createOssClient } from "@/lib/oss/client";
import { type DecodedId, decodeAnswer } from "@/lib/playground/decoder";
import { type ControlClient, createControlClient } from "@/lib/sandbox/control/client";
import { FAULT_KIND_NAMES, type FaultKind, type FaultRequest } from "@/lib/sandbox/core/fault-kinds";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import { createWatcherHub } from "./watch";

/**
 * Each fault that the sandbox knows, and what it is called: while a service is called and while EAS is asked here, while it
 * starts in failure.sdk.test.ts, the rest where the last table says. The last test keeps all this complete.
 */

const hasty: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 15), signal) };
const NAME = "painter";

let sandbox: Sandbox;
let connection: Connection;
let eas: EasClient;
let control: ControlClient;
let token: string;
let endpoint: string;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  connection = connectTo(sandbox);
  eas = createEasClient(connection, { clock: hasty });
  control = createControlClient(sandbox.ports.control);
  const oss = createOssClient(connection);
  await oss.createBucket("pictures");
  for (const [path, content] of Object.entries(sampleWith()))
    await oss.putObject("pictures", `models/sd15/${path}`, toBytes(content));
  const service = { ...SOUND_DRAFT.service, name: NAME, blade: false, translate: false };
  await eas.createService(toConfigJson(toEasConfig({ ...SOUND_DRAFT, service })));
  await vi.waitFor(async () => expect((await eas.describeService(NAME)).status).toBe("Running"), { timeout: 30_000 });
  token = (await eas.describeServiceEndpoints(NAME)).accessToken;
  endpoint = (await eas.describeService(NAME)).internetEndpoint ?? "";
});
afterEach(() => control.reset());
afterAll(async () => {
  await sandbox.close();
});

type Given = Record<string, unknown>;

/** The kinds' parameters are checked by the control port itself. */
const put = (kind: FaultKind, parameters: Given, server: "eas" | "gateway" | undefined) =>
  control.add({ kind, parameters, scope: { service: NAME, ...(server && { server }) } } as FaultRequest);

const GATEWAY = "gateway";
const OF_CALLS: [kind: FaultKind, parameters: Given, meaning: DecodedId | ErrorCode, server?: typeof GATEWAY][] = [
  ["latency", { delayMs: 50 }, "picture", GATEWAY],
  ["bandwidth", {}, "picture", GATEWAY],
  ["workers-busy", { answer: "queue-full" }, "busy"],
  ["workers-busy", { answer: "rate-limit" }, "rate_limit"],
  ["workers-busy", { answer: "keepalive" }, "too_slow"],
  ["not-callable", { answer: "no-healthy-upstream" }, "no_instance"],
  ["not-callable", { answer: "empty-503" }, "unavailable"],
  ["not-callable", { answer: "empty-404" }, "just_started"],
  ["gateway-page", { status: 502 }, "unreachable", GATEWAY],
  ["gateway-page", { status: 503 }, "unavailable", GATEWAY],
  ["gateway-page", { status: 504 }, "gateway_timeout", GATEWAY],
  ["vendor-error", { status: 429, message: "Too Many Requests" }, "rate_limit", GATEWAY],
  ["expired-credentials", {}, "unauthorized", GATEWAY],
  ["cuda-oom", {}, "out_of_memory"],
  ["reset", { afterBytes: 0, direction: "answer" }, "network", GATEWAY],
];

describe("while the service is called", () => {
  it.each(OF_CALLS)("%s %o means: %s", async (kind, parameters, meaning, server) => {
    const body = JSON.stringify({ task_id: "t1", prompt: "a cat", steps: 2, width: 64, height: 64 });
    const call = () => callService(connection, { endpoint, token, body, timeoutMs: 20_000 });
    await vi.waitFor(async () => expect((await call()).status).toBe(200), { timeout: 20_000 });
    const fault = await put(kind, parameters, server);
    const told = await call().then(
      ({ status, bodyText }) => decodeAnswer(status, bodyText).id,
      (error: { code: ErrorCode }) => error.code,
    );
    expect(told).toBe(meaning);
    const sentence = { ...en.decoder, ...en.errors }[meaning];
    expect(Object.values(sentence ?? {})).not.toEqual([]);
    expect((await control.status()).faults.find(({ id }) => id === fault.id)?.fired).toBeGreaterThan(0);
  });
});

const OF_EAS: [kind: FaultKind, parameters: Given, code: ErrorCode][] = [
  ["gateway-page", {}, "upstream"],
  ["vendor-error", {}, "upstream"],
  ["vendor-error", { status: 429, code: "Throttling.User", message: "flow control" }, "throttled"],
  ["corrupted-answer", {}, "upstream"],
  ["reset", { afterBytes: 0, direction: "answer" }, "network"],
  ["expired-credentials", {}, "invalid_credentials"],
  ["clock-skew", {}, "clock_skew"],
];

describe("while EAS is asked", () => {
  it.each(OF_EAS)("%s %o leaves the page as it was, with the reason: %s", async (kind, parameters, code) => {
    const hub = createWatcherHub({ clock: hasty, openEas: () => eas });
    const leaving = new AbortController();
    let faulty = false;
    for await (const { snapshot } of hub.watch(connection, NAME, leaving.signal)) {
      if (!faulty) {
        expect(snapshot.service?.name).toBe(NAME);
        expect(snapshot.stale).toBeUndefined();
        await put(kind, parameters, "eas");
        faulty = true;
        hub.poke(connection, NAME);
      } else if (snapshot.stale) {
        expect(snapshot).toMatchObject({ service: { name: NAME }, stale: { code } });
        expect(en.errors[code]).toMatchObject({ title: expect.any(String), hint: expect.any(String) });
        break;
      }
    }
    leaving.abort();
  });
});

const STARTS = "lib/services/failure.sdk.test.ts";
/** Told by other tests: where, and the words that show it. */
const ELSEWHERE: [kind: FaultKind, file: string, words: string][] = [
  ...(
    [
      "out-of-stock",
      "group-full",
      "spot-reclaimed",
      "arrears",
      "mount-failure",
      "image-pull-failure",
      "crash-loop",
      "host-oom",
      "slow-start",
      "stuck-waiting",
    ] as const
  ).map((kind): [FaultKind, string, string] => [kind, STARTS, `"${kind}"`]),
  ["queue-full", "e2e/generations.spec.ts", "The service's queue is full; trying again"],
  ["redelivery", "lib/generations/generations.sdk.test.ts", '"redelivery"'],
  // Only a browser is kept from an answer's ETag; there the bucket's own rule does it.
  ["lost-etag", "e2e/deploy/upload-line.spec.ts", "hides what its answers say"],
];

it("no fault of the sandbox is without a sentence", () => {
  for (const [kind, file, words] of ELSEWHERE) expect(readFileSync(file, "utf8"), kind).toContain(words);
  const told = [...OF_CALLS, ...OF_EAS, ...ELSEWHERE].map(([kind]) => kind);
  expect([...new Set(told)].sort()).toEqual([...FAULT_KIND_NAMES].sort());
});
