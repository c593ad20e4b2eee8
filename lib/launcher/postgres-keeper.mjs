/**
 * Holds one PostgreSQL server and ends it with whoever asked for it: PostgreSQL itself would outlive a launcher that is
 * killed. Options come as JSON in the first argument (which everybody on the machine may read, so no secret is in it):
 * `dataDir`, `passwordFile`, `sync`, `logFile`; and for a test run, whose processes come and go, `whilePid`, `readyFile`,
 * the folder to `cleanUp` at the end, and `native`, the folder of another PostgreSQL than our own.
 */
import { createWriteStream, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { completePostgres, findPostgres, initialise, postgresUser, startPostgres, stopPostgres } from "./postgres.mjs";

const options = JSON.parse(process.argv[2] ?? "{}");
const { dataDir, passwordFile, sync = true, logFile, whilePid, readyFile, cleanUp } = options;
/** @type {import("node:child_process").ChildProcess | undefined} */
let server;
let ending = false;

async function end(code) {
  if (ending) return;
  ending = true;
  if (server) await stopPostgres(server);
  if (cleanUp) rmSync(cleanUp, { recursive: true, force: true });
  process.exit(code);
}

// Ctrl+C reaches the whole group: the launcher decides when the database's turn has come.
process.on("SIGINT", () => {
  if (!process.connected) end(0);
});
process.on("SIGTERM", () => end(0));
process.on("disconnect", () => end(0));
if (whilePid) {
  setInterval(() => {
    try {
      process.kill(whilePid, 0);
    } catch {
      end(0);
    }
  }, 300);
}

function ours() {
  const native = findPostgres();
  completePostgres(native);
  return native;
}

function report(message) {
  if (process.send) process.send(message);
  if (readyFile) {
    writeFileSync(`${readyFile}.tmp`, JSON.stringify(message));
    renameSync(`${readyFile}.tmp`, readyFile);
  }
}

try {
  const native = options.native ?? ours();
  const user = postgresUser();
  const password = readFileSync(passwordFile, "utf8").trim();
  await initialise({ native, dataDir, password, user, sync });
  // Begun anew at each start: the interesting lines are the last ones.
  const log = logFile ? createWriteStream(logFile, { mode: 0o600 }) : undefined;
  const onLog = (line) => log?.write(`${line}\n`);
  const started = await startPostgres({ native, dataDir, user, sync, onLog });
  server = started.child;
  server.once("exit", () => {
    if (ending) return;
    report({ type: "failed", message: "The database ended unexpectedly." });
    process.exit(1);
  });
  report({ type: "ready", port: started.port, pid: server.pid });
} catch (error) {
  report({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
