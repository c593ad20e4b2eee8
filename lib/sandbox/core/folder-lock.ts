import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * One process per data folder: two would write over each other. The lock is a file with the holder's number and, where
 * the system tells it, the time at which it started, so that a number that was given out again does not pass for it.
 */

export class FolderInUse extends Error {
  constructor(folder: string, pid: number) {
    super(`the data folder ${folder} is in use by another sandbox (process ${pid})`);
  }
}

/** Held by this process; a second lock inside it is refused as well. */
const held = new Set<string>();

const ATTEMPTS = 5;

/** Returns the function that gives the folder free again. */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "sandbox.lock");
  if (held.has(path)) throw new FolderInUse(folder, process.pid);
  const mine = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(mine, `${process.pid} ${startTime(process.pid) ?? ""}`);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        // Taken at one stroke, with its content.
        linkSync(mine, path);
        break;
      } catch (error) {
        if (!hasCode(error, "EEXIST")) throw error;
      }
      const holder = readHolder(path);
      if (holder && (isAlive(holder) || attempt === ATTEMPTS)) throw new FolderInUse(folder, holder.pid);
      removeStale(path, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  held.add(path);
  return () => {
    if (held.delete(path)) rmSync(path, { force: true });
  };
}

interface Holder {
  pid: number;
  started: string;
}

function readHolder(path: string): Holder | undefined {
  try {
    const [pid = "", started = ""] = readFileSync(path, "utf8").split(" ");
    return { pid: Number(pid), started };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasCode(error, "EPERM")) return false;
  }
  const now = startTime(pid);
  if (now === "ended") return false;
  return now === undefined || started === "" || now === started;
}

/** Moved away first: what another process put there meanwhile is given back. */
function removeStale(path: string, stale: Holder | undefined): void {
  const away = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(path, away);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  const found = readHolder(away);
  if (found && (found.pid !== stale?.pid || found.started !== stale.started)) linkSync(away, path);
  rmSync(away, { force: true });
}

/** In clock ticks since the system's start; only Linux tells it in a file. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the state comes right after it, the start as the 20th field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Ended, though its parent has not asked how.
    return fields[0] === "Z" || fields[0] === "X" ? "ended" : fields[19];
  } catch {
    return undefined;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
