import { fork } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { LaunchError } from "./launch-error.mjs";

/**
 * A process that the launcher holds. It has a group of its own, so that Ctrl+C reaches the launcher alone, which ends its
 * children in order; and a channel, whose end tells it that the launcher is gone.
 */
export function startChild(name, script, args, { env, execArgv = [], cwd = process.cwd() }) {
  const child = fork(script, args, {
    cwd,
    env: { ...env, EASEL_LAUNCHER_PID: String(process.pid) },
    execArgv,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let early = "";
  let isReady = false;
  /** What it says before it is ready matters only when it never gets there. */
  const pass = (chunk) => {
    if (isReady) process.stderr.write(chunk);
    else early = (early + chunk).slice(-20_000);
  };
  child.stdout.setEncoding("utf8").on("data", pass);
  child.stderr.setEncoding("utf8").on("data", pass);

  let failure;
  const exited = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", (error) => resolve({ code: null, signal: error.message }));
  });
  const message = new Promise((resolve) => {
    child.on("message", (value) => {
      if (value?.type === "failed") failure = value.message;
      if (value?.type === "ready") resolve(value);
    });
  });
  const diedEarly = exited.then(({ code, signal }) => {
    throw new LaunchError(failure ?? telling(early) ?? `${name} ended at once (${signal ?? `code ${code}`}).`);
  });
  diedEarly.catch(() => {});

  return {
    name,
    pid: child.pid,
    exited,
    /** Fails with the process's own reason when it ends before. */
    whenReady: () => Promise.race([message, diedEarly]),
    orDied: (work) => Promise.race([work, diedEarly]),
    /** From now on its output goes to standard error. */
    letSpeak: () => {
      isReady = true;
    },
    async stop(timeoutMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The line that says why: programs tend to print it last, stack traces aside. */
export function telling(output) {
  const all = stripVTControlCharacters(output)
    .split("\n")
    .map((line) => line.trim());
  const logged = all.map(loggedReason).findLast((reason) => reason !== undefined);
  if (logged) return logged;
  const lines = all.filter((line) => line && !/^(at |node:|\^|Node\.js v|[{}])/.test(line));
  const error = lines.findLast((line) => /error|cannot|failed|refused|in use/i.test(line));
  return (error ?? lines.at(-1))?.replace(/^Easel sandbox cannot start: /, "the sandbox: ");
}

/** `next dev` runs the console in a process of its own, whose reason arrives as a line of its log only. */
function loggedReason(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    const { msg, error } = JSON.parse(line);
    return msg === "cannot start" ? (error?.cause?.message ?? error?.message) : undefined;
  } catch {
    return undefined;
  }
}
