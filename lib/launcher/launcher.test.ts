import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseEnv } from "@/lib/env";
import { digestOf } from "./build.mjs";
import { startChild, telling } from "./child.mjs";
import { keptSecret, lockDataFolder, prepareDataFolder } from "./data-folder.mjs";
import { needsInstall } from "./install.mjs";
import { nodeProblem } from "./node-version.mjs";
import { demandPorts, freePort } from "./ports.mjs";
import { initialise, runningPostmaster } from "./postgres.mjs";
import { readSettings } from "./settings.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "easel-launcher-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  return join(folder, path);
}

test.each([
  ["v20.19.0", true],
  ["v24.1.0", true],
  ["v20.18.3", false],
  ["v18.20.0", false],
])("Node %s fits: %s", (version, fits) => {
  expect(nodeProblem(version) === undefined).toBe(fits);
});

test("a database of another PostgreSQL is left alone, and said so in one line", async () => {
  put("native/share/postgresql/postgres.bki", "# PostgreSQL 18\n");
  const version = put("database/PG_VERSION", "15\n");
  const start = initialise({
    native: join(folder, "native"),
    dataDir: dirname(version),
    password: "-",
    user: undefined,
  });
  await expect(start).rejects.toThrow(/made by PostgreSQL 15, this version of Easel brings 18\. [^\n]+$/);
  expect(readFileSync(version, "utf8")).toBe("15\n");
});

describe("settings", () => {
  test.each<Record<string, string>>([
    {},
    {
      PORT: "4000",
      HOST: "0.0.0.0",
      EASEL_DATA: "/srv/easel",
      EASEL_SETUP_CODE: " abc ",
      DATABASE_URL: "postgres://h/d",
    },
    { EASEL_SANDBOX: "off", PORT: "" },
    { ALIBABA_CLOUD_ACCESS_KEY_ID: "id", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret" },
    { ALIBABA_CLOUD_ACCESS_KEY_ID: "id", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret", EASEL_SANDBOX: "on" },
    { EASEL_SANDBOX_OSS_PORT: "9200", EASEL_SANDBOX_CONTROL_PORT: "0" },
  ])("mean the same to the launcher and to the console: %o", (source) => {
    const { port, host, dataDir, setupCode, databaseUrl, sandbox } = parseEnv(source);
    expect(readSettings(source)).toEqual({
      port,
      host,
      dataDir,
      setupCode,
      databaseUrl,
      sandbox: { on: sandbox.on, ports: sandbox.ports },
    });
  });

  test.each<Record<string, string>>([
    { PORT: "70000" },
    { EASEL_SANDBOX_EAS_PORT: "x" },
    { EASEL_SANDBOX: "yes" },
    { ALIBABA_CLOUD_ACCESS_KEY_ID: "id" },
  ])("are refused by both: %o", (source) => {
    expect(() => parseEnv(source)).toThrow();
    expect(() => readSettings(source)).toThrow(/^[A-Z_]+ .*\.$/);
  });
});

describe("ports", () => {
  test("one in use is named with the variable that moves it", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const wanted = { port, host: "127.0.0.1", what: "the console", variable: "PORT" };
    await expect(demandPorts([wanted])).rejects.toThrow(new RegExp(`port ${port} .*in use.*PORT=\\d+`));
    await new Promise((resolve) => server.close(resolve));
    await demandPorts([wanted]);
  });

  test("a host of another machine is named", async () => {
    const port = await freePort();
    const wanted = { port, host: "192.0.2.1", what: "the console", variable: "PORT" };
    await expect(demandPorts([wanted])).rejects.toThrow(/HOST=192\.0\.2\.1/);
  });
});

describe("the data folder", () => {
  test("is made, or refused in one line", () => {
    prepareDataFolder(join(folder, "a", "b"));
    expect(statSync(join(folder, "a", "b")).isDirectory()).toBe(true);
    const file = put("file", "");
    expect(() => prepareDataFolder(join(file, "data"))).toThrow(/not writable \(ENOTDIR\).*EASEL_DATA/);
  });

  test("is held by one launcher at a time", async () => {
    const script = put("lib/launcher/start.mjs", "setInterval(() => {}, 1000); console.log('up');");
    const other = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => other.stdout.once("data", resolve));
    put("launcher.lock", String(other.pid));
    expect(() => lockDataFolder(folder)).toThrow(new RegExp(`already running .*process ${other.pid}`));
    other.kill("SIGKILL");
    await new Promise((resolve) => other.once("exit", resolve));
    // A killed one leaves its lock, which holds nobody back.
    const unlock = lockDataFolder(folder);
    expect(readFileSync(join(folder, "launcher.lock"), "utf8")).toBe(String(process.pid));
    unlock();
    expect(() => statSync(join(folder, "launcher.lock"))).toThrow(/ENOENT/);
  });

  test("a lock whose process is another program now holds nobody back", () => {
    put("launcher.lock", String(process.ppid));
    lockDataFolder(folder)();
  });

  test("keeps a secret over restarts, for its owner alone", () => {
    const secret = keptSecret(join(folder, "password"));
    expect(secret).toMatch(/^[0-9a-f]{48}$/);
    expect(keptSecret(join(folder, "password"))).toBe(secret);
    expect(statSync(join(folder, "password")).mode & 0o777).toBe(0o600);
  });
});

