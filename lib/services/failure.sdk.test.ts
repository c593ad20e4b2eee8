import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { createEasClient, type EasClient } from "@/lib/eas/client";
import { callService } from "@/lib/eas/gateway";
import { connectTo, startTestSandbox } from "@/lib/eas/testing";
import type { ErrorCode } from "@/lib/errors";
import en from "@/lib/i18n/messages/en.json";
import { type Entries, pickleFile, sampleWith, toBytes } from "@/lib/models/testing";
import { createOssClient, type OssClient } from "@/lib/oss/client";
import { createControlClient } from "@/lib/sandbox/control/client";
import type { FaultKind, FaultRequest } from "@/lib/sandbox/core/fault-kinds";
import { OWN_GROUP } from "@/lib/sandbox/eas/own-group";
import type { Sandbox } from "@/lib/sandbox/sandbox";
import { SOUND_DRAFT } from "@/lib/service-config/fixtures";
import { toConfigJson, toEasConfig } from "@/lib/service-config/to-eas-config";
import type { ReasonCode } from "./failure-signatures";
import type { Snapshot } from "./snapshot";
import { createWatcherHub } from "./watch";

/** Everything that the imitated cloud can do to a start, each told by the right reason. */

const hasty: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 15), signal) };

let sandbox: Sandbox;
let eas: EasClient;
let oss: OssClient;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  eas = createEasClient(connection(), { clock: hasty });
  oss = createOssClient(connection());
  await oss.createBucket("pictures");
  await putModel("models/sd15/", sampleWith());
});
afterEach(() => createControlClient(sandbox.ports.control).reset());
afterAll(async () => {
  await sandbox.close();
});

function connection(): Connection {
  return connectTo(sandbox);
}

async function putModel(root: string, files: Entries): Promise<void> {
  for (const [path, content] of Object.entries(files))
    await oss.putObject("pictures", `${root}${path}`, toBytes(content));
}

type Config = Record<string, unknown>;

function configOf(name: string, changes: Partial<typeof SOUND_DRAFT.service>): Config {
  const service = { ...SOUND_DRAFT.service, name, blade: false, translate: false, ...changes };
  return JSON.parse(toConfigJson(toEasConfig({ ...SOUND_DRAFT, service })));
}

function inOwnGroup({ cloud: _, ...config }: Config): Config {
  const metadata = { ...(config.metadata as Config), resource: OWN_GROUP.id, cpu: 4, memory: 16_000, gpu: 1 };
  return { ...config, metadata };
}

const bidFor = (config: Config): Config => ({
  ...config,
  cloud: { computing: { instances: [{ type: "ecs.gn7i-c8g1.2xlarge", spot_price_limit: 9 }] } },
});

async function watchUntil(name: string, isIt: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  const hub = createWatcherHub({ clock: hasty, openEas: () => eas });
  const leaving = new AbortController();
  try {
    for await (const { snapshot } of hub.watch(connection(), name, leaving.signal)) if (isIt(snapshot)) return snapshot;
  } finally {
    leaving.abort();
  }
  throw new Error("the stream ended");
}

/** Until it is known why, with certainty: a crash is told when EAS has given up, so that its log is whole. */
const explained = (code: ReasonCode) => (snapshot: Snapshot) =>
  snapshot.failure?.code === code || snapshot.service?.status === "Failed";

async function expectReason(name: string, code: ReasonCode): Promise<Snapshot> {
  const snapshot = await watchUntil(name, explained(code));
  expect(snapshot.failure?.code).toBe(code);
  expect(snapshot.failure?.proof.text).not.toBe("");
  await eas.deleteService(name);
  return snapshot;
}

/** The kinds' parameters are checked by the control port itself. */
const put = (kind: FaultKind, service: string, parameters: Record<string, unknown> = {}) =>
  createControlClient(sandbox.ports.control).add({ kind, parameters, scope: { service } } as FaultRequest);

