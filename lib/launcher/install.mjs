/** Installs what the lock file says and node_modules lacks. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isStandalone } from "./build.mjs";
import { LaunchError } from "./launch-error.mjs";

export async function installIfNeeded(root = process.cwd()) {
  if (isStandalone(root) || !needsInstall(root)) return false;
  console.error("Installing packages (npm ci) …");
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  // npm tells its scripts where it lies; a script run by hand takes the one on the path.
  const own = process.env.npm_execpath?.match(/npm-cli\.[cm]?js$/) ? process.env.npm_execpath : undefined;
  const code = await new Promise((resolve) => {
    const child = own
      ? spawn(process.execPath, [own, ...args], { cwd: root, stdio: ["ignore", 2, 2] })
      : spawn("npm", args, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
    child.once("error", () => resolve(-1));
    child.once("exit", resolve);
  });
  if (code !== 0) throw new LaunchError("the packages could not be installed (npm ci failed, its output is above).");
  return true;
}

/** npm's own record of what it installed is compared with the lock file, package by package. */
export function needsInstall(root) {
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(root, "node_modules", ".package-lock.json"), "utf8")).packages;
  } catch {
    return true;
  }
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).some(([path, { version, optional, devOptional, peer }]) => {
    if (path === "" || optional || devOptional || peer) return false;
    return installed[path]?.version !== version;
  });
}
