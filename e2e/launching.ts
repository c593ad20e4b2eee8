import { type ChildProcess, spawn } from "node:child_process";
import { test as base, expect, type Page } from "@playwright/test";
import { OWNER } from "./settings";

/* Consoles of a test's own, started as people start them. The console is built already. */

export interface Start {
  /** What it printed so far. */
  output: { out: string; err: string };
  child: ChildProcess;
  exited: Promise<number | null>;
  /** Its own address, once it is ready. */
  ready(): Promise<string>;
}

type Launch = (env: Record<string, string>, command?: string[]) => Start;

/** Each launch ends with its test; what it wrote to standard error is kept beside a failure. */
export const test = base.extend<{ launch: Launch }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of other fixtures from here
  launch: async ({}, use, testInfo) => {
    const started: Start[] = [];
    await use((env, command) => {
      const start = launch(env, command);
      started.push(start);
      return start;
    });
    for (const { child, exited, output } of started) {
      child.kill("SIGTERM");
      await exited;
      if (output.err) await testInfo.attach("standard error", { body: output.err, contentType: "text/plain" });
    }
  },
});

function launch(env: Record<string, string>, command = [process.execPath, "lib/launcher/start.mjs"]): Start {
  const [program = "", ...words] = command;
  const child = spawn(program, words, {
    env: { ...process.env, ...ANY_PORTS, EASEL_SANDBOX_SPEED: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    output.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.err += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    output,
    child,
    exited,
    async ready() {
      await expect.poll(() => output.out + output.err, { timeout: 30_000 }).toMatch(/is ready at|cannot start/);
      const url = /^Easel is ready at (\S+)$/m.exec(output.out)?.[1];
      expect(url, output.err).toBeDefined();
      return url ?? "";
    },
  };
}

/** 0 = a free one; where a story is about ports it names them. */
const ANY_PORTS = Object.fromEntries(
  ["PORT", ...["OSS", "EAS", "GATEWAY", "STS", "CONTROL"].map((name) => `EASEL_SANDBOX_${name}_PORT`)].map((name) => [
    name,
    "0",
  ]),
);

/** The port of one of its clouds, as it printed it. */
export const portOf = ({ output }: Start, name: string) =>
  Number(new RegExp(`${name} +http://localhost:(\\d+)`).exec(output.out)?.[1]);

/** The first visit, by whoever is to be its owner. */
export async function setUp(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Set-up code").fill("a-code-of-ours");
  await page.getByLabel("Name or email").fill(OWNER.name);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel("Password, once more").fill(OWNER.password);
  await page.getByRole("button", { name: "Create owner account" }).click();
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();
}