describe("faults of the cloud", () => {
  it.each<[FaultKind, Record<string, unknown>, ReasonCode, ((config: Config) => Config)?]>([
    ["out-of-stock", {}, "out_of_stock"],
    ["mount-failure", { reason: "no-bucket" }, "mount_bucket_missing"],
    ["mount-failure", { reason: "forbidden" }, "mount_denied"],
    ["mount-failure", { reason: "timeout" }, "mount_unreachable"],
    ["image-pull-failure", { reason: "denied" }, "image_denied"],
    ["image-pull-failure", { reason: "unauthorized" }, "image_denied"],
    ["image-pull-failure", { reason: "no-such-host" }, "image_host_unknown"],
    ["image-pull-failure", { reason: "timeout" }, "image_unreachable"],
    ["image-pull-failure", { reason: "no-space" }, "image_disk_full"],
    ["crash-loop", { when: "start" }, "container_message"],
    ["crash-loop", { when: "start", exitCode: 3 }, "crash_silent"],
    ["host-oom", { when: "start" }, "host_memory"],
    ["stuck-waiting", { how: "probe" }, "probe_failed"],
    ["group-full", {}, "group_full", inOwnGroup],
    ["spot-reclaimed", {}, "spot_reclaimed", bidFor],
    ["arrears", {}, "arrears"],
  ])("%s %o is %s", async (kind, parameters, code, change = (config) => config) => {
    const name = `f_${code}_${Object.values(parameters).join("_")}`.toLowerCase().replaceAll("-", "_");
    // What takes machines away needs one that is there.
    const isWhileRunning = kind === "spot-reclaimed" || kind === "arrears";
    if (!isWhileRunning) await put(kind, name, parameters);
    await eas.createService(JSON.stringify(change(configOf(name, {}))));
    if (isWhileRunning) {
      await watchUntil(name, ({ service }) => service?.status === "Running");
      await put(kind, name, parameters);
    }
    await expectReason(name, code);
  });

  it("a process that is killed at a request and comes back serves, with a warning", async () => {
    const name = "f_killed";
    await eas.createService(JSON.stringify(configOf(name, {})));
    await watchUntil(name, ({ service }) => service?.status === "Running");
    await createControlClient(sandbox.ports.control).add({
      kind: "host-oom",
      parameters: { when: "request" },
      scope: { service: name },
      times: 1,
    });
    await call(name);
    const last = await watchUntil(name, ({ failure }) => failure?.code === "host_memory_restarted");
    expect(last.service?.status).toBe("Running");
    expect(last.failure?.serving).toBe(true);
    expect(last.instances[0]).toMatchObject({ restartCount: 1, lastExit: { code: 137, reason: "OOMKilled" } });
    expect(last.instances[0]?.containers[0]).toMatchObject({ name: "worker0", restartCount: 1 });
  });

  it("a process that never listens and says nothing is called unknown, with what was seen", async () => {
    const name = "f_silent";
    await put("stuck-waiting", name, { how: "silent" });
    await eas.createService(JSON.stringify(configOf(name, {})));
    const late: Clock = { ...hasty, now: () => Date.now() + 3_600_000 };
    const hub = createWatcherHub({ clock: late, openEas: () => eas });
    for await (const { snapshot } of hub.watch(connection(), name, AbortSignal.timeout(15_000)))
      if (snapshot.instances[0]?.status === "Running") {
        expect(snapshot.failure).toMatchObject({ code: "unknown", stage: "loading", retrying: true });
        expect(snapshot.failure?.facts?.map(({ source }) => source)).toEqual(
          expect.arrayContaining(["event", "instance"]),
        );
        break;
      }
    await eas.deleteService(name);
  });

  it("a process that crashes at each request is told apart from one that never came up", async () => {
    const name = "f_crashing";
    await eas.createService(JSON.stringify(configOf(name, {})));
    await watchUntil(name, ({ service }) => service?.status === "Running");
    await put("crash-loop", name, { when: "request" });
    for (let calls = 0; calls < 3; calls++) await call(name);
    const last = await watchUntil(name, ({ failure }) => failure?.code === "crash_request");
    expect(last.failure?.params).toMatchObject({ restarts: expect.any(Number) });
  });

  it("an answer that took longer than the keepalive is told while the service runs on", async () => {
    const name = "f_late";
    await eas.createService(JSON.stringify(configOf(name, {})));
    await watchUntil(name, ({ service }) => service?.status === "Running");
    await put("workers-busy", name, { answer: "keepalive" });
    const answer = await call(name);
    const refusedCall = { code: answer?.status ?? 0, message: "", at: new Date().toISOString() };
    const hub = createWatcherHub({ clock: hasty, openEas: () => eas, complete: async () => ({ refusedCall }) });
    for await (const { snapshot } of hub.watch(connection(), name, AbortSignal.timeout(10_000)))
      if (snapshot.failure) {
        expect(snapshot.failure).toMatchObject({ code: "keepalive", serving: true, proof: { source: "call" } });
        break;
      }
    await eas.deleteService(name);
  });

  it("a request too large for the card is told while the service runs on", async () => {
    const name = "f_cuda";
    await eas.createService(JSON.stringify(configOf(name, {})));
    await watchUntil(name, ({ service }) => service?.status === "Running");
    await put("cuda-oom", name);
    await call(name);
    const last = await watchUntil(name, ({ failure }) => failure !== undefined);
    expect(last.failure).toMatchObject({ code: "gpu_memory_request", serving: true });
    expect(last.stages.every(({ state }) => state !== "failed")).toBe(true);
  });

  it("a slow start is still normal: nothing is said against it", async () => {
    const name = "f_slow";
    await put("slow-start", name, { delayMs: 1500 });
    await eas.createService(JSON.stringify(configOf(name, {})));
    const seen: (string | undefined)[] = [];
    await watchUntil(name, ({ service, failure }) => {
      seen.push(failure?.code);
      return service?.status === "Running";
    });
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});

/** What EAS refuses to create: the account's troubles, told by the error before there is a service. */
describe("refusals of a create", () => {
  it.each<[string, number, string, ErrorCode]>([
    ["an overdue account", 400, "Account.Arrearage", "arrears"],
    ["a quota used up", 403, "QuotaExceeded.GPU", "quota_exceeded"],
    ["no machine left", 400, "ResourceNotEnough", "out_of_stock"],
    ["a right that is missing", 403, "Forbidden.RAM", "permission_denied"],
    ["too many calls", 429, "Throttling.User", "throttled"],
  ])("%s", async (_, status, vendor, code) => {
    const fault = { operation: "CreateService", status, code: vendor, message: "no", times: 9 };
    await fetch(`http://localhost:${sandbox.ports.control}/faults`, {
      method: "POST",
      body: JSON.stringify(fault),
      headers: { "content-type": "application/json" },
    });
    await expect(eas.createService(JSON.stringify(configOf("never_made", {})))).rejects.toMatchObject({
      code,
      vendor: { code: vendor, message: "no" },
    });
    expect(en.errors[code]).toMatchObject({ title: expect.any(String), hint: expect.any(String) });
  });

  it("a workspace that is not there", async () => {
    const refused = eas.createService(JSON.stringify(configOf("homeless", {})), { workspaceId: "987654321" });
    await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^(not_found|invalid_input)$/) });
  });

  it("a resource group that is not there", async () => {
    const { cloud: _, ...config } = configOf("groupless", {});
    const metadata = { ...(config.metadata as Config), resource: "eas-r-none", cpu: 4, memory: 8000, gpu: 1 };
    await expect(eas.createService(JSON.stringify({ ...config, metadata }))).rejects.toMatchObject({
      code: "invalid_input",
      vendor: { message: expect.stringContaining("eas-r-none") },
    });
  });
});

