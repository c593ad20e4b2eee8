/** `npm start` and `npm run dev`: prepares the machine, then holds database, sandbox and console until it is told to stop. */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildConsoleIfNeeded, bundleSandboxIfNeeded, isStandalone, SANDBOX_BUNDLE } from "./build.mjs";
import { startChild } from "./child.mjs";
import { keptSecret, lockDataFolder, prepareDataFolder } from "./data-folder.mjs";
import { installIfNeeded } from "./install.mjs";
import { LaunchError } from "./launch-error.mjs";
import { demandPorts, freePort } from "./ports.mjs";
import { readSettings, sandboxPortVariable } from "./settings.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const root = here("../..");
/** Longer than any of them needs: the console gives answers that are under way for ten seconds. */
const STOP_MS = { console: 12_000, sandbox: 5000, database: 20_000 };
const READY_MS = { start: 60_000, dev: 180_000 };

/** @param {"start" | "dev"} mode */
export async function run(mode) {
  /** In the order in which they were started; they end in reverse. */
  const children = [];
  let unlock = () => {};
  const unfinished = new AbortController();
  let ending;
  const end = (code) => {
    ending ??= (async () => {
      unfinished.abort();
      for (const { child, timeoutMs } of [...children].reverse()) await child.stop(timeoutMs);
      unlock();
      process.exit(code);
    })();
    return ending;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end(0));
  endWithNpm(mode, () => void end(0));
  const hold = (child, timeoutMs) => {
    children.push({ child, timeoutMs });
    return child;
  };

  try {
    const settings = readSettings(process.env);
    prepareDataFolder(settings.dataDir);
    unlock = lockDataFolder(settings.dataDir);
    if (settings.port === 0) settings.port = await freePort(settings.host);
    await demandPorts(portsOf(settings));
    await installIfNeeded(root);
    const building =
      mode === "start" && buildConsoleIfNeeded(root, join(settings.dataDir, "build.log"), unfinished.signal);
    const [database, sandbox] = await allOrFirstFailure([
      settings.databaseUrl ? undefined : startDatabase(settings, hold),
      settings.sandbox.on ? startSandbox(hold) : undefined,
      building,
    ]);
    if (ending) return await ending;

    const setupCode = settings.setupCode ?? newSetupCode();
    const url = `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${settings.port}`;
    const web = hold(startConsole(mode, settings, { setupCode, database, sandbox }), STOP_MS.console);
    const health = await web.orDied(untilHealthy(settings, READY_MS[mode]));
    console.log(`Easel is ready at ${url}`);
    if (!health.setUp) console.log(`Set-up code: ${setupCode}`);
    if (sandbox) printSandbox(sandbox);
    for (const { child } of children) {
      child.letSpeak();
      child.exited.then(({ code, signal }) => {
        if (ending) return;
        console.error(`Easel stops: ${child.name} ended unexpectedly (${signal ?? `code ${code}`}).`);
        void end(1);
      });
    }
  } catch (error) {
    // A signal during the start ends children, which looks like their failure.
    if (ending) return await ending;
    console.error(`Easel cannot start: ${error instanceof LaunchError ? error.message : (error?.stack ?? error)}`);
    await end(1);
  }
}

const LOOK_MS = 500;

/** A signal to npm ends npm and its shell, and nobody tells us: only our parent has changed then. */
function endWithNpm(mode, onGone) {
  if (process.env.npm_lifecycle_event !== mode) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, LOOK_MS).unref();
}

function portsOf({ host, port, sandbox }) {
  const own = { port, host, what: "the console", variable: "PORT" };
  if (!sandbox.on) return [own];
  const others = Object.entries(sandbox.ports)
    .filter(([, number]) => number !== 0)
    .map(([name, number]) => ({
      port: number,
      host: "127.0.0.1",
      what: `the sandbox's ${name}`,
      variable: sandboxPortVariable(name),
    }));
  return [own, ...others];
}

async function startDatabase({ dataDir }, hold) {
  const passwordFile = join(dataDir, "postgres.password");
  const password = keptSecret(passwordFile);
  const options = { dataDir: join(dataDir, "postgres"), passwordFile, logFile: join(dataDir, "postgres.log") };
  const keeper = startChild("the database", here("postgres-keeper.mjs"), [JSON.stringify(options)], {
    env: process.env,
  });
  const { port } = await hold(keeper, STOP_MS.database).whenReady();
  return { url: `postgres://easel:${password}@127.0.0.1:${port}/postgres` };
}

async function startSandbox(hold) {
  await bundleSandboxIfNeeded(root);
  const child = startChild("the sandbox", join(root, SANDBOX_BUNDLE), [], {
    env: process.env,
    execArgv: ["--enable-source-maps"],
  });
  const { ports, account, region } = await hold(child, STOP_MS.sandbox).whenReady();
  return { ports, account, region };
}

function startConsole(mode, { host, port, dataDir }, { setupCode, database, sandbox }) {
  const env = {
    ...process.env,
    NODE_ENV: mode === "dev" ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    HOST: host,
    EASEL_DATA: dataDir,
    EASEL_SETUP_CODE: setupCode,
  };
  if (database) env.DATABASE_URL = database.url;
  if (sandbox) {
    env.EASEL_SANDBOX_ACCESS_KEY_ID = sandbox.account.accessKeyId;
    env.EASEL_SANDBOX_ACCESS_KEY_SECRET = sandbox.account.accessKeySecret;
    for (const [name, number] of Object.entries(sandbox.ports)) env[sandboxPortVariable(name)] = String(number);
  }
  const options = { env, cwd: root, execArgv: ["--import", new URL("leash.mjs", import.meta.url).href] };
  // Next's own server of a standalone build reads where to listen from the environment.
  if (isStandalone(root))
    return startChild("the console", join(root, "server.js"), [], { ...options, env: { ...env, HOSTNAME: host } });
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  return startChild("the console", next, [mode, "-H", host, "-p", String(port)], options);
}

/** Asks until the console answers; what it answers says whether an owner exists. */
async function untilHealthy({ host, port }, timeoutMs) {
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      const response = await fetch(`http://${name}:${port}/api/health`, { signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok) return await response.json();
    } catch {
      // Not listening yet.
    }
    if (Date.now() > deadline) throw new LaunchError(`the console did not answer within ${timeoutMs / 1000} seconds.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function printSandbox({ ports, account, region }) {
  console.log(`Sandbox cloud (region ${region}, nothing is billed):`);
  for (const [name, port] of Object.entries(ports)) {
    // The one address that is meant for a browser.
    const note = name === "control" ? "  (page: faults on demand)" : "";
    console.log(`  ${name.padEnd(8)} http://localhost:${port}${note}`);
  }
  console.log(`  access key ID     ${account.accessKeyId}`);
  console.log(`  access key secret ${account.accessKeySecret}`);
}

/** Twelve letters and digits that cannot be mistaken for each other: 60 bits. */
function newSetupCode() {
  const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("");
  return [group(), group(), group()].join("-");
}

/** Like Promise.all, but the others settle before a failure is reported: nothing may start after the end. */
async function allOrFirstFailure(work) {
  let first;
  const settled = await Promise.allSettled(
    work.map((one) =>
      Promise.resolve(one).catch((error) => {
        first ??= { error };
        throw error;
      }),
    ),
  );
  if (first) throw first.error;
  return settled.map((one) => one.value);
}
