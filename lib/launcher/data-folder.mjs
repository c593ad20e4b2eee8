/** The folder with everything that must survive: made, tried, and held by one launcher at a time. */
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LaunchError } from "./launch-error.mjs";

export function prepareDataFolder(dataDir) {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    makeFolder(dataDir);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new LaunchError(
      `the data folder ${dataDir} is not writable (${error.code ?? error.message}). Set EASEL_DATA to another folder.`,
    );
  }
}

/** Not `recursive`: where a parent exists but nothing can be made in it (/proc), Node tries for ever. */
function makeFolder(path) {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path);
}

/** Returns the function that gives the folder free again. */
export function lockDataFolder(dataDir) {
  const path = join(dataDir, "launcher.lock");
  const mine = `${path}.${randomBytes(4).toString("hex")}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // Taken at one stroke, with its content.
        linkSync(mine, path);
        return () => {
          if (holderOf(path) === process.pid) rmSync(path, { force: true });
        };
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const holder = holderOf(path);
      if (holder !== undefined && holder !== process.pid && isLauncher(holder)) {
        throw new LaunchError(`it is already running with the data folder ${dataDir} (process ${holder}).`);
      }
      // Left by a launcher that was killed.
      rmSync(path, { force: true });
    }
    throw new LaunchError(`the data folder ${dataDir} is being taken by another start.`);
  } finally {
    unlinkSync(mine);
  }
}

function holderOf(path) {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers of processes are used again, in containers soon: where the system tells, look what it is. */
function isLauncher(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  try {
    return /launcher[/\\](start|dev|cli)\.mjs/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return true;
  }
}

/** A random secret that stays the same over restarts. */
export function keptSecret(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  const secret = randomBytes(24).toString("hex");
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return secret;
}
