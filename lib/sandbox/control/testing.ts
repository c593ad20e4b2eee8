import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as openApi from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { expect, vi } from "vitest";
import { systemClock } from "@/lib/clock";
import { ACCOUNT, callEas, REGION, serviceConfig } from "@/lib/sandbox/eas/testing";
import { type Client, createClient } from "@/lib/sandbox/oss/testing";
import { type Sandbox, startSandbox } from "@/lib/sandbox/sandbox";
import { baseModel } from "@/lib/sandbox/worker/testing/model";
import { type ControlClient, createControlClient } from "./client";

/* A whole cloud as a person has it, with the vendor's clients, for the tests that put faults in. */

export const TOKEN = "a-token-of-ours";

export interface CreateOptions {
  isAsync?: boolean;
  func?: "base" | "controlnet";
  metadata?: object;
  /** Instead of the machine that is taken as a rule. */
  cloud?: object | null;
}

export interface FaultyCloud {
  sandbox: Sandbox;
  control: ControlClient;
  oss(bucket?: string): Client;
  /** One call of the EAS API through the vendor's runtime. */
  sdk(action: string, path: string): Promise<Record<string, unknown>>;
  eas(method: string, target: string, body?: unknown): Promise<Record<string, unknown>>;
  /** A service with the sample model; `Async` has queues. */
  create(name: string, options?: CreateOptions): Promise<void>;
  status(name: string): Promise<string | undefined>;
  until(name: string, status: string): Promise<void>;
  events(name: string): Promise<string>;
  /** Waits until an event of the service says so. */
  untilEvent(name: string, text: string): Promise<void>;
  predict(name: string, path?: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

const ANY_PORTS = { oss: 0, eas: 0, gateway: 0, sts: 0, control: 0 };
export const INSTANCE_TYPE = "ml.gu7i.c8m30.1-gu30";

const PATIENCE = { timeout: 10_000, interval: 20 };

type OpenApiClient = import("@alicloud/openapi-core").default;
type Constructor = new (config: openApi.$OpenApiUtil.Config) => OpenApiClient;
const exported: unknown = openApi.default;
/** CommonJS: the class is the default export, or its `default`, by who loads it. */
const SdkClient = (
  typeof exported === "function" ? exported : (exported as { default: unknown }).default
) as Constructor;

/** A bucket `models` holds the model below `base/`. */
export async function startFaultyCloud(): Promise<FaultyCloud> {
  const dataDir = await mkdtemp(join(tmpdir(), "easel-faults-"));
  const sandbox = await startSandbox({
    dataDir,
    region: REGION,
    account: ACCOUNT,
    speed: 0,
    clock: systemClock,
    ports: ANY_PORTS,
  });
  const { ports } = sandbox;
  const control = createControlClient(ports.control);
  const oss = (bucket?: string) => createClient({ port: ports.oss }, { ...ACCOUNT, bucket });
  await oss().putBucket("models");
  for (const [path, body] of Object.entries(baseModel())) await oss("models").put(`base/${path}`, Buffer.from(body));

  const eas: FaultyCloud["eas"] = async (method, target, body) => {
    const response = await callEas(ports.eas, method, target, body);
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const status: FaultyCloud["status"] = async (name) =>
    (await control.status()).services.find((service) => service.name === name)?.status;
  const events: FaultyCloud["events"] = async (name) =>
    JSON.stringify((await eas("GET", `/api/v2/services/${REGION}/${name}/events`)).Events);
  return {
    sandbox,
    control,
    oss,
    eas,
    status,
    events,
    async sdk(action, path) {
      const client = new SdkClient(
        new openApi.$OpenApiUtil.Config({
          accessKeyId: ACCOUNT.accessKeyId,
          accessKeySecret: ACCOUNT.accessKeySecret,
          regionId: REGION,
          endpoint: `localhost:${ports.eas}`,
          protocol: "HTTP",
        }),
      );
      const params = new openApi.$OpenApiUtil.Params({
        action,
        version: "2021-07-01",
        protocol: "HTTP",
        pathname: path,
        method: "GET",
        authType: "AK",
        style: "ROA",
        reqBodyType: "json",
        bodyType: "json",
      });
      const runtime = new RuntimeOptions({ readTimeout: 30_000, connectTimeout: 30_000 });
      const reply = await client.callApi(params, new openApi.$OpenApiUtil.OpenApiRequest({}), runtime);
      return reply.body;
    },
    async create(name, { isAsync = false, func = "base", metadata = {}, cloud } = {}) {
      const config = serviceConfig(name, {
        metadata: { ...(isAsync && { type: "Async" }), ...metadata },
        container: {
          command: `python /home/pai/app.py --func_name ${func} --oss_save_dir oss://models/out/ --region hangzhou`,
        },
        top: {
          token: TOKEN,
          ...(cloud !== undefined && { cloud: cloud ?? undefined }),
          storage: [
            { mount_path: "/oss", oss: { path: "oss://models/base/" } },
            { mount_path: "/result", oss: { path: "oss://models/out/" } },
          ],
        },
      });
      await eas("POST", "/api/v2/services", config);
    },
    until: (name, expected) => vi.waitFor(async () => expect(await status(name)).toBe(expected), PATIENCE),
    untilEvent: (name, text) => vi.waitFor(async () => expect(await events(name)).toContain(text), PATIENCE),
    predict: (name, path = "", init) =>
      fetch(`http://localhost:${ports.gateway}/api/predict/${name}${path}`, {
        method: "POST",
        ...init,
        headers: { authorization: TOKEN, ...init?.headers },
        body: init?.method === "GET" ? undefined : (init?.body ?? PICTURE),
      }),
    async close() {
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The smallest picture that there is to make. */
export const PICTURE = JSON.stringify({
  task_id: "task-1",
  prompt: "a cat",
  negative_prompt: "",
  steps: 2,
  cfg_scale: 7,
  width: 64,
  height: 64,
  image_num: 1,
  seed: 1,
});
