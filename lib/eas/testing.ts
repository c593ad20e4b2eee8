import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "@/lib/clock";
import type { Connection } from "@/lib/connection";
import { type Container, ContainerExit } from "@/lib/sandbox/core/types";
import { type Sandbox, startSandbox } from "@/lib/sandbox/sandbox";
import { createEasClient, type EasClient } from "./client";

/** The imitated cloud for contract tests: ports of its own, no waiting, containers that answer with what they were sent. */
export interface TestCloud {
  sandbox: Sandbox;
  connection: Connection;
  eas: EasClient;
  /** Asks until EAS says so; the test's own time limit ends it when it never does. */
  until(name: string, status: string): Promise<void>;
  /** The sandbox's control port. */
  control(path: string, body: object): Promise<void>;
  close(): Promise<void>;
}

/** A command that makes the process end at its start. */
export const CRASHING = "crash";

const echo = (command = ""): Container => ({
  ready: command === CRASHING ? Promise.reject(new ContainerExit(1)) : Promise.resolve({ port: 8000 }),
  handle: async ({ method, url, body }) => ({
    status: 469,
    headers: { "content-type": "text/plain" },
    body: Buffer.from(`${method} ${url} ${Buffer.from(body).toString()}`),
  }),
  stop: () => {},
});

interface TestCloudOptions {
  clock?: Clock;
  speed?: number;
}

/** A sandbox on free ports that waits for nothing, with its own containers if no others are given; its end takes its folder along. */
export async function startTestSandbox(options: Partial<Parameters<typeof startSandbox>[0]> = {}): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), "easel-sandbox-"));
  const sandbox = await startSandbox({
    dataDir: folder,
    region: "cn-hangzhou",
    account: { uid: "1234567890123456", accessKeyId: "LTAItest", accessKeySecret: "secret" },
    speed: 0,
    clock: systemClock,
    ports: { oss: 0, eas: 0, gateway: 0, sts: 0, control: 0 },
    ...options,
  });
  return {
    ...sandbox,
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function openTestCloud({ clock = systemClock, speed = 0 }: TestCloudOptions = {}): Promise<TestCloud> {
  const sandbox = await startTestSandbox({
    clock,
    speed,
    startContainer: ({ command }, { log }) => {
      log("listening");
      return echo(command);
    },
  });
  const connection = connectTo(sandbox);
  const eas = createEasClient(connection);
  return {
    sandbox,
    connection,
    eas,
    async until(name, status) {
      while ((await eas.describeService(name)).status !== status) await new Promise((resolve) => setImmediate(resolve));
    },
    async control(path, body) {
      const { ok, status } = await fetch(`http://localhost:${sandbox.ports.control}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!ok) throw new Error(`control ${path}: ${status}`);
    },
    close: sandbox.close,
  };
}

export function connectTo({ ports, account }: Sandbox, changes: Partial<Connection> = {}): Connection {
  return {
    id: "test",
    kind: "saved",
    name: "test",
    region: "cn-hangzhou",
    credentials: account,
    eas: { protocol: "http", host: `localhost:${ports.eas}` },
    workspace: { protocol: "http", host: `localhost:${ports.eas}` },
    sts: { protocol: "http", host: `localhost:${ports.sts}` },
    oss: { protocol: "http", host: `localhost:${ports.oss}`, pathStyle: true },
    gatewayHosts: [`localhost:${ports.gateway}`],
    ...changes,
  };
}

/** A service that needs no model: its container starts at once. */
export function testConfig(name: string, more: Record<string, unknown> = {}, metadata: object = {}): string {
  return JSON.stringify({
    name,
    metadata: { name, instance: 1, rpc: { keepalive: 500000, worker_threads: 1 }, ...metadata },
    cloud: { computing: { instance_type: "ml.gu7i.c8m30.1-gu30" } },
    containers: [{ image: "registry.cn-hangzhou.aliyuncs.com/own/image:1", command: "run 中文", port: 8000 }],
    ...more,
  });
}
