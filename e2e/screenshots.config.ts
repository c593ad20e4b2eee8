import { defineConfig } from "@playwright/test";
import base from "../playwright.config";
import { OWNER_STATE } from "./settings";

/** `npm run screenshots`: every page in every look, to be looked at by people. Proves nothing, so no part of `npm test`. */
// biome-ignore lint/style/noDefaultExport: Playwright reads the default export
export default defineConfig({
  ...base,
  testDir: ".",
  outputDir: "../test-results",
  workers: 1,
  timeout: 600_000,
  projects: [
    { name: "set-up", testMatch: /set-up\.setup\.ts/ },
    {
      name: "screenshots",
      testMatch: /screenshots\.ts/,
      dependencies: ["set-up"],
      use: { storageState: OWNER_STATE, trace: "off" },
    },
  ],
});
