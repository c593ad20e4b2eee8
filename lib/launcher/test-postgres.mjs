#!/usr/bin/env node
/**
 * `npm run test:postgres`: unit, contract and end-to-end tests on the PostgreSQL server of this system, started here for
 * the run, in place of our own. Words behind `--` go to vitest, and then no stories run.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild } from "./child.mjs";
import { findSystemPostgres } from "./system-postgres.mjs";

const STOP_MS = 20_000;
const system = findSystemPostgres();
if (!system) {
  console.error("There is no PostgreSQL server on this system (Debian: apt-get install postgresql).");
  process.exit(1);
}

const words = process.argv.slice(2);
const bin = (name) => join("node_modules", ".bin", name);
console.log(`── unit and contract tests on PostgreSQL ${system.version}`);
let ok = await run(bin("vitest"), ["run", ...words], { EASEL_TEST_POSTGRES: system.native });
if (words.length === 0) {
  console.log(`── end-to-end tests on PostgreSQL ${system.version}`);
  ok = (await withServer((url) => runStories(url))) && ok;
}
process.exit(ok ? 0 : 1);

async function runStories(url) {
  return (
    (await run(process.execPath, ["lib/launcher/build.mjs"])) &&
    run(bin("playwright"), ["test"], { EASEL_E2E_DATABASE_URL: url })
  );
}

/** A server of its own, empty, that ends with the work. */
async function withServer(work) {
  const folder = mkdtempSync(join(tmpdir(), "easel-postgres-"));
  const [password, passwordFile] = [randomBytes(12).toString("hex"), join(folder, "password")];
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const options = { dataDir: join(folder, "data"), passwordFile, native: system.native };
  const keeper = fileURLToPath(new URL("postgres-keeper.mjs", import.meta.url));
  const server = startChild("the database", keeper, [JSON.stringify(options)], { env: process.env });
  try {
    const { port } = await server.whenReady();
    return await work(`postgres://easel:${password}@127.0.0.1:${port}/postgres`);
  } finally {
    await server.stop(STOP_MS);
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}
