import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connection } from "@/lib/connection";
import { freePort } from "@/lib/launcher/ports.mjs";

/** The imitated cloud as a process of its own, so that a test can kill it like the real one never would be. */

const ACCOUNT = { accessKeyId: "CHAOSKEYID", accessKeySecret: "CHAOSKEYSECRET0123456789" };
const REGION = "cn-hangzhou";

export interface CloudProcess {
  connection: Connection;
  /** What a console is told to find it. */
  env: Record<string, string>;
  controlPort: number;
  /** Without a word, and up again on the same ports with what it had on disk. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function startCloudProcess(): Promise<CloudProcess> {
  const folder = await mkdtemp(join(tmpdir(), "easel-chaos-"));
  const [oss, eas, gateway, sts, control] = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const env = {
    EASEL_SANDBOX: "on",
    EASEL_SANDBOX_SPEED: "0",
    EASEL_SANDBOX_REGION: REGION,
    EASEL_SANDBOX_OSS_PORT: `${oss}`,
    EASEL_SANDBOX_EAS_PORT: `${eas}`,
    EASEL_SANDBOX_GATEWAY_PORT: `${gateway}`,
    EASEL_SANDBOX_STS_PORT: `${sts}`,
    EASEL_SANDBOX_CONTROL_PORT: `${control}`,
    EASEL_SANDBOX_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    EASEL_SANDBOX_ACCESS_KEY_SECRET: ACCOUNT.accessKeySecret,
  };
  const start = () => startScript("../sandbox/main.ts", [], { ...process.env, ...env, EASEL_DATA: folder });
  let child = await start();
  return {
    env,
    controlPort: control ?? 0,
    connection: {
      id: "test",
      kind: "saved",
      name: "test",
      region: REGION,
      credentials: ACCOUNT,
      eas: { protocol: "http", host: `localhost:${eas}` },
      workspace: { protocol: "http", host: `localhost:${eas}` },
      sts: { protocol: "http", host: `localhost:${sts}` },
      oss: { protocol: "http", host: `localhost:${oss}`, pathStyle: true },
      gatewayHosts: [`localhost:${gateway}`],
    },
    async kill() {
      await end(child);
      child = await start();
    },
    async close() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A TypeScript program beside this one, once it has said its first word. */
export async function startScript(
  path: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ChildProcess> {
  const script = fileURLToPath(new URL(path, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, ...words], {
    // What it cannot reach meanwhile is its own business; what is lost the test sees.
    stdio: ["ignore", "pipe", "ignore"],
    env,
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`${path} ended with ${code}`)));
  });
  child.stdout?.resume();
  return child;
}

/** SIGKILL, and gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
