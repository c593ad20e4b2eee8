import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { LOCALES } from "@/lib/i18n/locales";
import { expect, test } from "./fixtures";
import { carryOut, readWalk } from "./newcomer";
import { NOBODY, OWNER } from "./settings";

/*
 * A newcomer does what README says: runs its commands in a copy of what is in the repository, with a home and a data folder
 * of their own, and then presses, fills in and looks for what its steps name in bold, in that order. Packages and the build
 * are those of this checkout, linked into the copy, so `npm start` finds nothing to install or build: the first minutes of
 * a fresh machine are not walked here. Ports are free ones, so that two walks do not meet.
 */

test.use({ storageState: NOBODY });

/** By this the step is known that makes a picture. */
const PROMPT = { en: "lighthouse", "zh-CN": "灯塔" } as const;

async function expectPicture(page: Page, prompt: string): Promise<void> {
  const picture = page.getByRole("main").getByRole("img", { name: prompt }).first();
  await expect(picture).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
}

/** What a step asks for without naming a value: what only the person can know. */
function ownValues(code: string): string[] {
  return [code, OWNER.name, OWNER.password, OWNER.password];
}

for (const locale of LOCALES) {
  test(`the steps of README lead to a picture (${locale})`, async ({ browser }, testInfo) => {
    test.setTimeout(180_000);
    const walk = readWalk(locale);
    expect(walk.commands).toEqual(["npm start"]);
    const copy = testInfo.outputPath("easel");
    copyRepository(copy);
    const easel = await startByHand(walk.commands, copy, testInfo.outputPath("home"));
    try {
      const { url, code } = await easel.printed(walk.prints);
      const context = await browser.newContext({ locale, viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      await page.goto(url);
      const [first = [], ...others] = walk.steps;
      await carryOut(page, first, ownValues(code));
      for (const step of others) {
        await test.step(step.map(({ name }) => name).join(", "), () => carryOut(page, step));
        const prompt = step.find(({ value = "" }) => value.includes(PROMPT[locale]))?.value;
        if (prompt) await expectPicture(page, prompt);
      }
      expect(walk.steps.flat().filter(({ value = "" }) => value.includes(PROMPT[locale]))).toHaveLength(1);
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      await context.close();
    } finally {
      await easel.end();
    }
  });
}

/** The files under version control, as they stand; packages and build as links to ours. */
function copyRepository(to: string): void {
  const files = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(existsSync);
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(file, join(to, file));
  }
  execFileSync("cp", ["-al", "node_modules", join(to, "node_modules")]);
  mkdirSync(join(to, ".next"));
  for (const part of readdirSync(".next").filter((name) => !/^(cache|dev|types)$/.test(name)))
    execFileSync("cp", ["-a", join(".next", part), join(to, ".next", part)]);
  if (existsSync("dist")) execFileSync("cp", ["-a", "dist", join(to, "dist")]);
}

async function startByHand(commands: readonly string[], folder: string, home: string) {
  mkdirSync(home, { recursive: true });
  const free = ["PORT", ...["OSS", "EAS", "GATEWAY", "STS", "CONTROL"].map((name) => `EASEL_SANDBOX_${name}_PORT`)];
  // Nothing of what this process was started with, but the way to the programs.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(EASEL_|ALIBABA_|DATABASE_URL|npm_|NODE_)/.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    // Next's types want it named; the launcher sets it anyway.
    NODE_ENV: "production" as const,
    HOME: home,
    EASEL_SANDBOX_SPEED: "0",
    ...Object.fromEntries(free.map((name) => [name, "0"])),
  };
  const child: ChildProcess = spawn("sh", ["-c", commands.join(" && ")], {
    cwd: folder,
    env,
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    /** Every line that README shows, with values of its own where README has examples. */
    async printed(lines: readonly string[]): Promise<{ url: string; code: string }> {
      const wanted = lines.filter((line) => line.trim() !== "…");
      expect(wanted.length).toBeGreaterThanOrEqual(3);
      for (const line of wanted) {
        const [head = ""] = line.split(/(?<=^Easel is ready at |^Set-up code: )/);
        await expect.poll(() => output, { timeout: 120_000, message: line }).toContain(head);
      }
      const url = /^Easel is ready at (\S+)$/m.exec(output)?.[1] ?? "";
      const code = /^Set-up code: (\S+)$/m.exec(output)?.[1] ?? "";
      return { url, code };
    },
    /** As Ctrl+C in a terminal, which reaches the whole group. */
    async end(): Promise<void> {
      if (child.pid) process.kill(-child.pid, "SIGINT");
      await exited;
    },
  };
}
