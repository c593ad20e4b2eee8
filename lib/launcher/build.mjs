/** Builds what is older than its sources: the console with Next, the sandbox with esbuild. Run by hand it builds both. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LaunchError } from "./launch-error.mjs";

export const STAMP = "easel-sources";
/** Whether this is no checkout but what standalone.mjs made of one: all is built, and nothing is to be installed. */
export const isStandalone = (root) => existsSync(join(root, "server.js"));

export const SANDBOX_BUNDLE = join("dist", "sandbox.mjs");
export const CLI_BUNDLE = join("dist", "cli.mjs");

/**
 * A digest of all files that go into a build; not of times, which a checkout sets anew.
 * @param {string} root @param {string[]} folders @param {string[]} files @param {(path: string) => boolean} [isLeftOut]
 */
export function digestOf(root, folders, files, isLeftOut = () => false) {
  const hash = createHash("sha256");
  const visit = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const at = `${path}/${entry.name}`;
      if (isLeftOut(at)) continue;
      if (entry.isDirectory()) visit(at);
      else add(at);
    }
  };
  const add = (path) => {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  };
  for (const folder of folders) if (existsSync(join(root, folder))) visit(folder);
  for (const file of files) if (existsSync(join(root, file))) add(file);
  return hash.digest("hex");
}

const isTest = (path) => /\.test\.tsx?$|\.md$/.test(path);
const CONFIGURATION = ["package-lock.json", "tsconfig.json"];

export const consoleDigest = (root) =>
  digestOf(
    root,
    ["app", "components", "lib", "public"],
    [
      "instrumentation.ts",
      "instrumentation-client.ts",
      "next.config.mjs",
      "postcss.config.mjs",
      "proxy.ts",
      ...CONFIGURATION,
    ],
    (path) => isTest(path) || /^lib\/(launcher|sandbox|store\/migrations)$/.test(path),
  );

const cliDigest = (root) =>
  digestOf(
    root,
    ["lib"],
    ["package.json", ...CONFIGURATION],
    (path) => isTest(path) || /^lib\/(launcher|sandbox)$/.test(path),
  );

const sandboxDigest = (root) => digestOf(root, ["lib/sandbox"], ["lib/clock.ts", ...CONFIGURATION], isTest);

/** @param {AbortSignal} [signal] ends the build with the start that asked for it */
export async function buildConsoleIfNeeded(root, logFile, signal) {
  if (isStandalone(root)) return false;
  const stamp = join(root, ".next", STAMP);
  const digest = consoleDigest(root);
  if (existsSync(join(root, ".next", "BUILD_ID")) && read(stamp) === digest) return false;
  console.error("Building the console (about half a minute) …");
  const { code, output } = await nextBuild(root, {}, signal);
  if (code !== 0) {
    write(logFile, output);
    throw new LaunchError(`the build failed. Its output is in ${logFile}`);
  }
  write(stamp, digest);
  return true;
}

export const bundleSandboxIfNeeded = (root) =>
  bundleIfNeeded(root, {
    what: "the sandbox",
    entry: "lib/sandbox/main.ts",
    outfile: SANDBOX_BUNDLE,
    digest: sandboxDigest,
  });

export const bundleCliIfNeeded = (root) =>
  bundleIfNeeded(root, { what: "the command", entry: "lib/cli/main.ts", outfile: CLI_BUNDLE, digest: cliDigest });

async function bundleIfNeeded(root, { what, entry, outfile: name, digest: digestOfSources }) {
  if (isStandalone(root)) return false;
  const outfile = join(root, name);
  const stamp = `${outfile}.${STAMP}`;
  const digest = digestOfSources(root);
  if (existsSync(outfile) && read(stamp) === digest) return false;
  try {
    // Packages stay where npm put them: some load files beside themselves.
    await bundle(root, entry, outfile, { packages: "external", sourcemap: "linked" });
  } catch (error) {
    throw new LaunchError(`${what} could not be bundled: ${error.message.split("\n").slice(0, 2).join(" ")}`);
  }
  write(stamp, digest);
  return true;
}

/** A program of ours in one file. @param {import("esbuild").BuildOptions} more */
export async function bundle(root, entry, outfile, more) {
  // Here, not above: this file also runs before anything is installed.
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "silent",
    ...more,
  });
}

/** @param {Record<string, string>} more of the environment @param {AbortSignal} [signal] */
export function nextBuild(root, more, signal) {
  return new Promise((resolve, reject) => {
    const args = [join("node_modules", "next", "dist", "bin", "next"), "build"];
    const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...more };
    const child = spawn(process.execPath, args, { cwd: root, env, signal, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.cwd();
  const log = join(root, "dist", "build.log");
  try {
    await bundleSandboxIfNeeded(root);
    await buildConsoleIfNeeded(root, log);
  } catch (error) {
    console.error(error instanceof LaunchError ? error.message : error);
    if (existsSync(log)) console.error(readFileSync(log, "utf8"));
    process.exit(1);
  }
}
