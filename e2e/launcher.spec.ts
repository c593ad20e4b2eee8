import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect } from "@playwright/test";
import { type Start, setUp, test } from "./launching";
import { NOBODY } from "./settings";

/* `npm start` itself: what it prints, what it refuses, and what is left when it ends. */

test.use({ storageState: NOBODY });

/** A port that another program holds. */
async function takenPort(): Promise<{ port: number; close: () => void }> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("The server has no address.");
  return { port: address.port, close: () => server.close() };
}

const isOpen = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** One line that names the reason, and an exit code that scripts see. */
async function expectRefusal({ output, exited }: Start, reason: RegExp): Promise<void> {
  expect(await exited).toBe(1);
  expect(output.out).toBe("");
  expect(output.err.trim().split("\n")).toEqual([expect.stringMatching(reason)]);
}

for (const [variable, what] of [
  ["PORT", "the console"],
  ["EASEL_SANDBOX_EAS_PORT", "the sandbox's eas"],
] as const) {
  test(`a port that another program holds (${variable}) is named in one line`, async ({ launch }, testInfo) => {
    const { port, close } = await takenPort();
    const start = launch({ [variable]: `${port}`, EASEL_DATA: testInfo.outputPath("data") });
    await expectRefusal(
      start,
      new RegExp(`^Easel cannot start: port ${port} \\(${what}\\) is in use\\..*${variable}=`),
    );
    close();
  });
}

test("a data folder that cannot be written is named in one line", async ({ launch }, testInfo) => {
  const file = testInfo.outputPath("a-file");
  writeFileSync(file, "");
  await expectRefusal(
    launch({ EASEL_DATA: `${file}/data` }),
    /^Easel cannot start: the data folder .*a-file\/data is not writable .*EASEL_DATA/,
  );
});

test("settings that contradict each other are named in one line", async ({ launch }, testInfo) => {
  await expectRefusal(
    launch({ EASEL_DATA: testInfo.outputPath("data"), ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI5tOnlyTheId" }),
    /^Easel cannot start: ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing/,
  );
});

test("from the first start over a second one and a kill to the next start", async ({ launch, page }, testInfo) => {
  const env = { EASEL_DATA: testInfo.outputPath("data"), EASEL_SETUP_CODE: "a-code-of-ours" };
  const first = launch(env);
  const url = await first.ready();
  await expect.poll(() => first.output.out).toContain("access key secret");
  const lines = first.output.out.trimEnd().split("\n");
  expect(lines).toEqual([
    `Easel is ready at ${url}`,
    "Set-up code: a-code-of-ours",
    "Sandbox cloud (region cn-hangzhou, nothing is billed):",
    ...["oss", "eas", "gateway", "sts"].map((name) =>
      expect.stringMatching(new RegExp(`^ {2}${name} +http://localhost:\\d+$`)),
    ),
    expect.stringMatching(/^ {2}control +http:\/\/localhost:\d+ {2}\(page: faults on demand\)$/),
    expect.stringMatching(/^ {2}access key ID +\S+$/),
    expect.stringMatching(/^ {2}access key secret +\S+$/),
  ]);
  const oss = /oss +(\S+)/.exec(first.output.out)?.[1] ?? "";
  expect(await isOpen(oss)).toBe(true);

  await expectRefusal(
    launch(env),
    /^Easel cannot start: it is already running with the data folder .* \(process \d+\)\./,
  );

  await setUp(page, url);

  // Nothing is left of it although it could not tell its children to end.
  first.child.kill("SIGKILL");
  await first.exited;
  await expect.poll(async () => [await isOpen(url), await isOpen(oss)], { timeout: 10_000 }).toEqual([false, false]);

  // The same address, because the browser's session belongs to it.
  const second = launch({ ...env, PORT: new URL(url).port });
  expect(await second.ready()).toBe(url);
  expect(second.output.out).not.toContain("Set-up code");
  await page.goto(url);
  await expect(page.getByRole("heading", { name: "Services", level: 1 })).toBeVisible();

  second.child.kill("SIGTERM");
  expect(await second.exited).toBe(0);
  expect(second.output.err).toBe("");
  expect(await isOpen(url)).toBe(false);
  expect(existsSync(testInfo.outputPath("data/launcher.lock"))).toBe(false);
});

test("ends with npm when a signal ended npm and its shell alone", async ({ launch }, testInfo) => {
  const env = { EASEL_DATA: testInfo.outputPath("data"), npm_lifecycle_event: "start" };
  // As npm runs a script: through a shell, which passes no signal on.
  const start = launch(env, ["sh", "-c", `"${process.execPath}" lib/launcher/start.mjs; exit $?`]);
  const url = await start.ready();
  start.child.kill("SIGTERM");
  await expect.poll(() => isOpen(url), { timeout: 15_000 }).toBe(false);
  await start.exited;
  await expect.poll(() => existsSync(testInfo.outputPath("data/launcher.lock"))).toBe(false);
});
