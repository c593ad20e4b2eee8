import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { systemClock } from "@/lib/clock";
import { freePort } from "@/lib/launcher/ports.mjs";

/* Consoles of the production build on one database, which can be killed, asked to end, and started again. */

const READY_MS = 120_000;

export interface Consoles {
  /** Of those that are up, the next one in turn. */
  next(): string;
  /** The one that nobody kills. */
  steady: { url: string; pid(): number };
  /** How many times one was killed, or asked to end, and how long the latter took at most. */
  ends: { killed: number; asked: number; slowestMs: number };
  /** What they logged as a mistake of their own. */
  unexpected: string[];
  kill(): Promise<void>;
  askToEnd(): Promise<void>;
  urls(): string[];
  close(): Promise<void>;
}

interface One {
  port: number;
  url: string;
  child?: ChildProcess;
  isUp: boolean;
}

export async function startConsoles(count: number, env: Record<string, string>): Promise<Consoles> {
  const all: One[] = [];
  const unexpected: string[] = [];
  for (let at = 0; at < count; at++) {
    const port = await freePort();
    const one: One = { port, url: `http://127.0.0.1:${port}`, isUp: false };
    all.push(one);
    // One after the other: the first makes the key of the secrets.
    await start(one, env, unexpected);
  }
  const [first = all[0], ...others] = all;
  if (!first) throw new Error("no console was asked for");
  const ends = { killed: 0, asked: 0, slowestMs: 0 };
  let turn = 0;
  let victim = 0;
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    const one = others[victim++ % others.length];
    if (!one) return;
    one.isUp = false;
    const began = performance.now();
    await stop(one, signal);
    if (signal === "SIGTERM") ends.slowestMs = Math.max(ends.slowestMs, performance.now() - began);
    await start(one, env, unexpected);
  };
  return {
    next() {
      const up = all.filter(({ isUp }) => isUp);
      return (up[turn++ % up.length] ?? first).url;
    },
    steady: { url: first.url, pid: () => first.child?.pid ?? 0 },
    ends,
    unexpected,
    kill: () => {
      ends.killed++;
      return end("SIGKILL");
    },
    askToEnd: () => {
      ends.asked++;
      return end("SIGTERM");
    },
    urls: () => all.map(({ url }) => url),
    async close() {
      await Promise.all(all.map((one) => stop(one, "SIGKILL")));
    },
  };
}

async function start(one: One, env: Record<string, string>, unexpected: string[]): Promise<void> {
  const words = ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", `${one.port}`];
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", PORT: `${one.port}` },
  });
  one.child = child;
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.includes('"unexpected error"')) unexpected.push(line);
  });
  for (const deadline = Date.now() + READY_MS; ; ) {
    if (
      await fetch(`${one.url}/api/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    if (child.exitCode !== null) throw new Error(`a console ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error("a console did not answer");
    await systemClock.sleep(100);
  }
  one.isUp = true;
}

async function stop({ child }: One, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

/** Megabytes that a process holds; 0 where the system does not say. */
export function residentMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}
