import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

/* The process as the launcher runs it: bundled into one file, forked, told to end. */

const BUNDLE = join("dist", `sandbox-test-${process.pid}.mjs`);

const ReadySchema = z.object({
  type: z.literal("ready"),
  region: z.string(),
  ports: z.record(z.string(), z.number().positive()),
  account: z.object({ uid: z.string(), accessKeyId: z.string(), accessKeySecret: z.string() }),
});

let dataDir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  await build({
    entryPoints: ["lib/sandbox/main.ts"],
    outfile: BUNDLE,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
});
afterAll(() => rm(BUNDLE, { force: true }));
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "easel-process-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

function run(environment: Record<string, string> = {}) {
  const names = ["OSS", "EAS", "GATEWAY", "STS", "CONTROL"];
  const ports = Object.fromEntries(names.map((name) => [`EASEL_SANDBOX_${name}_PORT`, "0"]));
  const child = fork(BUNDLE, {
    env: { ...process.env, EASEL_DATA: dataDir, ...ports, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
  });
  children.push(child);
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const ready = new Promise<z.infer<typeof ReadySchema>>((resolve, reject) => {
    child.once("message", (message) => resolve(ReadySchema.parse(message)));
    child.once("exit", () => reject(new Error(stderr)));
  });
  ready.catch(() => undefined);
  const exit = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, stderr }));
  });
  return { child, ready, exit };
}

test("says when it is ready, and keeps its account", async () => {
  const first = run();
  const { ports, account, region } = await first.ready;
  expect(region).toBe("cn-hangzhou");
  expect(account.uid).toMatch(/^\d{16}$/);
  expect((await fetch(`http://localhost:${ports.control}/status`)).status).toBe(200);
  // The page's files are found from the bundle, too.
  expect((await fetch(`http://localhost:${ports.control}/page/page.css`)).status).toBe(200);
  first.child.kill("SIGTERM");
  expect(await first.exit).toEqual({ code: 0, stderr: "" });
  expect((await run().ready).account).toEqual(account);
});

test("ends with its parent", async () => {
  const { child, ready } = run();
  await ready;
  // Not `close`: that never comes once the channel was ended from this side.
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.disconnect();
  expect(await exit).toBe(0);
});

test("a port in use is one clear line and exit code 1", async () => {
  const { ports } = await run().ready;
  const { exit } = run({ EASEL_SANDBOX_EAS_PORT: String(ports.eas), EASEL_DATA: join(dataDir, "other") });
  expect(await exit).toEqual({
    code: 1,
    stderr: `Easel sandbox cannot start: port ${ports.eas} is already in use; free it or set EASEL_SANDBOX_EAS_PORT to another one.\n`,
  });
});

test("a data folder in use is one clear line and exit code 1", async () => {
  const first = run();
  await first.ready;
  expect(await run().exit).toEqual({
    code: 1,
    stderr: `Easel sandbox cannot start: the data folder ${join(dataDir, "sandbox")} is in use by another sandbox (process ${first.child.pid})\n`,
  });
});

test("a wrong setting is one clear line and exit code 1", async () => {
  const { exit } = run({ EASEL_SANDBOX_SPEED: "fast" });
  expect(await exit).toEqual({
    code: 1,
    stderr: "Easel sandbox cannot start: EASEL_SANDBOX_SPEED: must be a number\n",
  });
});

test("keys that are given are the account's", async () => {
  const { account } = await run({ EASEL_SANDBOX_ACCESS_KEY_ID: "id", EASEL_SANDBOX_ACCESS_KEY_SECRET: "secret" }).ready;
  expect(account).toMatchObject({ accessKeyId: "id", accessKeySecret: "secret" });
});
