import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

/** `npm run chaos`: the story of kills, faults and load for ten minutes, alone; it starts consoles of its own. */
export default defineConfig({
  ...base,
  workers: 1,
  retries: 0,
  webServer: undefined,
  projects: [{ name: "chaos", testMatch: /chaos\.spec\.ts/ }],
});