async function call(name: string): Promise<{ status: number } | undefined> {
  const { internetEndpoint = "" } = await eas.describeService(name);
  const { accessToken } = await eas.describeServiceEndpoints(name);
  const body = JSON.stringify({ task_id: "t1", prompt: "a cat", steps: 2, width: 64, height: 64 });
  // After Running the gateway may need a moment to know the instances.
  for (let tries = 0; tries < 20; tries++) {
    const answer = await callService(connection(), {
      endpoint: internetEndpoint,
      token: accessToken,
      body,
      timeoutMs: 10_000,
    });
    if (!/no healthy upstream/.test(answer.bodyText)) return answer;
    await systemClock.sleep(100);
  }
  return undefined;
}

describe("configurations that cannot work", () => {
  const first = (config: Config) => (config.containers as Config[])[0] as Config;
  it.each<[string, ReasonCode, (config: Config) => void]>([
    [
      "another tag",
      "image_missing",
      (config) => {
        first(config).image = String(first(config).image).replace("blade-public", "typo");
      },
    ],
    [
      "a port of the engine's",
      "port_reserved",
      (config) => {
        first(config).port = 8080;
      },
    ],
    [
      "a port that nobody listens on",
      "port_silent",
      (config) => {
        first(config).port = 9000;
      },
    ],
    [
      "a check without patience",
      "probe_budget",
      (config) => {
        first(config).port = 8000;
        first(config).startup_check = {
          http_get: { path: "/nowhere", port: 8000 },
          initial_delay_seconds: 1,
          period_seconds: 1,
          failure_threshold: 1,
        };
      },
    ],
    [
      "an unknown argument",
      "arguments_wrong",
      (config) => {
        first(config).command = `${String(first(config).command)} --no_such_flag`;
      },
    ],
    [
      "another program",
      "command_not_found",
      (config) => {
        first(config).command = "pyton /home/pai/app.py";
      },
    ],
    [
      "an unknown function",
      "function_unknown",
      (config) => {
        first(config).command = String(first(config).command).replace("--func_name base", "--func_name video");
      },
    ],
    [
      "a bucket of another region",
      "mount_other_region",
      (config) => {
        const [mount] = config.storage as { oss: Config }[];
        if (mount) mount.oss.endpoint = "oss-cn-beijing.aliyuncs.com";
      },
    ],
  ])("%s: %s", async (title, code, spoil) => {
    const name = `c_${title.replaceAll(/[^a-z]+/g, "_")}`;
    const config = configOf(name, {});
    spoil(config);
    await eas.createService(JSON.stringify(config));
    await expectReason(name, code);
  });
});

