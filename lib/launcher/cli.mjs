#!/usr/bin/env node
/** `npm run easel -- COMMAND`: prepares what the commands beside the console need, runs one, and puts all back. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleCliIfNeeded, CLI_BUNDLE } from "./build.mjs";
import { startChild } from "./child.mjs";
import { keptSecret, lockDataFolder, prepareDataFolder } from "./data-folder.mjs";
import { installIfNeeded } from "./install.mjs";
import { LaunchError } from "./launch-error.mjs";
import { demandNode } from "./node-version.mjs";
import { runningPort } from "./postgres.mjs";
import { readSettings } from "./settings.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const root = here("../..");
const DATABASE_STOP_MS = 20_000;
/** Which may run beside the console: they only read, from one snapshot. */
const BESIDE = ["backup", "doctor"];
/** Which may make the store. */
const MAKES_STORE = ["restore"];

demandNode();
const [command = ""] = process.argv.slice(2);
let unlock = () => {};
let database;
try {
  const settings = readSettings(process.env);
  prepareDataFolder(settings.dataDir);
  await installIfNeeded(root);
  await bundleCliIfNeeded(root);
  const url = settings.databaseUrl ?? (await embedded(settings));
  process.exitCode = await runBundle({
    ...process.env,
    EASEL_DATA: settings.dataDir,
    ...(url && { DATABASE_URL: url }),
  });
} catch (error) {
  console.error(error instanceof LaunchError ? error.message : error);
  process.exitCode = 1;
} finally {
  await database?.stop(DATABASE_STOP_MS);
  unlock();
}

/** The address of the embedded store: of the one that runs with the console, or of one that is started for this command. */
async function embedded({ dataDir }) {
  const folder = join(dataDir, "postgres");
  const passwordFile = join(dataDir, "postgres.password");
  const port = runningPort(folder);
  const to = (at) => `postgres://easel:${readFileSync(passwordFile, "utf8").trim()}@127.0.0.1:${at}/postgres`;
  if (port !== undefined && BESIDE.includes(command)) return to(port);
  if (!existsSync(folder) && !MAKES_STORE.includes(command)) return undefined;
  unlock = lockDataFolder(dataDir);
  keptSecret(passwordFile);
  const options = { dataDir: folder, passwordFile, logFile: join(dataDir, "postgres.log") };
  database = startChild("the database", here("postgres-keeper.mjs"), [JSON.stringify(options)], { env: process.env });
  const { port: own } = await database.whenReady();
  return to(own);
}

function runBundle(env) {
  return new Promise((resolve, reject) => {
    // npm starts its scripts in the folder of package.json; files are named from where the person stands.
    const files = process.argv.slice(3).map((file) => resolvePath(process.env.INIT_CWD ?? process.cwd(), file));
    const args = ["--enable-source-maps", join(root, CLI_BUNDLE), command, ...files];
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