describe("what is installed", () => {
  const lock = (packages: object) => JSON.stringify({ packages });
  const wanted = lock({
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/mac": { version: "1.0.0", optional: true },
  });

  test.each([
    ["nothing yet", undefined, true],
    ["all of it", lock({ "node_modules/a": { version: "1.0.0" } }), false],
    ["another version", lock({ "node_modules/a": { version: "0.9.0" } }), true],
    ["without one", lock({}), true],
  ])("%s", (_, installed, expected) => {
    put("package-lock.json", wanted);
    if (installed) put("node_modules/.package-lock.json", installed);
    expect(needsInstall(folder)).toBe(expected);
  });
});

describe("the digest of sources", () => {
  const digest = () => digestOf(folder, ["lib"], ["package.json"], (path: string) => path.endsWith(".test.ts"));

  test("changes with content and names, not with tests or other files", () => {
    put("lib/a.ts", "1");
    const first = digest();
    put("lib/a.test.ts", "1");
    put("README.md", "1");
    expect(digest()).toBe(first);
    put("lib/a.ts", "2");
    const second = digest();
    expect(second).not.toBe(first);
    put("package.json", "{}");
    expect(digest()).not.toBe(second);
    rmSync(join(folder, "package.json"));
    rmSync(join(folder, "lib/a.ts"));
    put("lib/b.ts", "2");
    expect(digest()).not.toBe(second);
    expect(digest()).toMatch(new RegExp(`^[0-9a-f]{${createHash("sha256").digest("hex").length}}$`));
  });
});

describe("a child", () => {
  test("that is ready gives its message, and ends when told", async () => {
    const script = put("ok.mjs", "process.send({ type: 'ready', port: 7 }); setInterval(() => {}, 1000);");
    const child = startChild("it", script, [], { env: process.env });
    expect(await child.whenReady()).toEqual({ type: "ready", port: 7 });
    await child.stop(2000);
    expect(await child.exited).toEqual({ code: null, signal: "SIGTERM" });
  });

  test("that ignores being told is ended", async () => {
    const script = put(
      "deaf.mjs",
      "process.on('SIGTERM', () => {}); process.send({ type: 'ready' }); setInterval(() => {}, 1000);",
    );
    const child = startChild("it", script, [], { env: process.env });
    await child.whenReady();
    await child.stop(100);
    expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  test.each([
    ["by message", "process.send({ type: 'failed', message: 'no room' }, () => process.exit(1));", "no room"],
    ["by throwing", "throw new Error('no room');", "Error: no room"],
    ["silently", "process.exit(3);", "it ended at once (code 3)."],
  ])("that fails %s gives one line", async (_, code, line) => {
    const child = startChild("it", put("bad.mjs", code), [], { env: process.env });
    await expect(child.whenReady()).rejects.toThrow(line);
    await expect(child.whenReady()).rejects.not.toThrow(/\n/);
  });

  test("ends when its launcher is killed", async () => {
    const child = put("child.mjs", "process.send({ type: 'ready' }); setInterval(() => {}, 1000);");
    const leash = new URL("leash.mjs", import.meta.url).href;
    const starter = new URL("child.mjs", import.meta.url).href;
    const launcher = put(
      "launcher.mjs",
      `import { startChild } from ${JSON.stringify(starter)};
       const child = startChild("it", ${JSON.stringify(child)}, [], { env: process.env, execArgv: ["--import", ${JSON.stringify(leash)}] });
       await child.whenReady(); console.log(child.pid); setInterval(() => {}, 1000);`,
    );
    const process_ = spawn(process.execPath, [launcher], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = Number(await new Promise((resolve) => process_.stdout.once("data", resolve)));
    expect(pid).toBeGreaterThan(1);
    process_.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });
});

test("the telling line of a failure is found between stack traces", () => {
  const output =
    "▲ Next.js\n\nError: listen EADDRINUSE 127.0.0.1:3000\n    at Server.setup (node:net)\n{\n}\n\nNode.js v20.20.2\n";
  expect(telling(output)).toBe("Error: listen EADDRINUSE 127.0.0.1:3000");
  expect(telling("")).toBeUndefined();
  const logged = JSON.stringify({ level: 50, msg: "cannot start", error: { message: "no such database" } });
  expect(telling(`Compiling\n${logged}\nSee more: the documentation\n`)).toBe("no such database");
  // Only a terminal's "show the cursor".
  expect(telling("\u001b[?25h\n")).toBeUndefined();
});

test("a postmaster file of a process that is gone, or is no postgres, is stale", () => {
  put("postmaster.pid", "999999999\n");
  expect(runningPostmaster(folder)).toBeUndefined();
  put("postmaster.pid", `${process.pid}\n`);
  expect(runningPostmaster(folder)).toBeUndefined();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
