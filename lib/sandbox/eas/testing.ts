import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "@/lib/clock";
import { createFaults, type Faults } from "@/lib/sandbox/core/faults";
import { listen } from "@/lib/sandbox/core/listen";
import {
  type Container,
  ContainerExit,
  type ContainerRequest,
  type ContainerResponse,
  type ContainerSpec,
  type ObjectStore,
  type StartContainer,
} from "@/lib/sandbox/core/types";
import { createDirectory } from "@/lib/sandbox/gateway/find-service";
import { createGateway } from "@/lib/sandbox/gateway/server";
import type { TemporaryCredentials } from "@/lib/sandbox/sts/credentials";
import type { Cloud } from "./cloud";
import { openCloud } from "./open-cloud";
import { API_VERSIONS, findOperation } from "./operations";
import { createEasHandler } from "./server";
import { acs3Signature, acs3StringToSign, canonicalRequest, sha256Hex, splitTarget } from "./signature";

/* What the tests of the EAS API, the life cycle and the gateway start from. */

export const ACCOUNT = {
  uid: "1234567890123456",
  accessKeyId: "LTAI5tTestAccessKeyId000",
  accessKeySecret: "test-access-key-secret-000000",
};
export const REGION = "cn-hangzhou";
export const IMAGE =
  "eas-registry-vpc.cn-hangzhou.cr.aliyuncs.com/pai-eas/diffuser-inference:2.2.1-py38-cu113-unbuntu2004-blade-public";

/** A bucket `models` that exists and holds nothing; buckets can be added. */
export function createBucketStore(buckets = new Set(["models"])): ObjectStore {
  return {
    bucketExists: async (bucket) => buckets.has(bucket),
    async *list() {},
    head: async () => undefined,
    read: () => Promise.reject(new Error("no such object")),
    write: async () => undefined,
    delete: async () => undefined,
  };
}

export interface FakeContainer {
  spec: ContainerSpec;
  stopped: boolean;
  becomeReady(port?: number): void;
  exit(code: number): void;
  log(line: string): void;
}

export interface FakeContainers {
  start: StartContainer;
  started: FakeContainer[];
  readyAtOnce: boolean;
  /** What the processes answer; may be changed at any time. */
  handle: Handle;
}

type Handle = (request: ContainerRequest) => Promise<ContainerResponse>;

const echo: Handle = async ({ method, url, body }) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify({ method, url, body: Buffer.from(body).toString() })),
});

/** Processes that the test leads by hand, or that are ready at once. */
export function createFakeContainers({ readyAtOnce = true } = {}): FakeContainers {
  const started: FakeContainer[] = [];
  const start: StartContainer = (spec, environment) => {
    const fake: FakeContainer = {
      spec,
      stopped: false,
      becomeReady: () => undefined,
      exit: () => undefined,
      log: (line) => environment.log(line),
    };
    const ready: Container["ready"] = new Promise((resolve, reject) => {
      fake.becomeReady = (port = 8000) => resolve({ port });
      fake.exit = (code) => reject(new ContainerExit(code));
    });
    if (containers.readyAtOnce) fake.becomeReady();
    started.push(fake);
    return {
      ready,
      handle: (request) => containers.handle(request),
      stop: () => {
        fake.stopped = true;
      },
    };
  };
  const containers: FakeContainers = { start, started, readyAtOnce, handle: echo };
  return containers;
}

export function serviceConfig(name: string, change: { metadata?: object; container?: object; top?: object } = {}) {
  return {
    metadata: { name, instance: 1, rpc: { keepalive: 500000 }, ...change.metadata },
    cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
    containers: [
      { image: IMAGE, command: "python /home/pai/app.py --func_name base", port: 8000, ...change.container },
    ],
    storage: [{ mount_path: "/oss", oss: { path: "oss://models/base/" } }],
    ...change.top,
  };
}

export interface TestCloud {
  cloud: Cloud;
  easPort: number;
  gatewayPort: number;
  dataDir: string;
  containers: FakeContainers;
  faults: Faults;
  /** Ends the servers and the processes; the data stays. */
  stop(): Promise<void>;
  /** Ends everything and removes the data. */
  close(): Promise<void>;
}

export interface TestCloudOptions {
  clock?: Clock;
  speed?: number;
  containers?: FakeContainers;
  store?: ObjectStore;
  credentials?: TemporaryCredentials;
  dataDir?: string;
}

export async function startTestCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "easel-eas-")));
  const containers = options.containers ?? createFakeContainers();
  const faults = createFaults(options.clock);
  let gatewayPort = 0;
  const cloud = await openCloud({
    dataDir,
    region: REGION,
    account: ACCOUNT,
    speed: options.speed ?? 0,
    clock: options.clock ?? systemClock,
    store: options.store ?? createBucketStore(),
    credentials: options.credentials,
    startContainer: containers.start,
    gatewayPort: () => gatewayPort,
    faults,
  });
  const eas = await listen(createEasHandler(cloud, faults), 0);
  const { handle, upgrade } = createGateway({
    clock: cloud.clock,
    ...createDirectory(cloud),
    port: () => gatewayPort,
    faults,
  });
  const gateway = await listen(handle, 0, { upgrade });
  gatewayPort = gateway.port;
  cloud.lifeCycle.resume();
  const stop = async () => {
    cloud.lifeCycle.close();
    await Promise.all([eas.close(), gateway.close()]);
    await Promise.all([cloud.services.flush(), cloud.groups.flush(), cloud.benchmarks.flush()]);
  };
  return {
    cloud,
    easPort: eas.port,
    gatewayPort,
    dataDir,
    containers,
    faults,
    stop,
    async close() {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** One signed call without an SDK, for tests that are not about signatures. */
export async function callEas(port: number, method: string, target: string, body?: unknown): Promise<Response> {
  const match = findOperation(method, splitTarget(target).path);
  const payload = body === undefined ? "" : JSON.stringify(body);
  const headers: Record<string, string> = {
    host: `localhost:${port}`,
    "x-acs-action": match?.operation ?? "Unknown",
    "x-acs-version": API_VERSIONS.eas,
    "x-acs-date": `${new Date().toISOString().slice(0, 19)}Z`,
    "x-acs-signature-nonce": randomBytes(16).toString("hex"),
    "x-acs-content-sha256": sha256Hex(payload),
  };
  const names = Object.keys(headers).sort();
  const canonical = canonicalRequest({ method, target, headers }, names, sha256Hex(payload));
  const signature = acs3Signature(ACCOUNT.accessKeySecret, acs3StringToSign(canonical));
  const authorization = `ACS3-HMAC-SHA256 Credential=${ACCOUNT.accessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return fetch(`http://localhost:${port}${target}`, {
    method,
    headers: { ...headers, authorization },
    body: body === undefined ? undefined : payload,
  });
}
