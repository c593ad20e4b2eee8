import { defineConfig } from "@playwright/test";
import { OWNER_STATE } from "./e2e/settings";
import base from "./playwright.config";

/**
 * `npm run screenshots`: every page in every look, to be looked at by people. `npm run pictures`: those of README and
 * guides. Both prove nothing, so they are no part of `npm test`.
 */
export default defineConfig({
  ...base,
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
    { name: "pictures", testMatch: /pictures\.ts/, use: { trace: "off" } },
  ],
});