describe("models that do not load", () => {
  const without = (...paths: string[]) => sampleWith(Object.fromEntries(paths.map((path) => [path, undefined])));
  const only = (prefix: string) => Object.keys(sampleWith()).filter((path) => path.startsWith(prefix));
  it.each<[string, ReasonCode, () => Entries, Partial<typeof SOUND_DRAFT.service>?]>([
    ["nothing", "base_model_missing", () => ({ "readme.txt": "x" })],
    ["half a folder", "base_model_checkpoints", () => without(...only("base_model/feature_extractor/"))],
    ["no controlnet", "controlnet_missing", () => sampleWith(), { func: "controlnet" }],
    ["no translation", "translate_missing", () => without(...only("translate/")), { translate: true }],
    [
      "two lora",
      "lora_too_many",
      () => sampleWith({ "lora_model/a.bin": pickleFile(["a"]), "lora_model/b.bin": pickleFile(["b"]) }),
    ],
    ["no weights", "weights_missing", () => without(...only("base_model/vae/diffusion_pytorch_model"))],
    [
      "damaged weights",
      "weights_damaged",
      () => sampleWith({ "base_model/unet/diffusion_pytorch_model.safetensors": "no tensors at all" }),
    ],
    [
      "a pointer",
      "weights_pointer",
      () => ({
        ...without(...only("base_model/unet/diffusion_pytorch_model")),
        "base_model/unet/diffusion_pytorch_model.bin":
          "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
      }),
    ],
    ["no vocabulary", "tokenizer_missing", () => without("base_model/tokenizer/vocab.json")],
    ["a broken index", "config_unreadable", () => sampleWith({ "base_model/model_index.json": "{" })],
  ])("%s: %s", async (title, code, files, changes = {}) => {
    const name = `m_${title.replaceAll(" ", "_")}`;
    const root = `models/${name}/`;
    await putModel(root, files());
    await eas.createService(JSON.stringify(configOf(name, { ...changes, modelPath: root })));
    const snapshot = await expectReason(name, code);
    expect(snapshot.failure).toMatchObject({ stage: "loading", proof: { source: "log" } });
  });
});
