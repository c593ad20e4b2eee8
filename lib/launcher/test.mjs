#!/usr/bin/env node
/**
 * `npm test`: everything that proves the product, in the order in which a failure is cheapest to read.
 * Installs what is missing, runs all steps even after a failure, and ends with `N passed, N failed`.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditDependencies } from "./audit.mjs";
import { installIfNeeded } from "./install.mjs";
import { findSystemPostgres } from "./system-postgres.mjs";

const reports = mkdtempSync(join(tmpdir(), "easel-test-"));
process.env.NEXT_TELEMETRY_DISABLED = "1";
let passed = 0;
let failed = 0;

/** @param {string} command @param {string[]} args @param {Record<string, string>} [env] */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

function count(label, ok) {
  console.log(`${ok ? "ok" : "FAILED"}  ${label}`);
  if (ok) passed += 1;
  else failed += 1;
  return ok;
}

const unitCounts = (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests });

/** One step that passes or fails as a whole. */
async function step(label, command, args) {
  console.log(`\n── ${label}`);
  return count(label, await run(command, args));
}

/** A runner that writes a report of its single tests. A run that fails without a failed test counts as one failure. */
async function suite(label, command, args, report, env, countOf) {
  console.log(`\n── ${label}`);
  const ok = await run(command, args, env);
  let counts = { passed: 0, failed: 0 };
  if (existsSync(report)) counts = countOf(JSON.parse(readFileSync(report, "utf8")));
  passed += counts.passed;
  failed += counts.failed;
  if ((!ok || counts.passed === 0) && counts.failed === 0) count(`${label} ended early`, false);
  else console.log(`${label}: ${counts.passed} passed, ${counts.failed} failed`);
}

const bin = (name) => join("node_modules", ".bin", name);
/** What asks the database for the most; `npm run test:postgres` runs all. */
const ON_BOTH = [
  "lib/store/exchange.test.ts",
  "lib/store/migrate.test.ts",
  "lib/jobs/",
  "lib/cli/",
  "lib/audit/",
  "lib/auth/",
  "lib/gallery/",
  "lib/costs/",
  "lib/prices/",
  "lib/generations/generations.sdk.test.ts",
  "lib/services/watch-shared.sdk.test.ts",
];

try {
  await installIfNeeded();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("\n0 passed, 1 failed");
  process.exit(1);
}
await step("types of routes", bin("next"), ["typegen"]);
await step("types", bin("tsc"), ["--noEmit"]);
await step("lint and format", bin("biome"), ["ci", "--error-on-warnings", "."]);
await step("unused code", bin("knip"), []);
console.log("\n── known weaknesses of dependencies");
count("known weaknesses of dependencies", auditDependencies());
const unitReport = join(reports, "unit.json");
await suite(
  "unit and contract tests",
  bin("vitest"),
  ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`],
  unitReport,
  {},
  unitCounts,
);

const system = findSystemPostgres();
if (system) {
  const report = join(reports, "postgres.json");
  await suite(
    `what the store is used for, on PostgreSQL ${system.version} too`,
    bin("vitest"),
    ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...ON_BOTH],
    report,
    { EASEL_TEST_POSTGRES: system.native },
    unitCounts,
  );
} else
  console.log("\nNo PostgreSQL server is installed beside our own: npm run test:postgres is for machines with one.");

const built =
  count("browser for the end-to-end tests", ensureBrowser()) &&
  (await step("production build", process.execPath, ["lib/launcher/build.mjs"]));
if (built) {
  const e2eReport = join(reports, "e2e.json");
  await suite(
    "end-to-end tests",
    bin("playwright"),
    ["test", "--reporter=list,json"],
    e2eReport,
    { PLAYWRIGHT_JSON_OUTPUT_FILE: e2eReport },
    ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
  );
}

rmSync(reports, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/**
 * A browser from whatever source this machine has: one named by the environment or installed as a system package, else
 * Debian's package where it can be installed, else Playwright's own.
 */
function ensureBrowser() {
  if (findChromium()) return true;
  const loud = { stdio: "inherit" };
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    spawnSync("apt-get", ["update", "-q"], loud);
    spawnSync("apt-get", ["install", "-q", "-y", "chromium", "fonts-noto-cjk"], loud);
    if (findChromium()) return true;
  }
  spawnSync(bin("playwright"), ["install", "chromium"], loud);
  return findChromium();
}

function findChromium() {
  const named = process.env.EASEL_CHROMIUM;
  if (named) return existsSync(named);
  if (existsSync("/usr/bin/chromium")) return true;
  const own = spawnSync(process.execPath, [
    "-e",
    "process.exit(require('node:fs').existsSync(require('@playwright/test').chromium.executablePath()) ? 0 : 1)",
  ]);
  return own.status === 0;
}
