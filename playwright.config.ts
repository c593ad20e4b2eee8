import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { CLOUD, CONSOLE_PORT, CONSOLE_URL, HUB_PORT, OWNER_STATE, SETUP_CODE } from "./e2e/settings";

const systemChromium = process.env.EASEL_CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: false,
  workers: 2,
  // A machine that does other things besides may be late once; a story that fails twice is broken. Those that needed the
  // second try are named as flaky in the report.
  retries: process.env.CI ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    baseURL: CONSOLE_URL,
    locale: "en-US",
    // A film of every test would cost more than the tests.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
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
      // A person has one draft at a time, so the stories that go through the wizard follow one another.
      name: "wizard",
      testDir: "e2e/deploy",
      testMatch: /\.spec\.ts/,
      workers: 1,
      dependencies: ["set-up"],
      use: { storageState: OWNER_STATE },
    },
    {
      name: "stories",
      testMatch: /\.spec\.ts/,
      testIgnore: /e2e\/deploy\//,
      dependencies: ["set-up"],
      use: { storageState: OWNER_STATE },
    },
  ],
  webServer: {
    command: "node lib/launcher/start.mjs",
    url: `${CONSOLE_URL}/api/health`,
    timeout: 180_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    env: {
      PORT: String(CONSOLE_PORT),
      EASEL_DATA: mkdtempSync(join(tmpdir(), "easel-e2e-")),
      EASEL_SETUP_CODE: SETUP_CODE,
      EASEL_SANDBOX: "on",
      // Empty: the embedded store.
      DATABASE_URL: process.env.EASEL_E2E_DATABASE_URL ?? "",
      EASEL_IMPORT_ALLOWED_HOSTS: `localhost:${CLOUD.ports.oss},127.0.0.1:${HUB_PORT}`,
      EASEL_MODELSCOPE_URL: `http://127.0.0.1:${HUB_PORT}`,
      EASEL_SANDBOX_SPEED: "0.1",
      EASEL_SANDBOX_OSS_PORT: String(CLOUD.ports.oss),
      EASEL_SANDBOX_EAS_PORT: String(CLOUD.ports.eas),
      EASEL_SANDBOX_GATEWAY_PORT: String(CLOUD.ports.gateway),
      EASEL_SANDBOX_STS_PORT: String(CLOUD.ports.sts),
      EASEL_SANDBOX_CONTROL_PORT: String(CLOUD.ports.control),
      EASEL_SANDBOX_ACCESS_KEY_ID: CLOUD.accessKeyId,
      EASEL_SANDBOX_ACCESS_KEY_SECRET: CLOUD.accessKeySecret,
    },
  },
});
