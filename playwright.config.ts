import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { OWNER_STATE } from "./e2e/people";

/** Ports of their own, so that a console in use on this machine is not disturbed. */
const PORT = 3900;
const systemChromium = process.env.EASEL_CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: false,
  workers: 2,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    locale: "en-US",
    trace: "retain-on-failure",
    contextOptions: { reducedMotion: "reduce" },
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: existsSync(systemChromium) ? systemChromium : undefined,
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ],
    },
  },
  projects: [
    { name: "set-up", testMatch: /set-up\.setup\.ts/ },
    {
      name: "stories",
      testMatch: /\.spec\.ts/,
      dependencies: ["set-up"],
      use: { storageState: OWNER_STATE },
    },
  ],
  webServer: {
    command: "node lib/launcher/start.mjs",
    url: `http://127.0.0.1:${PORT}/api/health`,
    timeout: 180_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    env: {
      PORT: String(PORT),
      EASEL_DATA: mkdtempSync(join(tmpdir(), "easel-e2e-")),
      EASEL_SETUP_CODE: "e2e-set-up-code",
      EASEL_SANDBOX: "on",
      EASEL_SANDBOX_SPEED: "0.1",
      EASEL_SANDBOX_OSS_PORT: "9900",
      EASEL_SANDBOX_EAS_PORT: "9901",
      EASEL_SANDBOX_GATEWAY_PORT: "9902",
      EASEL_SANDBOX_STS_PORT: "9903",
      EASEL_SANDBOX_CONTROL_PORT: "9904",
      EASEL_SANDBOX_ACCESS_KEY_ID: "E2EACCESSKEYID",
      EASEL_SANDBOX_ACCESS_KEY_SECRET: "E2EACCESSKEYSECRET0123456789",
    },
  },
});
